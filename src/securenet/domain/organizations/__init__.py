"""Organizations: the institutions that people act for."""
