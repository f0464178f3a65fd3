"""Generations that are not finished."""
