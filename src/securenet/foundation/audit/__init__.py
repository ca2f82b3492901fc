"""The ledger: who did what, on whom, when, from where; sealed in batches so that no entry changes unseen."""
