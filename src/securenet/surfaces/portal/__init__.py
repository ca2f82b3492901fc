"""The internet door for applicants and members."""
