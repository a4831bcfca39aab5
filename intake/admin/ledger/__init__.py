"""The ledger: how long it is, whether it is in order, and proofs to take along."""
