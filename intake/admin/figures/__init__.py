"""The overview: how many ask, how soon they are called, and what comes of it. Counts only, nobody's
data.
"""
