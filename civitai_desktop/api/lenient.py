"""Reads an answer part by part: whatever is odd in it counts as not said.

One field that is written otherwise one day must not make a workflow unreadable that is paid for.
"""

import json
import logging
import re
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from civitai_desktop.api.errors import NOT_READABLE
from civitai_desktop.domain.errors import BadReply
from civitai_desktop.domain.numbers import finite

log = logging.getLogger(__name__)
T = TypeVar("T", bound=msgspec.Struct)

_DEEPEST = 64
"""Levels of an answer that are read at all; no decoder takes them without end."""

_PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def read_answer(shape: type[T], body: bytes) -> T:
    """Read an answer as a shape of `answers`.

    Raises:
        BadReply: It is no JSON object.
    """
    said = _decoded(body)
    if not isinstance(said, dict):
        log.warning("An answer is no object")
        raise BadReply("The answer is not one of Civitai's.")
    return as_shape(shape, said)


def as_shape(shape: type[T], said: dict[str, Any]) -> T:
    """Fill a shape with what is said; a field that is odd stays as if it were not there."""
    given = {}
    for name, encoded, kind in _fields(shape):
        value = _part(kind, said.get(encoded))
        if value is not None:
            given[name] = value
    return shape(**given)


def _part(kind: Any, said: Any) -> Any:
    if said is None or kind is Any:
        return said
    if get_origin(kind) is list:
        (inner,) = get_args(kind)
        return [_part(_plain(inner), each) for each in said] if isinstance(said, list) else None
    if kind is float:
        return finite(said)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return as_shape(kind, said) if isinstance(said, dict) else None
    try:
        return msgspec.convert(said, kind, strict=False)
    except NOT_READABLE:
        return None


def _fields(shape: type[msgspec.Struct]) -> tuple[tuple[str, str, Any], ...]:
    """Return name, name in JSON and kind of the fields; each of them may be missing."""
    if shape not in _KNOWN:
        hints = get_type_hints(shape)
        _KNOWN[shape] = tuple(
            (field.name, field.encode_name, _plain(hints[field.name]))
            for field in msgspec.structs.fields(shape)
        )
    return _KNOWN[shape]


_KNOWN: dict[type[msgspec.Struct], tuple[tuple[str, str, Any], ...]] = {}


def _plain(kind: Any) -> Any:
    """Return a kind without None."""
    if not isinstance(kind, UnionType):
        return kind
    (one,) = (each for each in get_args(kind) if each is not NoneType)
    return one


def _decoded(body: bytes) -> Any:
    """Decode JSON; where it is not quite right, as the most that is readable of it.

    Raises:
        BadReply: It is not JSON at all.
    """
    try:
        return msgspec.json.decode(body)
    except NOT_READABLE as error:
        log.warning("An answer is odd: %s", error)
    try:
        return _mended(json.loads(_shallow(body.decode("utf-8", "replace")), parse_int=_integer))
    except NOT_READABLE as error:
        log.warning("An answer cannot be read: %s", error)
        raise BadReply("The answer is not one of Civitai's.") from error


def _integer(digits: str) -> int | float:
    # Python turns no digits without end into a number.
    return int(digits) if len(digits) < _LONGEST_NUMBER else float(digits)


_LONGEST_NUMBER = 300


def _mended(said: Any) -> Any:
    """Replace halves of letters, which nothing takes: no disk, no screen and no database."""
    if isinstance(said, str):
        return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(said, list):
        return [_mended(each) for each in said]
    if isinstance(said, dict):
        return {_mended(name): _mended(each) for name, each in said.items()}
    return said


def _shallow(text: str) -> str:
    """Leave out what lies too deep, without going there."""
    kept, depth, start = [], 0, 0
    for piece in _PIECES.finditer(text):
        sign = piece[0]
        if sign in "[{":
            depth += 1
            if depth == _DEEPEST + 1:
                kept.append(f"{text[start : piece.start()]}null")
        elif sign in "]}":
            if depth == _DEEPEST + 1:
                start = piece.end()
            depth -= 1
    if depth > _DEEPEST:
        raise ValueError("it breaks off")
    return "".join([*kept, text[start:]])
