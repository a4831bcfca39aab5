"""A person’s own account: their sessions, their factors, their password."""
