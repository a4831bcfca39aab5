"""The web server around the application: granian takes connections, and a thread is taken for a
whole request only.

Slow clients hold a connection, which is cheap, and never one of the few threads (decision 8).
"""
