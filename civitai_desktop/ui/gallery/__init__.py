"""The gallery and its tiles."""
