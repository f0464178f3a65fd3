"""One setting after the other: a line of settings taken apart, and the names that settings have."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    "Width": ("width", "image width", "size 1"),
    "Height": ("height", "image height", "size 2"),
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
KNOWN = _OTHERS | _NAMES.keys()
_KEY = r"[^\s,:\"'\[\]{}<>][^,:\"\[\]{}\n]{0,60}?"
KEY_AT = re.compile(rf"[\s,]*({_KEY})\s*: *")
_NEXT = re.compile(rf",(?=\s*(?=[^,:]*[^\W\d_])({_KEY})\s*:)")
"""A comma that ends a value: a key follows, not the rest of "7,5" or of "(v2, fp16)"."""
_QUOTED = re.compile(rf'"(?:\\.|[^\\])*?"(?=\s*(?:,\s*{_KEY}\s*:|,?\s*\Z))', re.DOTALL)
_ENDED = re.compile(r"\s*(?:,|\Z)")
_UPTO_WORD = re.compile(r"(?:[^,]|,(?=\s*[\d.]))*", re.DOTALL)

_MOST_BRACKETS = 5
"""Commas with a key behind them inside of one pair of brackets."""


def pairs(line: str) -> Iterator[Pair]:
    """Take a line of settings apart: quoted values, JSON and lone signs may stand anywhere."""
    at = 0
    # What has no end is looked for once only: a made-up line would take forever.
    has_quotes = has_json = True
    while key := KEY_AT.match(line, at):
        start, end = key.end(), None
        if has_quotes and line.startswith('"', start):
            quoted = _QUOTED.match(line, start)
            end = quoted.end() if quoted else None
            has_quotes = quoted is not None
        elif has_json and line.startswith(("{", "["), start):
            end = _end_of_json(line, start)
            has_json = end is not None
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
        names = (_NAMES.get(folded(key), key), _BESIDE.get(folded(key), key))
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


def known(line: str) -> int:
    """Count the known keys with which a line begins one setting after the other."""
    key = KEY_AT.match(line)
    if key is None or line.lstrip()[:1] == "," or folded(key[1]) not in KNOWN:
        return 0
    return sum(folded(key) in KNOWN for key, _ in pairs(line))


def folded(key: str) -> str:
    """Return a key as it is compared: without capitals, and with blanks for other signs."""
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
