"""The steps that keep sheet and database in step: deliver, read back, repair, remove."""
