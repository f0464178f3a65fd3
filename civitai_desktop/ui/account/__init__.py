"""The key: entering, replacing, removing it."""
