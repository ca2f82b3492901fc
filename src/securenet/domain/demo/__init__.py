"""The demo: builds its people, organizations and requests by calling actions."""
