"""What `make bench` measures with; no timing is asserted anywhere."""
