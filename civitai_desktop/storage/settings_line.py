"""The settings of a picture's text: found among the lines of a prompt, and taken apart.

The grammar is A1111's; what Forge, SD.Next, Fooocus, Easy Diffusion and the ways of copying make
of it is forgiven, as long as it is clear what is meant.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from civitai_desktop.storage.picture_text import whole_signs

Pair = tuple[str, str]
"""A key and its value, as they are written."""

_SPELLINGS: Mapping[str, Sequence[str]] = {
    "Steps": ("steps", "sampling steps", "num inference steps", "inference steps"),
    "Sampler": ("sampler", "sampler name", "sampling method", "sample method"),
    "Schedule type": ("schedule type", "schedule", "scheduler", "scheduler type"),
    "CFG scale": ("cfg scale", "cfg", "cfgscale", "guidance scale", "guidance"),
    "Distilled CFG Scale": ("distilled cfg scale", "distilled cfg", "distilled guidance scale"),
    "Seed": ("seed",),
    "Size": ("size", "resolution", "image size"),
    "Width": ("width", "image width"),
    "Height": ("height", "image height"),
    "Clip skip": ("clip skip", "clipskip"),
    "Denoising strength": ("denoising strength", "denoise", "denoising", "prompt strength"),
    "Model": ("model", "checkpoint", "base model", "stable diffusion model"),
    "VAE": ("vae", "vae model"),
}
"""By the name under which it is kept, what a setting is called by the programs that write it."""

_NAMES = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings}
_BESIDE = {"guidance": "Distilled CFG Scale", "guidance scale": "Distilled CFG Scale"}
"""What a setting is that has no name of its own left, because the text has the usual one too."""
_FILES = frozenset({"Model", "VAE"})
"""Settings that are names, in which a comma may stand."""

_OTHERS = frozenset(
    {
        *("app", "version", "pipeline", "parser", "backend", "operations", "engine", "workflow"),
        *("model hash", "vae hash", "refiner", "refiner hash", "hashes", "lora hashes"),
        *("ti hashes", "civitai resources", "civitai metadata", "created date", "user", "batch"),
        *("hires upscale", "hires upscaler", "hires steps", "hires prompt", "hires resize"),
        *("hires sampler", "hires cfg scale", "hires schedule type", "hires negative prompt"),
        *("rng", "ensd", "eta", "tiling", "face restoration", "variation seed", "performance"),
        *("variation seed strength", "variation strength", "sharpness", "styles", "lora weights"),
        *("module 1", "module 2", "module 3", "token merging ratio", "index", "raw prompt"),
    }
)
"""Further keys by which a line is known as one of settings."""
_KNOWN = _OTHERS | _NAMES.keys()
_WORDS = frozenset({"styles", "engine", "user", "operations", "refiner", "guidance", "schedule"})
_ABOVE = _KNOWN - _WORDS - {"model", "checkpoint"}
"""What begins a line of settings above another one, and no line of a prompt."""

_TRAILERS = frozenset({"civitai resources", "civitai metadata", "hashes"})
"""Keys whose value is JSON; one that does not decode ends the line."""

_KEY = r"[^\s,:\"'\[\]{}<>][^,:\"\[\]{}\n]{0,60}?"
_KEY_AT = re.compile(rf"[\s,]*({_KEY})\s*: *")
_NEXT = re.compile(rf",(?=\s*(?=[^,:]*[^\W\d_])({_KEY})\s*:)")
"""A comma that ends a value: a key follows, not the rest of "7,5" or of "(v2, fp16)"."""
_QUOTED = re.compile(rf'"(?:\\.|[^\\])*?"(?=\s*(?:,\s*{_KEY}\s*:|,?\s*\Z))', re.DOTALL)
_ENDED = re.compile(r"\s*(?:,|\Z)")
_UPTO_WORD = re.compile(r"(?:[^,]|,(?=\s*[\d.]))*", re.DOTALL)

_STEPS_AT_START = re.compile(r"\s*Steps:\s*(?:\d+\s*(?:,|\Z)|\Z)")
_STEPS_INSIDE = re.compile(r"(?<!Hires )(?<!Refiner )(?<!Detailer )Steps:\s*\d+\s*(?=,|\Z)")
_WITH_KEYS_BEFORE = re.compile(
    rf"(?:\b(?:{'|'.join(map(re.escape, sorted(_KNOWN - _WORDS, key=len, reverse=True)))})"
    r":\s*[^,:\n]{1,60},\s*)+\Z",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*negative[^\S\n]+prompt\s*:", re.IGNORECASE)
_NEGATIVE_INSIDE = re.compile(r"negative[^\S\n]+prompt:", re.IGNORECASE)
_TEMPLATE = re.compile(r"\s*(?:negative )?template:(?:\s|\Z)", re.IGNORECASE)
_LABEL = re.compile(r"\s*(?:positive )?prompt:\s*", re.IGNORECASE)

_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
_BLANKS = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_PLAIN = _INVISIBLE | _BLANKS | {0x09: " "}
_MARKS = "\u200b\u200e\u200f\u2060\ufeff"
"""What nobody sees at the start of a line."""
_CERTAIN = 3
"""Settings that make a line one of settings; A1111 draws the same line."""
_MOST_BRACKETS = 8
"""Commas with a key behind them inside of one pair of brackets."""
_MOST_TRIED = 50
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


def find(text: str) -> FoundSettings | None:
    """Find the settings in a text with newlines; None if there are none."""
    lines = _without_templates(text.split("\n"))
    plain = [line.translate(_PLAIN) for line in lines]
    counts = [_known(line) for line in plain]
    # The last one: somebody who counts steps in a prompt does so further up.
    at = _last(count >= _CERTAIN for count in counts)
    if at is not None:
        return _around(lines, plain, at)
    if found := _line_by_line(lines, plain):
        return found
    at = _last(map(_STEPS_AT_START.match, plain))
    if at is None:
        has_steps = (bool(re.match(r"\s*Steps:", line)) for line in plain)
        at = _last(count > 1 and steps for count, steps in zip(counts, has_steps, strict=True))
    return _inside(lines, plain) if at is None else _around(lines, plain, at)


def pairs(line: str) -> Iterator[Pair]:
    """Take a line of settings apart: quoted values, JSON and lone signs may stand anywhere."""
    at = 0
    # What has no end is looked for once only: a made-up line would take forever.
    has_quotes = has_json = True
    while key := _KEY_AT.match(line, at):
        start, end = key.end(), None
        if has_quotes and line.startswith('"', start):
            quoted = _QUOTED.match(line, start)
            end = quoted.end() if quoted else None
            has_quotes = quoted is not None
        elif has_json and line.startswith(("{", "["), start):
            end = _end_of_json(line, start)
            has_json = end is not None
            if not has_json and _folded(key[1]) in _TRAILERS:
                return  # nobody can tell where it ends
        if end is None:
            end = _end_of_value(line, start)
        yield key[1], line[start:end].strip(" ,\n")
        following = _NEXT.search(line, end)
        if following is None:
            return
        at = following.end()


def named(found: Iterable[Pair]) -> Mapping[str, str]:
    """Return settings by their usual names; the first of two with one name has it."""
    found = list(found)
    exact = {key for key, _ in found if key in _SPELLINGS}
    settings: dict[str, str] = {}
    for key, value in found:
        folded = _folded(key)
        names = (_NAMES.get(folded, key), _BESIDE.get(folded, key))
        name = next((each for each in names if each not in exact | settings.keys()), key)
        name = key if key in exact else name
        settings.setdefault(name, _tidy(name, value))
    if "Size" not in settings and {"Width", "Height"} <= settings.keys():
        settings["Size"] = f"{settings.pop('Width')}x{settings.pop('Height')}"
    return MappingProxyType(settings)


def unquoted(value: str) -> str:
    """Return what a quoted value says; any other value as it is."""
    if len(value) < 2 or not (value.startswith('"') and value.endswith('"')):
        return value
    try:
        return whole_signs(str(json.loads(value, strict=False)))
    except (ValueError, RecursionError):
        return value[1:-1]


def split_negative(lines: Sequence[str], *, is_one_line: bool) -> Pair:
    """Part the lines of both prompts; one that is not there is empty."""
    at = next((at for at, line in enumerate(lines) if _NEGATIVE.match(line)), None)
    if at is not None:
        first = _NEGATIVE.sub("", lines[at], count=1)
        prompt, negative = "\n".join(lines[:at]), "\n".join([first, *lines[at + 1 :]])
    elif is_one_line:
        text = "\n".join(lines)
        found = _NEGATIVE_INSIDE.search(text)
        start, end = found.span() if found else (len(text), len(text))
        prompt, negative = _without_sign(text[:start]), text[end:]
    else:
        prompt, _, negative = "\n".join(lines).partition("Negative prompt:")
    parts = (part.strip() for part in negative.split("Negative prompt:"))
    return prompt.strip().lstrip("\ufeff\u200b").lstrip(), " ".join(parts).strip()


def _last(are: Iterable[object]) -> int | None:
    return max((at for at, each in enumerate(are) if each), default=None)


def _known(line: str) -> int:
    """Count the known keys with which a line begins one setting after the other."""
    key = _KEY_AT.match(line)
    if key is None or line.lstrip()[:1] == "," or _folded(key[1]) not in _KNOWN:
        return 0
    return sum(_folded(key) in _KNOWN for key, _ in pairs(line))


def _around(lines: Sequence[str], plain: Sequence[str], at: int) -> FoundSettings:
    """Take the lines above and below that go on with the settings."""
    first, behind = at, at + 1
    while first and _known(plain[first - 1]) and _is_above(plain[first - 1]):
        first -= 1
    settings = ", ".join(plain[first:behind])
    is_open = _is_open(settings)
    parts = [settings]
    while behind < len(lines):
        line = plain[behind]
        if is_open and any(map(_is_open, plain[behind : behind + _MOST_TRIED])):
            parts.append("\n")
        elif _goes_on(parts[-1], line):
            parts.append(", ")
        else:
            break
        parts.append(line)
        is_open ^= _is_open(line)
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


def _is_above(line: str) -> bool:
    keys = [_folded(key) for key, _ in pairs(line)]
    return all(key in _KNOWN for key in keys) and (keys[0] in _ABOVE or len(keys) > 1)


def _goes_on(settings: str, below: str) -> bool:
    """Tell whether a line goes on with the settings above it."""
    if not below.strip() or _NEGATIVE.match(below):
        return False
    return bool(_known(below)) or settings.rstrip().endswith(",")


def _is_open(line: str) -> bool:
    """Tell whether a quoted value begins or ends here whose other end is on another line."""
    return len(re.findall(r'(?<!\\)"', line)) % 2 == 1


def _below(above: Sequence[str], rest: Sequence[str]) -> Sequence[str]:
    """Return the prompt's lines behind the settings; what programs tell of themselves is none."""
    if not any(line.strip() for line in above):
        return rest
    at = next((at for at, line in enumerate(rest) if _NEGATIVE.match(line)), len(rest))
    return rest[at:]


