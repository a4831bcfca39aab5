"""The retention policy: what it would do, and doing it."""
