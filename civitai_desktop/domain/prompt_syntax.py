"""What other programs make something of in a prompt, and Civitai reads as it stands.

Sources: the manuals of Dynamic Prompts and AUTOMATIC1111 (wildcards, alternation, scheduling),
SwarmUI (tags), NovelAI (||a|b||) and Midjourney (parameters, ::2).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_Span = tuple[int, int]

_LONGEST = 32
"""Characters of an excerpt; more of it would not be read under the field."""

_SIGNS = re.compile(r"[\[{(<|$]|__|::|--")
"""Without any of these there is nothing to be found, which is soon told of most prompts."""

_MAY_BE_JSON = re.compile(r"\s*[\[{]")
_NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)"
_FLAGS = "ar|aspect|v|version|niji|stylize|chaos|no|seed|quality|style|weird|iw|sref|cref|raw|tile"
_TAGS = "random|wildcard|alternate|fromto|repeat|choose|setvar|var|lora|lyco|locon|hypernet"

_FILLED_IN = (
    # {2$$a|b}, {1-2$$a|b}: how many are taken; {@a|b}: in which order.
    r"(?<!\\)\{\s*(?P<said>\d*(?:-\d*)?\$\$|[@~!](?=[^{}]{1,300}\|))",
    # {0.5::a|b}: how often; 1.3::a:: and a::2: how much.
    rf"(?P<said>(?<![\w.:]){_NUMBER}::|(?<=\w)::{_NUMBER})",
    # __animal__: a word of a list.
    r"(?<![\w\\])(?P<said>__(?=[^_\s])[\w*/.~@! -]{1,60}?(?<=[^_\s])"
    r"(?:\([^()\n]{0,80}\))?__)(?!\w)",
    # ${season=summer}: a variable.
    r"(?<!\\)(?P<said>\$\{[^{}\n]{1,80}\}?)",
    # <random:a,b>, <lora:x:1>: a list of words, or a file.
    rf"(?P<said><(?:{_TAGS})(?:\[[^\[\]<>]{{0,40}}\])?:[^<>\n]{{1,300}}>)",
    # [a|b]: each in turn; ||a|b||: one of them.
    r"(?<!\\)(?P<said>\[[^\[\]{}]{0,300}\|[^\[\]]{0,300}\])",
    r"(?P<said>\|\|[^|\n]{1,200}(?:\|[^|\n]{1,200})+\|\|)",
    # [a:b:0.5]: one after the other. [16:9] is a shape.
    r"(?<!\\)(?P<said>\[(?=[^\[\]]{0,300}[^\s\d:\[\]])[^\[\]]{0,300}:\s*"
    rf"{_NUMBER}\s*\])",
    # --ar 16:9: a setting.
    rf"(?<!\S)(?P<said>--(?:{_FLAGS})\b(?:\s+[\w:.]+)?)",
)
_WEIGHED = (
    rf"(?<!\\)(?P<said>\((?=[^()]{{0,300}}[^\s\d:()])[^()]{{0,300}}:\s*{_NUMBER}\s*\))",
    r"(?<!\\)(?P<said>\[(?=[^\[\]]{0,300}[^\W\d_])[^\[\]\n]{1,300}\])",
)
_CHOICE = r"(?<!\\)(?P<said>\{[^{}]{0,300}\|[^{}]{0,300}\})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """Excerpts of a prompt, in reading order, each once.

    Attributes:
        filled_in: What another program would have put something else in the place of.
        weighed: What counts more or less with another engine, and is read as it stands by this.
    """

    filled_in: tuple[str, ...] = ()
    weighed: tuple[str, ...] = ()


def foreign(prompt: str, *, weighs: bool, has_choices: bool = True) -> Foreign:
    """Return what is not understood in a prompt, as it was typed.

    Args:
        weighs: Whether the engine understands `(a:1.2)` and `[a]`.
        has_choices: Whether `{a|b}` makes a prompt of each here.
    """
    if not _SIGNS.search(prompt) or (_MAY_BE_JSON.match(prompt) and _is_json(prompt)):
        return Foreign()
    patterns = _FILLED_IN if has_choices else (*_FILLED_IN, _CHOICE)
    found = sorted(each for pattern in patterns for each in _spans(pattern, prompt))
    weighed = sorted(each for pattern in _WEIGHED for each in _spans(pattern, prompt))
    return Foreign(
        filled_in=_excerpts(prompt, _outermost(found)),
        weighed=() if weighs else _excerpts(prompt, _apart(weighed, found)),
    )


def _spans(pattern: str, prompt: str) -> Iterator[_Span]:
    # Compiled when it is first looked for, and kept by `re`: the window opens before.
    for each in re.finditer(pattern, prompt):
        yield each.span("said")


def _outermost(spans: list[_Span]) -> list[_Span]:
    """Leave out of sorted spans what lies within, or begins within, one before it."""
    kept: list[_Span] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _apart(spans: list[_Span], others: list[_Span]) -> list[_Span]:
    """Leave out of some spans what touches one of the others."""
    return [
        (start, end)
        for start, end in _outermost(spans)
        if not any(begin < end and start < finish for begin, finish in others)
    ]


def _excerpts(prompt: str, spans: list[_Span]) -> tuple[str, ...]:
    texts = (" ".join(prompt[start:end].split()) for start, end in spans)
    short = (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in texts)
    return tuple(dict.fromkeys(short))


def _is_json(prompt: str) -> bool:
    """Tell whether a prompt is written as JSON, whose brackets are its own."""
    try:
        return isinstance(json.loads(prompt), dict | list)
    except (ValueError, RecursionError):
        return False
