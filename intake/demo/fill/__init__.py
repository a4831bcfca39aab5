"""A demonstration that looks like two years of a busy clinic: invented people, whose records stand
an audit.
"""
