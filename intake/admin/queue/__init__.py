"""The queue at the desk: who still has to be called, and what was done about each request."""
