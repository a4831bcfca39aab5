"""A stand-in for Google Sheets on this computer, for demonstrations and tests. It shares nothing
with the house.

It speaks, over HTTP, the part of the Sheets API v4 and of Google's token exchange that the queue's
adapter uses, and refuses the rest with errors of Google's shape rather than pretending.
"""

from intake.demo.sandbox.access import SandboxAccess, prepare

__all__ = ["SandboxAccess", "prepare"]
