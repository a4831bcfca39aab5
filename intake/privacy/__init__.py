"""What a person may ask of the clinic (PHIPA, PIPEDA): lock-box, access, correction, erasure;
retention, breaches.
"""
