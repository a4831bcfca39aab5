"""Mail: what is said, put into a message, and handed to a server one by one from the outbox."""
