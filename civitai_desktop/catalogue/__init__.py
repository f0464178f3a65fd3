"""Engines are data: what each takes, and how a request for it is built."""
