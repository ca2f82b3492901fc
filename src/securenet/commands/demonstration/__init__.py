"""The parts of `securenet demo`: its folder, its keys, what is in it, its processes, and what it prints."""
