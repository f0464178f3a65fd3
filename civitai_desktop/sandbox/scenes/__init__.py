"""Scenes for the sandbox's pictures: what the words of a prompt ask for, always the same."""
