"""What a person asks of the clinic: look, lock, correct, give out."""
