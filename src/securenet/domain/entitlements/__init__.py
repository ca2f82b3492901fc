"""Rights to services on behalf of organizations, and the functions granted under them."""
