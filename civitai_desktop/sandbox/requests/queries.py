"""Reads the values in an address's query, and refuses those that cannot be read."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from starlette.datastructures import QueryParams

from civitai_desktop.sandbox.requests.problems import Problem

T = TypeVar("T")

_FLAGS = {"true": True, "false": False}


def whole(query: QueryParams, name: str, default: int) -> int:
    """Return a whole number.

    Raises:
        Problem: 400; it is none.
    """
    return _read(query, name, default, int, "a whole number")


def flag(query: QueryParams, name: str, *, default: bool = False) -> bool:
    """Return true or false.

    Raises:
        Problem: 400; it is neither.
    """
    return _read(query, name, default, lambda text: _FLAGS[text.lower()], "true or false")


def moment(query: QueryParams, name: str) -> datetime | None:
    """Return a time, None when it is not given.

    Raises:
        Problem: 400; it is no ISO 8601 date-time with an offset.
    """
    # A plus sign that nobody escaped arrives as a space.
    read = _read(
        query,
        name,
        None,
        lambda text: datetime.fromisoformat(text.replace(" ", "+")),
        "a date-time",
    )
    if read is not None and read.tzinfo is None:
        raise _wrong(name, "a date-time with an offset, e.g. Z")
    return read


def _read(query: QueryParams, name: str, default: T, read: Callable[[str], T], wish: str) -> T:
    text = query.get(name)
    if text is None:
        return default
    try:
        return read(text)
    except (KeyError, ValueError):
        raise _wrong(name, wish) from None


def _wrong(name: str, wish: str) -> Problem:
    return Problem(400, f"The query is wrong at {name}.", {name: [f"Must be {wish}."]})
