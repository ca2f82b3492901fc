"""The lease queue: work that is written in a transaction and done by workers after it."""
