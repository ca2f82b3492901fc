"""Doors: speak HTTP, decide nothing."""
