"""Submissions and the Cases that every request travels in."""
