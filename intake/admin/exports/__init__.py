"""Exports: files that leave the house, written as they are read, in portions."""
