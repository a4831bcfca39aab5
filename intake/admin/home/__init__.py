"""Where the desk begins."""
