"""Where a one-time link leads."""
