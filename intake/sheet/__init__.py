"""The front desk's queue in a Google Sheet: its columns, its rows, and their delivery."""