def _inside(lines: Sequence[str], plain: Sequence[str]) -> FoundSettings | None:
    """Find settings that stand in the same line as the prompt."""
    best: tuple[int, int, int] = (0, 0, 0)
    for at, line in enumerate(plain):
        for tried, steps in enumerate(_STEPS_INSIDE.finditer(line)):
            if tried == _MOST_TRIED:
                break
            count = _known(line[steps.start() :])
            is_all = count == 1 and _NEGATIVE_INSIDE.search("\n".join([*plain[:at], line]))
            best = max(best, (count + bool(is_all), at, steps.start()), key=_count)
    count, at, start = best
    if count < 2:
        return None
    # The invisible has gone from the line; so that the places agree, the prompt does without too.
    line = plain[at]
    if before := _WITH_KEYS_BEFORE.search(line[:start]):
        start = before.start()
    prompt = [*lines[:at], _without_sign(line[:start])]
    settings = "\n".join([line[start:], *plain[at + 1 :]])
    return FoundSettings(prompt, list(pairs(settings)), is_one_line=True)


def _count(best: tuple[int, int, int]) -> int:
    return best[0]


def _line_by_line(lines: Sequence[str], plain: Sequence[str]) -> FoundSettings | None:
    """Find settings of which each has a line of its own, as Easy Diffusion writes them."""
    at = len(plain)
    while at and _is_one_setting(plain[at - 1]):
        at -= 1
    while at < len(plain) and not _known(plain[at]):
        at += 1
    settings = plain[at:]
    if sum(map(bool, map(_known, settings))) < _CERTAIN:
        return None
    prompt = list(lines[:at])
    if prompt:
        prompt[0] = _LABEL.sub("", prompt[0], count=1)
    return FoundSettings(prompt, [pair for line in settings for pair in pairs(line)])


