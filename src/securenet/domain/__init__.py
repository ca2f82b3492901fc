"""Rooms: one noun each; imports go down the list in docs/architecture.md only."""
