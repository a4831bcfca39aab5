"""Who may come in, for owners."""
