"""Tables from and for office programs: read with caps, written without formulas."""
