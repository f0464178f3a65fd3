"""Weights in a prompt: `(word:1.1)` counts more than the rest, `(word:0.9)` less."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_STEP = 0.05
_WEIGHT = re.compile(r":(?P<weight>-?\d+(?:\.\d+)?)$", re.ASCII)
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[\w'\N{RIGHT SINGLE QUOTATION MARK}-]+")
_SIGNS = re.compile(r"\\.|[(){|}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in a text; all positions count characters.

    Attributes:
        start: Where it begins.
        end: Behind the last character that goes.
        text: What comes instead.
        selected: What is weighted, as a part of the new text: begin and end.
    """

    start: int
    end: int
    text: str
    selected: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Group:
    """A part of a text, with its parentheses if it has a weight of its own."""

    start: int
    end: int
    inner: str
    weight: float


def reweighted(text: str, start: int, end: int, steps: int) -> Edit | None:
    """Change the weight of a selection, or of the word around an empty one.

    What already has a weight keeps its parentheses until the weight is 1 again, which is the same
    as none. No step leads below 0.

    Args:
        text: The prompt.
        start: Where the selection begins.
        end: Where it ends; the same as `start` if nothing is selected.
        steps: Of 0.05 each; negative for less.

    Returns:
        None where there is no word, in a tag such as `<lora:x:1>`, where nothing would change, or
        where parentheses around the selection would tear others, or alternatives, apart.
    """
    if any(tag.start() < end and start < tag.end() for tag in _TAG.finditer(text)):
        return None
    around = [each for each in _weighted(text) if each.start <= start and end <= each.end]
    if around:
        return _edit(min(around, key=lambda each: each.end - each.start), steps)
    if start == end:
        words = (each for each in _WORD.finditer(text) if each.start() <= start <= each.end())
        start, end = next((each.span() for each in words), (start, end))
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    part = part.strip()
    if not part or not _is_whole(part):
        return None
    return _edit(_Group(start, start + len(part), part, 1.0), steps)


def _weighted(text: str) -> Iterator[_Group]:
    """Yield the parts in parentheses that have a weight, an inner one before the outer."""
    opened: list[int] = []
    for sign in _SIGNS.finditer(text):
        if sign[0] == "(":
            opened.append(sign.end())
        elif sign[0] == ")" and opened:
            begin = opened.pop()
            if weight := _WEIGHT.search(text[begin : sign.start()]):
                inner = text[begin : begin + weight.start()]
                yield _Group(begin - 1, sign.end(), inner, float(weight["weight"]))


def _edit(group: _Group, steps: int) -> Edit | None:
    start, end, inner, weight = group.start, group.end, group.inner, group.weight
    # What somebody has typed below 0 may stay there.
    new = round(max(min(weight, 0.0), weight + steps * _STEP), 2)
    if new == weight:
        return None
    if new == 1:
        return Edit(start, end, inner, (start, start + len(inner)))
    return Edit(start, end, f"({inner}:{new:g})", (start + 1, start + 1 + len(inner)))


def _is_whole(part: str) -> bool:
    """Tell whether every parenthesis and brace has its partner inside, and no `|` is cut off."""
    is_open: list[str] = []
    for sign in _SIGNS.findall(part):
        if sign in "({":
            is_open.append(sign)
        elif sign in ")}":
            if not is_open or is_open.pop() + sign not in {"()", "{}"}:
                return False
        elif sign == "|" and "{" not in is_open:
            return False
    return not is_open
