"""The admin's desk: consent audit, queue and figures, the ledger, privacy operations."""
