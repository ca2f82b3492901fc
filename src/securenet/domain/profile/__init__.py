"""The operator's facts, from one TOML file (R86)."""
