"""Words that several parts of the window share."""

from collections.abc import Sequence


def few_of(names: Sequence[str], most: int) -> str:
    """List the first names, and how many there are besides."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" + {more}" if more > 0 else "")
