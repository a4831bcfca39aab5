"""Whether the database takes a request at this moment, for machines that watch."""
