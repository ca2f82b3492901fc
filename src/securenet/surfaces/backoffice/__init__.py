"""The internal door: service desk, service owners, audit."""
