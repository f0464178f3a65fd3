"""Where the settings of a picture's text are: found among the lines of a prompt.

The grammar is A1111's; what Forge, SD.Next, Fooocus, Easy Diffusion and the ways of copying make
of it is forgiven, as long as it is clear what is meant.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from civitai_desktop.storage.setting_pairs import KEY_AT, KNOWN, Pair, folded, known, pairs

_WORDS = frozenset({"styles", "engine", "user", "operations", "refiner", "guidance", "schedule"})
_OF_PROGRAMS = frozenset({"app", "version", "pipeline", "backend", "parser", "model hash"})
"""What a line of settings above another one has, and no line of a prompt."""
_A_NAME = re.compile(r"\S*[\dA-Z]\S*")
"""Of a program, or of its version."""

_STEPS_AT_START = re.compile(r"\s*Steps:\s*(?:\d+\s*(?:,|\Z)|\Z)")
_INSIDE = re.compile(
    r"(?<!Hires )(?<!Refiner )(?<!Detailer )"
    r"(?:(?P<steps>Steps:)\s*\d+\s*(?=,|\Z)|Seed:\s*\d+\s*,|Sampler:|CFG scale:\s*\d|Size:\s*\d)",
    re.IGNORECASE,
)
_WITH_KEYS_BEFORE = re.compile(
    rf"(?:\b(?:{'|'.join(map(re.escape, sorted(KNOWN - _WORDS, key=len, reverse=True)))})"
    r":\s*[^,:\n]{1,60},\s*)+\Z",
    re.IGNORECASE,
)
_QUOTES = re.compile(r'"(?:\\.|[^"\\])*"')
_STEPS_BEHIND_WORDS = re.compile(r"[^\s,]\s*(?<!Hires )(?<!Refiner )(?<!Detailer )Steps:\s*\d+\s*,")
_COUNTS = re.compile(r"\s*(?:steps|seed)\s*:\s*\d+\s*,?\s*\Z", re.IGNORECASE)
"""One of the lines that a prompt in headings does not have."""
_USUAL = (
    "Steps|Sampler|Schedule type|Distilled CFG Scale|CFG scale|CFG Scale|Seed|Size|Model hash|Model"
    "|Clip skip|Denoising strength|VAE|Version"
)
_BEFORE_KEY = re.compile(
    rf"(?<!Hires)(?:\s*[,;|\uff0c\uff1b]\s*|\s+|\A\s*)({_USUAL})\s*[:\uff1a] *"
)
_HAS_STEPS = re.compile(r"\bSteps\s*[:\uff1a]\s*\d")
_HAS_SEED = re.compile(r"\bSeed\s*[:\uff1a]\s*\d")
_NEGATIVE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*negative[^\S\n]+prompt\s*:", re.IGNORECASE)
_NEGATIVE_INSIDE = re.compile(r"negative[^\S\n]+prompt:", re.IGNORECASE)
_NEGATIVE_AS_NAME = re.compile(r"N(?:egative[^\S\n]+[Pp]rompt|EGATIVE[^\S\n]+PROMPT):")
"""In the middle of a line, where small letters may be anybody's words."""
_TEMPLATE = re.compile(r"\s*(?:negative )?template:(?:\s|\Z)", re.IGNORECASE)
_LABEL = re.compile(r"\s*(?:positive )?prompt:\s*", re.IGNORECASE)

_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
_BLANKS = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_PLAIN = _INVISIBLE | _BLANKS | {0x09: " "}
_MARKS = "\u200b\u200e\u200f\u2060\ufeff"
"""What nobody sees at the start of a line."""
_CERTAIN = 3
"""Settings that make a line one of settings; A1111 draws the same line."""
_MOST_TRIED = 20
"""Places in one line at which its settings may begin; a line with more is made up."""


@dataclass(frozen=True, slots=True)
class FoundSettings:
    """Where a text's settings are.

    Attributes:
        prompt: The lines that are not settings: both prompts.
        pairs: The settings.
        is_one_line: Whether prompt and settings share a line.
    """

    prompt: Sequence[str]
    pairs: Sequence[Pair]
    is_one_line: bool = False


@dataclass(frozen=True, slots=True)
class _Begin:
    """A place at which settings may begin: the line, the column, and how many follow."""

    line: int
    start: int
    count: int
    is_steps: bool


def find(text: str) -> FoundSettings | None:
    """Find the settings in a text with newlines; None if there are none."""
    lines = _without_templates(text.split("\n"))
    plain = [line.translate(_PLAIN) for line in lines]
    return _find(lines, plain) or _find(lines, [_with_commas(line) for line in plain])


