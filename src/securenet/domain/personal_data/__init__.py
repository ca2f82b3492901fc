"""What the system holds about one person, gathered for them."""
