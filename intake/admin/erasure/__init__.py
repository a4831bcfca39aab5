"""Erasing a person, with a second confirmation, and the certificate."""
