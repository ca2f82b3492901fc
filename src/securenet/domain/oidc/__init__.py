"""Relying parties and the tokens they get: SecureNet as an OpenID Connect provider."""
