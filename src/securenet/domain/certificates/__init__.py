"""Members' certificates, the trust store, revocation."""
