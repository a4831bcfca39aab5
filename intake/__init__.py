"""Consult Intake: a clinic's callback form, its consent record and its front desk's queue."""

__version__ = "0.7.0"
