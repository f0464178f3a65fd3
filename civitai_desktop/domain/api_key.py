"""An API key, taken out of whatever was copied along with it."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from civitai_desktop.domain.errors import InvalidInput

LONGEST = 512
"""Characters; the site's own keys have 32. A header that is much longer is refused unread."""

# Straight and curly, low and raised, angled, of full width, and brackets that stand for quotes.
_QUOTES = (
    "\"'`<>\xb4\xab\xbb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a"
    "\uff02\uff07\u300c\u300d\u300e\u300f"
)
_AROUND = f"{_QUOTES} "
_LONGEST_LINE = 4 * LONGEST
_LONGEST_TEXT = 100_000
"""Nothing longer is looked through: what is around a key is never as long as this."""

_NAME = re.compile(
    r"""^(?: .*[\s$'"{,;:?&-] )?              # export, set -x, $env:, {", ?
    (?: CIVITAI[\w-]* | (?:[\w-]*[_-])? (?:API[_ -]?)? (?:KEY|TOKEN) )
    ['"\u201d\u2019\s]* [=:] \s*""",
    re.VERBOSE | re.IGNORECASE,
)
_OURS = re.compile(r"CIVITAI_(?:API_)?(?:KEY|TOKEN)['\"]?\s*[=:\s]", re.IGNORECASE)
_VARIABLE = re.compile(r"[$%{(!]*(?:env:)?CIVITAI_API_KEY[%})!]*", re.IGNORECASE)
_IN_COMMAND = re.compile(r"(['\"])\s*Authorization\s*:\s*Bearer\s+([^'\"]*)\1", re.IGNORECASE)
_HEADER = re.compile(
    r"^(?:.*?Authorization['\"\s]*[:=])?['\"\s]*(?:Bearer\s+|Bearer$)", re.IGNORECASE
)
_IN_ADDRESS = re.compile(
    r"^[a-z]+://\S*?[?&](?:api[_-]?)?(?:key|token)=([^&#\s'\"]+)", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*:/|www\.|(?:[\w-]+\.)*civitai\.[a-z]+(?:[/:?#]|$))", re.IGNORECASE
)
_IN_JSON = re.compile(r"key|token|authorization|civitai", re.IGNORECASE)
_NO_SIGNS = frozenset('"{}\\')
"""What is left of a text that is no key; all keys are made of letters, digits and a few signs."""
_QUOTED = re.compile(r"\s*(['\"])(.*?)\1")
_NEXT = re.compile(r"\s(?:export\s+)?\w+=.*$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_AGAIN = "Copy the whole key from civitai.com, without the text around it."


def cleaned(text: str) -> str:
    """Return the key in a text that was typed, pasted, or set in the environment.

    Quotes, invisible characters, spaces and lines around it go, and so do a variable's name, as in
    a line of an .env file, the words of an HTTP header, JSON that names one key or token, and an
    address that holds one. Nothing inside a key is ever changed.

    Returns:
        Printable ASCII without spaces, which a header can carry; "" if `text` is blank.

    Raises:
        InvalidInput: There is no key in it, or one that no header can carry. The sentence holds
            nothing of `text`.
    """
    if len(text) > _LONGEST_TEXT:
        raise _too_long(text)
    text = _out_of_json(text)
    lines = [line for each in text.splitlines() if (line := _visible(each))]
    if len(lines) > 1:
        # Of a whole .env file, the one line that is ours.
        lines = [each for each in lines if _OURS.search(each[:_LONGEST_LINE])] or lines
    if len(lines) > 1:
        raise _no_key("it has more than one line.")
    if not lines:
        if text.strip():
            raise InvalidInput("There is no API key in this text.", next_step=_AGAIN)
        return ""
    if len(lines[0]) > _LONGEST_LINE:
        raise _too_long(lines[0])
    key = _unwrapped(lines[0])
    _check(key)
    return key


def _out_of_json(text: str) -> str:
    """Return the one key that JSON names; any other text as it is."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text
    named = list(dict.fromkeys(_named(content)))
    ours = [value for name, value in named if "civitai" in name.lower()]
    found = set(ours or (value for _, value in named))
    if len(found) != 1:
        raise InvalidInput("There is no API key in this text.", next_step=_AGAIN)
    return found.pop()


def _named(content: Any) -> Iterator[tuple[str, str]]:
    """Yield what is called a key or a token anywhere in JSON, and its name."""
    waiting = [content]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
            texts = ((name, value) for name, value in each.items() if isinstance(value, str))
            yield from ((name, value) for name, value in texts if _IN_JSON.search(name))


def _visible(text: str) -> str:
    """Return `text` without what cannot be seen, and without spaces around it."""
    shown = (
        " " if unicodedata.category(sign) in {"Cc", "Zs"} else sign
        for sign in text
        if unicodedata.category(sign) != "Cf"
    )
    return "".join(shown).strip()


def _unwrapped(line: str) -> str:
    """Return what is left of a line without names, header words, quotes and a comment."""
    if command := _IN_COMMAND.search(line):
        line = command[2]
    elif address := _IN_ADDRESS.search(line.strip(_AROUND)):
        return address[1]
    elif ours := _OURS.search(line):
        # What stood in lines of their own may be one line by now: a field has no others.
        line = line[ours.end() :]
    # A quoted value may be a header with a quoted value, so it is done until nothing changes.
    former = None
    while line != former:
        former = line
        if value := _QUOTED.match(line):
            line = value[2]
        line = _COMMENT.sub("", _NEXT.sub("", line)).strip().rstrip(";,}").strip(_AROUND)
        line = _HEADER.sub("", _NAME.sub("", line, count=1), count=1)
    return line


def _check(key: str) -> None:
    if not key or _VARIABLE.fullmatch(key):
        raise InvalidInput("There is no API key in this text.", next_step=_AGAIN)
    if len(key) > LONGEST:
        raise _too_long(key)
    if _ADDRESS.match(key):
        raise _no_key("it is a web address.")
    if " " in key:
        raise _no_key("there is a space inside it.")
    for position, sign in enumerate(key, start=1):
        if sign in _NO_SIGNS or not (sign.isascii() and sign.isprintable()):
            raise _no_key(f"its character {position} is a letter or sign that no key has.")


def _too_long(text: str) -> InvalidInput:
    return _no_key(f"it has {len(text):,} characters, which is too long.")


def _no_key(text: str) -> InvalidInput:
    return InvalidInput(f"This is not an API key: {text}", next_step=_AGAIN)
