"""The sandbox's pictures and uploads, and their addresses."""
