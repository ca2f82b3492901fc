"""People who log in: members and staff, their sessions, second factors and roles."""
