"""The callback queue as a table: its columns, rows, statuses and alerts, and who is in it."""