def _find(lines: Sequence[str], plain: Sequence[str]) -> FoundSettings | None:
    counts = [known(line) for line in plain]
    # The last one: somebody who counts steps in a prompt does so further up.
    at = _last(count >= _CERTAIN for count in counts)
    if at is not None:
        shared = _inside(lines, plain, is_sure=True) if _is_shared(plain[at]) else None
        return shared or _around(lines, plain, at)
    if found := _line_by_line(lines, plain) or _inside(lines, plain, is_sure=True):
        return found
    at = _last(map(_STEPS_AT_START.match, plain))
    if at is None:
        has_steps = (bool(re.match(r"\s*Steps:", line)) for line in plain)
        at = _last(count > 1 and steps for count, steps in zip(counts, has_steps, strict=True))
    if at is not None:
        return _around(lines, plain, at)
    return _inside(lines, plain, is_sure=False)


def _with_commas(line: str) -> str:
    """Put commas and colons where other signs, or none, stand between settings."""
    if not (_HAS_STEPS.search(line) and _HAS_SEED.search(line)):
        return line
    return _BEFORE_KEY.sub(r", \1: ", line)


def split_negative(lines: Sequence[str], *, is_one_line: bool) -> Pair:
    """Part the lines of both prompts; one that is not there is empty."""
    at = next((at for at, line in enumerate(lines) if _NEGATIVE.match(line)), None)
    if at is not None:
        first = _NEGATIVE.sub("", lines[at], count=1)
        prompt, negative = "\n".join(lines[:at]), "\n".join([first, *lines[at + 1 :]])
    else:
        text = "\n".join(lines)
        found = (_NEGATIVE_INSIDE if is_one_line else _NEGATIVE_AS_NAME).search(text)
        start, end = found.span() if found else (len(text), len(text))
        prompt, negative = text[:start], text[end:]
        prompt = _without_sign(prompt) if is_one_line else prompt
    parts = (part.strip() for part in negative.split("Negative prompt:"))
    return prompt.strip().lstrip("\ufeff\u200b").lstrip(), " ".join(parts).strip()


def _last(are: Iterable[object]) -> int | None:
    return max((at for at, each in enumerate(are) if each), default=None)


def _around(lines: Sequence[str], plain: Sequence[str], at: int) -> FoundSettings:
    """Take the lines above and below that go on with the settings."""
    first, behind = at, at + 1
    while first and known(plain[first - 1]) and _is_above(plain[first - 1], plain[first:behind]):
        first -= 1
    parts = [", ".join(plain[first:behind])]
    is_open = _is_open(parts[0])
    depth = _depth(parts[0])
    while behind < len(lines):
        line, below = plain[behind], plain[behind : behind + _MOST_TRIED]
        if (is_open and any(map(_is_open, below))) or (depth > 0 and min(map(_depth, below)) < 0):
            parts.append("\n")
        elif _goes_on(parts[-1], line):
            parts.append(", ")
        else:
            break
        parts.append(line)
        is_open ^= _is_open(line)
        depth += _depth(line)
        behind += 1
    indent = len(plain[at]) - len(plain[at].lstrip())
    above = [_unindented(line, indent) for line in lines[:first]]
    prompt = _as_copied([*above, *_below(above, lines[behind:])], "".join(lines[first:behind]))
    return FoundSettings(prompt, list(pairs("".join(parts))))


def _as_copied(prompt: Sequence[str], settings: str) -> Sequence[str]:
    """Take out of a prompt what came in with the settings when a page was copied."""
    if any(ord(sign) in _BLANKS for sign in settings):
        prompt = [line.translate(_BLANKS) for line in prompt]
    if any(sign in _MARKS for sign in settings):
        prompt = [line.lstrip(_MARKS) for line in prompt]
    return prompt


def _is_above(line: str, below: Iterable[str]) -> bool:
    """Tell whether a line is one of settings too, and not the words of a prompt."""
    found = [(folded(key), value) for key, value in pairs(line)]
    keys = {key for key, _ in found}
    told = {folded(key) for each in below for key, _ in pairs(each)}
    if told & keys or not keys <= KNOWN:
        return False
    is_of_program = any(key in _OF_PROGRAMS and _A_NAME.fullmatch(value) for key, value in found)
    return is_of_program or bool(_STEPS_AT_START.match(line))


