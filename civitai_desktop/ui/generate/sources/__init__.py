"""The pictures that a generation starts from."""
