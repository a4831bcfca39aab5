"""The words in which consent is asked for: what is published, what was, and publishing."""
