"""Business days and the deadlines that run on them (R34)."""
