"""Civitai over HTTP."""
