"""Who of the clinic may come in, what they may do, and the log of what they did."""
