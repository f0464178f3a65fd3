"""The choice of an engine, and of what it does."""