def _goes_on(settings: str, below: str) -> bool:
    """Tell whether a line goes on with the settings above it."""
    if not below.strip() or _NEGATIVE.match(below):
        return False
    return bool(known(below)) or settings.rstrip().endswith(",")


def _is_open(line: str) -> bool:
    """Tell whether a quoted value begins or ends here whose other end is on another line."""
    return len(re.findall(r'(?<!\\)"', line)) % 2 == 1


def _depth(line: str) -> int:
    """Count the braces of JSON that begin in a line and do not end there."""
    return line.count("{") - line.count("}")


def _below(above: Sequence[str], rest: Sequence[str]) -> Sequence[str]:
    """Return the prompt's lines behind the settings; what programs tell of themselves is none."""
    if not any(line.strip() for line in above):
        return rest
    at = next((at for at, line in enumerate(rest) if _NEGATIVE.match(line)), len(rest))
    return rest[at:]


def _is_shared(line: str) -> bool:
    """Tell whether there are words in a line of settings too, which begin like one."""
    unquoted = _QUOTES.sub("", line)
    return bool(_NEGATIVE_AS_NAME.search(unquoted, 1) or _STEPS_BEHIND_WORDS.search(unquoted))


def _inside(lines: Sequence[str], plain: Sequence[str], *, is_sure: bool) -> FoundSettings | None:
    """Find settings that stand in the same line as the prompt.

    Args:
        lines: Of the text.
        plain: The same without signs that nobody sees.
        is_sure: Whether it takes as many settings as in a line of their own.
    """
    begin = _begin(
        [
            _Begin(at, found.start(), known(line[found.start() :]), bool(found["steps"]))
            for at, line in enumerate(plain)
            for found in [*_INSIDE.finditer(line)][-_MOST_TRIED:]
        ],
        least=_CERTAIN if is_sure else 1 if any(map(_NEGATIVE_INSIDE.search, plain)) else 2,
    )
    if begin is None:
        return None
    # The invisible has gone from the line; so that the places agree, the prompt does without too.
    line, start = plain[begin.line], begin.start
    if before := _WITH_KEYS_BEFORE.search(line[:start]):
        start = before.start()
    prompt = [*lines[: begin.line], _without_sign(line[:start])]
    settings = "\n".join([line[start:], *plain[begin.line + 1 :]])
    return FoundSettings(prompt, list(pairs(settings)), is_one_line=True)


def _begin(found: Sequence[_Begin], *, least: int) -> _Begin | None:
    """Choose where the settings begin: at the last steps that more settings follow."""
    sure = [each for each in found if each.count >= _CERTAIN]
    if steps := [each for each in sure if each.is_steps]:
        return steps[-1]
    if sure:
        return max(sure, key=attrgetter("count"))
    return next((each for each in reversed(found) if each.is_steps and each.count >= least), None)


def _line_by_line(lines: Sequence[str], plain: Sequence[str]) -> FoundSettings | None:
    """Find settings of which each has a line of its own, as Easy Diffusion writes them."""
    at = len(plain)
    while at and _is_one_setting(plain[at - 1]):
        at -= 1
    while at < len(plain) and not known(plain[at]):
        at += 1
    settings = plain[at:]
    if sum(map(bool, map(known, settings))) < _CERTAIN or not any(map(_COUNTS.match, settings)):
        return None
    prompt = list(lines[:at])
    if prompt:
        prompt[0] = _LABEL.sub("", prompt[0], count=1)
    return FoundSettings(prompt, [pair for line in settings for pair in pairs(line)])


def _is_one_setting(line: str) -> bool:
    is_prompt = _NEGATIVE.match(line) or _LABEL.match(line)
    return not line.strip() or bool(KEY_AT.match(line) and not is_prompt)


def _without_templates(lines: Iterable[str]) -> list[str]:
    """Drop each template and what follows it, up to the next line that has a key."""
    kept: list[str] = []
    in_template = False
    for line in lines:
        plain = line.translate(_PLAIN)
        is_key = bool(re.search(r"[\w\s]: ", plain)) or _NEGATIVE.match(plain)
        in_template = bool(_TEMPLATE.match(plain)) or (in_template and not is_key)
        if not in_template:
            kept.append(line)
    return kept


def _unindented(line: str, indent: int) -> str:
    return line[min(indent, len(line) - len(line.lstrip())) :]


def _without_sign(text: str) -> str:
    """Take off the one sign that stands between a prompt and what comes after it in its line."""
    text = text.rstrip()
    return text[:-1].rstrip() if text.endswith((".", ",")) else text
