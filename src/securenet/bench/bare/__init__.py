"""The least that Django does for a login, to compare with: contrib.auth, a session, one template, one audit row."""
