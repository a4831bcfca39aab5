"""The breach register and its yearly counts."""
