"""Alternatives in a prompt: `{a|b}` stands for two prompts, one with each."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from civitai_desktop.domain.errors import InvalidInput

MOST = 100
"""Prompts that one template may make; each is a generation that is paid for."""

_TOKEN = re.compile(r"\\(?P<real>[{|}])|[{|}\[\]]|(?:[^\\{|}\[\]]|\\[\[\]]|\\(?![{|}\[\]]))+")
_SIGN = re.compile(r"[{|}]")
_OF_OTHERS = re.compile(
    # {2$$a|b}: how many are taken; {@a|b}: in which order; {0.5::a|b}: how often.
    r"\s*(?:\d*(?:-\d*)?\$\$|[@~!]|-?(?:\d+(?:\.\d*)?|\.\d+)::)"
)
"""How an alternative begins that another program makes something else of (prompt_syntax.py)."""
_JSON = re.compile(
    r"""\s*(?:"[^"]*"|'[^']*'|\u201c[^\u201d]*\u201d)\s*:   # {"key": ...
    | \s*[\w$-]+\s*:\s*["'\u201c]                        # {key: "...
    """,
    re.VERBOSE,
)
"""How an object begins, whose `|` are text."""

_Options = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Brace:
    """A brace that is still open: where it stands in the text, and what parts it began.

    Attributes:
        squares: For each square bracket that is open in it, how many parts there were before.
    """

    at: int
    starts: list[int]
    squares: list[int] = field(default_factory=list)


def expand(template: str) -> tuple[str, ...]:
    r"""Return every prompt that a template stands for, each once, in reading order.

    `{a|b}` takes one of the two; an alternative may be empty, and may hold alternatives of its
    own. `\{`, `\|` and `\}` are the characters themselves; any other backslash stays, because
    prompts have `\(` too. Braces without a `|` of their own offer no choice and stay as they are:
    prompts written as JSON, and other programs' `{emphasis}`, keep their meaning. So does `[a|b]`:
    a `|` between square brackets belongs to them and not to the braces around them. In
    `{"key": "a|b"}` it is text. What other programs fill in by rules of their own, `{2$$a|b}`,
    `{0.5::a|b}` or `${name=a|b}`, stays as it was typed with all that is in it: half of such a
    rule in every prompt would be paid for, and wanted by nobody.

    Returns:
        At least one prompt; exactly `template` where it has neither alternatives nor `\{`.

    Raises:
        InvalidInput: A brace has no partner, or there are more than `MOST` prompts.
    """
    parts: list[_Options] = []
    braces: list[_Brace] = []
    for token in _TOKEN.finditer(template):
        text = token.group()
        parts.append((token["real"] or text,))
        if text == "{":
            braces.append(_Brace(token.start(), [len(parts)]))
        elif text == "|" and braces:
            braces[-1].starts.append(len(parts))
        elif text == "[" and braces:
            braces[-1].squares.append(len(braces[-1].starts))
        elif text == "]" and braces and braces[-1].squares:
            del braces[-1].starts[braces[-1].squares.pop() :]
        elif text == "}":
            if not braces:
                raise _complaint(
                    f"The }} at character {token.start() + 1} closes nothing. "
                    "Write \\} for a real brace."
                )
            _end(template[: token.end()], parts, braces.pop())
    if braces:
        raise _complaint(
            f"The {{ at character {braces[0].at + 1} is never closed. Write \\{{ for a real brace."
        )
    return tuple(dict.fromkeys(_combined(parts)))


def escape(prompt: str) -> str:
    r"""Return the template that stands for exactly this prompt; mostly the prompt itself."""
    try:
        if expand(prompt) == (prompt,):
            return prompt
    except InvalidInput:
        pass
    return _SIGN.sub(r"\\\g<0>", prompt)


def _end(read: str, parts: list[_Options], brace: _Brace) -> None:
    """Make of a brace that ends the text read so far what it is: a choice, or text."""
    if _is_of_others(read, brace, parts):
        parts[brace.starts[0] - 1 :] = [(read[brace.at :],)]
    elif not _JSON.match(read, brace.at + 1):
        _close(parts, brace.starts)


def _is_of_others(read: str, brace: _Brace, parts: Sequence[_Options]) -> bool:
    """Tell whether another program's rule stands between two braces."""
    if read.endswith("$", 0, brace.at) and not read.endswith("\\$", 0, brace.at):
        return True
    offers_a_choice = len(brace.starts) > 1
    return offers_a_choice and any(_OF_OTHERS.match(parts[start][0]) for start in brace.starts)


def _close(parts: list[_Options], starts: Sequence[int]) -> None:
    """Make one part of what lies between two braces, if they offer a choice."""
    if len(starts) == 1:
        return
    bounds = pairwise((*starts, len(parts)))
    # Each alternative ends before the sign that follows it.
    options = [text for begin, end in bounds for text in _combined(parts[begin : end - 1])]
    _check(len(options))
    # The opening brace goes too.
    parts[starts[0] - 1 :] = [tuple(dict.fromkeys(options))]


def _combined(parts: Sequence[_Options]) -> Iterator[str]:
    _check(math.prod(map(len, parts)))
    return map("".join, product(*parts))


def _check(count: int) -> None:
    if count > MOST:
        raise _complaint(
            f"These alternatives make more than {MOST} prompts. "
            "Take some away, or generate them in several goes."
        )


def _complaint(text: str) -> InvalidInput:
    return InvalidInput(text, next_step="")
