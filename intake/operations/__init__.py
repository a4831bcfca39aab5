"""Keeping it running: is it alive, is it ready, and what should be done when not."""
