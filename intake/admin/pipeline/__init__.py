"""The pipeline at the desk: what waits for the sheet and the post, what stands in the way, and
trying again now.
"""
