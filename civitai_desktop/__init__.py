"""Civitai Desktop: from a prompt to a saved picture."""

__version__ = "0.1.0"