def _is_one_setting(line: str) -> bool:
    is_prompt = _NEGATIVE.match(line) or _LABEL.match(line)
    return not line.strip() or bool(_KEY_AT.match(line) and not is_prompt)


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


def _folded(key: str) -> str:
    return " ".join(re.split(r"[\s_-]+", key.strip().casefold()))


def _tidy(name: str, value: str) -> str:
    """Take the quotes off what everybody has; values of other settings stay as they are."""
    if name not in _SPELLINGS:
        return value
    if name in _FILES or value.startswith('"'):
        return unquoted(value)
    # Words behind a comma are a setting without a value; "7,5" stays.
    found = _UPTO_WORD.match(value)
    return found[0].strip() if found else value


def _end_of_json(line: str, start: int) -> int | None:
    try:
        _, end = json.JSONDecoder().raw_decode(line, start)
    except (ValueError, RecursionError):
        return None
    return end if _ENDED.match(line, end) else None


def _end_of_value(line: str, start: int) -> int:
    """Return where a plain value ends: at the first comma before a key, outside brackets."""
    first = None
    for tried, comma in enumerate(_NEXT.finditer(line, start)):
        first = comma.start() if first is None else first
        value = line[start : comma.start()]
        if value.count("(") <= value.count(")"):
            return comma.start()
        if tried == _MOST_BRACKETS:
            break
    return len(line) if first is None else first
