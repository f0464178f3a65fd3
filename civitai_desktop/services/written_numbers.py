"""Numbers and sizes as the texts in pictures write them."""

import math
import re
from collections.abc import Mapping

NUMBERS = {"steps": "Steps", "guidance": "CFG scale", "clip_skip": "Clip skip", "seed": "Seed"}
"""By role, where a text has a number."""
DISTILLED = "Distilled CFG Scale"
"""Where Forge keeps the guidance of Flux; a CFG scale of 1 beside it means that there is none."""

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,19}")
_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d{1,2})")
"""With three digits behind it, "1,500" may be either of two numbers."""
_SIZE = re.compile(
    r"(\d{1,6})\s*(?:px)?\s*[xX*\u00d7\u0445\u0425\u2715\u2a2f]\s*(\d{1,6})\s*(?:px)?"
)
_EXACT = 2**53
"""Up to here a number with a decimal point is exact; the library holds whole ones up to 2**63."""


def number(text: str) -> int | float | None:
    """Return the value of one of `NUMBERS`, whole if it is and the library can hold it, or None."""
    text = text.strip()
    if comma := _DECIMAL_COMMA.fullmatch(text):
        text = f"{comma[1]}.{comma[2]}"
    if not _NUMBER.fullmatch(text):
        return None
    if _WHOLE_NUMBER.fullmatch(text) and abs(int(text)) < 2**63:
        return int(text)
    value = float(text)
    if not math.isfinite(value):
        return None
    is_exact = value.is_integer() and abs(value) < _EXACT and "e" not in text.casefold()
    return int(value) if is_exact else value


def numbers(settings: Mapping[str, str]) -> dict[str, int | float | None]:
    """Return what a text's settings say by the roles of `NUMBERS`; None where they do not."""
    told = {role: number(settings.get(key, "")) for role, key in NUMBERS.items()}
    distilled = number(settings.get(DISTILLED, ""))
    if distilled is not None and (told["guidance"] or 1) <= 1:
        told["guidance"] = distilled
    return told


def size(text: str) -> tuple[int, int] | None:
    """Return a picture's sides in pixels, such as "512x768" or "512 X 768 px"; None if not."""
    found = _SIZE.fullmatch(text.strip())
    return (int(found[1]), int(found[2])) if found else None
