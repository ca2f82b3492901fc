"""Ground: what knows no business word."""
