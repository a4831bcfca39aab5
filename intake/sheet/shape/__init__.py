"""What the front desk's spreadsheet should be like, part by part: each says what is off and how it
is put right.
"""
