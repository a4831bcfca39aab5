"""Requests that look like a machine's, for somebody to look at."""
