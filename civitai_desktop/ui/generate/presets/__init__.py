"""The form under a name."""
