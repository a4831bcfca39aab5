"""A database that was put back from a backup: what it has lost, and how it is taken up again."""
