"""The embedded web server: plain behind a proxy, or HTTPS that can ask for a client certificate by name."""
