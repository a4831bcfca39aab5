"""How fast it is, told as ratios that were taken in one run. What may be counted is asserted in the
tests.
"""
