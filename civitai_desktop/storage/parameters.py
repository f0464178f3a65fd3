"""The grammar of a picture's text: prompt, negative prompt, and one line that begins "Steps: ".

A1111 began it, civitai.com and others read it. Reading forgives what others write; writing keeps
to what the strictest reader takes.
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from civitai_desktop import __version__
from civitai_desktop.storage import json_texts, setting_pairs, settings_line
from civitai_desktop.storage.picture_text import (
    PictureResource,
    PictureText,
    is_number,
    resources_of,
    whole_signs,
)
from civitai_desktop.storage.samplers import SAMPLERS

__all__ = ["PictureResource", "PictureText", "compose", "parse"]

_STEPS = "Steps: "
_NEGATIVE = "Negative prompt:"
_TEMPLATES = ("Template: ", "Negative Template: ")
_APP = "civitai-desktop"
_EXACT = "Exact prompt"
"""Holds both prompts where the grammar cannot carry them as they were typed; ours alone."""
_RESOURCES = "Civitai resources"
_HASHES, _LORA_HASHES = "Hashes", "Lora hashes"
_TRAILERS = frozenset({_RESOURCES.casefold(), _HASHES.casefold(), "civitai metadata"})
"""Keys whose value is JSON and no setting."""

_PARAMETERS = re.compile(r"\s*Parameters\s*:\s*")
_OURS = re.compile(rf"(?:\A|\n)(?=Steps: [^\n]*, App: {_APP}\b[^\n]*\s*\Z)")
_OTHER_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_FENCE = re.compile(r"\A\s*```\w*\n|\n```\s*\Z")
"""Around a text in a forum."""
_SPELLED_BREAKS = re.compile(r"\\n(?:Negative prompt|Steps):")
"""As they come out of JSON that somebody has copied."""
_CUT = re.compile(r"Resources: |Hashed prompt: |Hashed Negative prompt: ")
"""What the site's own browser extension once wrote; everything behind it is its."""
_UNSAFE_IN_VALUE = re.compile(r'[\s,:"]+')
# U+FEFF and U+FFFE would be taken for the byte order mark of the whole text.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe]")
_NO_WORDS = re.compile(r"\s*[{\[<]|[^\n]*[\x00-\x08\x0e-\x1f\ufffd]")
"""How a text begins that is JSON, XML or no text at all."""
_LONGEST = 500_000
"""In characters; what another program has written that is longer is no prompt with settings."""
_CUT_SHORT = "…"

_SAMPLERS = {spelling: name for name, spellings in SAMPLERS.items() for spelling in spellings}
"""The API's names to A1111's, where it has one; the site knows samplers by these."""
_KARRAS = frozenset(
    {"LMS", "DPM2", "DPM2 a", "DPM++ 2S a", "DPM++ 2M", "DPM++ SDE", "DPM++ 2M SDE", "DPM++ 3M SDE"}
)
"""Samplers that exist in A1111 under a name of their own with Karras' schedule."""


def parse(text: str) -> PictureText:
    """Take a picture's text apart; anything goes in, what makes no sense is left out.

    A text without settings is a prompt, as far as it is words.
    """
    text = whole_signs(text).replace("\r\n", "\n").replace("\r", "\n")
    if ours := _OURS.search(text):
        return _ours(text[: ours.start()], text[ours.end() :])
    text = _line_breaks(text).strip().strip("\ufeff\u200b\0").strip()
    if text.startswith("{") and (told := json_texts.read(text)):
        return told
    text = _PARAMETERS.sub("", text) if _PARAMETERS.match(text) else text
    if len(text) > _LONGEST:
        return PictureText()
    found = settings_line.find(text)
    if found is None:
        lines = [] if _NO_WORDS.match(text) else text.split("\n")
        found = settings_line.FoundSettings(lines, ())
    prompt, negative = settings_line.split_negative(found.prompt, is_one_line=found.is_one_line)
    return _with_settings(PictureText(prompt=prompt, negative_prompt=negative), found.pairs)


def compose(
    *,
    prompt: str,
    engine: str,
    workflow: str = "txt2img",
    negative_prompt: str = "",
    steps: int | None = None,
    sampler: str | None = None,
    scheduler: str | None = None,
    guidance: float | None = None,
    seed: int | None = None,
    width: int | None = None,
    height: int | None = None,
    clip_skip: int | None = None,
    created_at: datetime | None = None,
    resources: Iterable[PictureResource] = (),
    longest: int | None = None,
) -> str:
    """Write a picture's text; what is None or empty is left out.

    `parse` gives both prompts back as they are, unless they had to be shortened; only halves of
    signs, which no file can hold, are left out. No "Model" and no
    "Version" key: either would take the site's "made on Civitai" mark away.

    Args:
        prompt: Its words are kept; where they look like a part of the grammar a space is added.
        engine: The catalogue's engine id.
        workflow: The site's name of the technique: "txt2img" or "img2img".
        negative_prompt: As `prompt`.
        steps: Written as 0 where the engine has none.
        sampler: The API's name.
        scheduler: The API's name.
        guidance: CFG scale.
        seed: Of this very picture.
        width: In pixels.
        height: In pixels.
        clip_skip: Layers left out at the text encoder's end.
        created_at: With a time zone; written in UTC.
        resources: What else took part; see `PictureResource.from_air`.
        longest: In UTF-16 units, as JPEG and WebP count; the prompts are shortened, the negative
            one to no less than a quarter, and the settings never.
    """
    settings = {
        # Without steps the site reads nothing at all, whatever the engine.
        "Steps": str(steps or 0),
        "Sampler": _sampler(sampler, scheduler),
        "CFG scale": f"{guidance:g}" if is_number(guidance) else "",
        "Seed": "" if seed is None else str(seed),
        "Size": f"{width}x{height}" if width and height else "",
        "Clip skip": "" if clip_skip is None else str(clip_skip),
        "engine": _value(engine),
        "workflow": _value(workflow),
        "App": f"{_APP} {__version__}",
        # A date is the one value whose colons are understood.
        "Created Date": f"{created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" if created_at else "",
    }
    entries = [_entry(resource) for resource in resources]
    # An empty list is not recognised.
    trailer = json.dumps(entries, separators=(",", ":")) if entries else ""
    text = _lines(prompt, negative_prompt, settings, trailer)
    read = parse(text)
    typed = whole_signs(prompt), whole_signs(negative_prompt)
    if (read.prompt, read.negative_prompt) != typed:
        settings[_EXACT] = _encoded(*typed)
        text = _lines(prompt, negative_prompt, settings, trailer)
    if longest is None or _units(text) <= longest:
        return text
    settings.pop(_EXACT, None)
    room = longest - _units(_lines("", "", settings, trailer)) - len(f"\n\n{_NEGATIVE} ")
    negative_prompt = _escaped(negative_prompt)
    # A short negative prompt stays beside a long prompt.
    prompt = _shortened(_escaped(prompt), room - min(_units(negative_prompt), room // 4))
    negative_prompt = _shortened(negative_prompt, room - _units(prompt))
    return _lines(prompt, negative_prompt, settings, trailer)


def _ours(head: str, line: str) -> PictureText:
    """Read what `compose` has written: nothing in it needs to be forgiven."""
    head = f"\n{head}" if head else ""
    prompt, _, negative = head.partition(f"\n{_NEGATIVE} ")
    told = PictureText(prompt=prompt.removeprefix("\n"), negative_prompt=negative)
    return _with_settings(told, list(setting_pairs.pairs(line.rstrip())))


def _line_breaks(text: str) -> str:
    """Return a text of another program with its lines parted by newlines."""
    text = _FENCE.sub("", _OTHER_BREAKS.sub("\n", text))
    if "\n" not in text and _SPELLED_BREAKS.search(text):
        text = text.replace("\\r", "").replace("\\n", "\n")
    return text


def _with_settings(told: PictureText, pairs: Iterable[setting_pairs.Pair]) -> PictureText:
    kept: list[setting_pairs.Pair] = []
    resources: tuple[PictureResource, ...] = ()
    exact = hashes = ""
    for key, value in pairs:
        if _CUT.match(f"{key}: "):
            break
        if key.casefold() == _RESOURCES.casefold() and not resources:
            resources = resources_of(_json(value))
        elif key == _HASHES:
            hashes = _lora_hashes(_json(value))
        elif key == _EXACT:
            exact = value
        elif key.casefold() not in _TRAILERS:
            kept.append((key, value))
    if hashes and _LORA_HASHES not in dict(kept):
        kept.append((_LORA_HASHES, hashes))
    told = replace(told, settings=setting_pairs.named(kept), resources=resources)
    prompt, negative = _decoded(exact)
    # Somebody may have changed the words meanwhile; then these are theirs.
    if (_escaped(prompt).strip(), _escaped(negative).strip()) != (
        told.prompt.strip(),
        told.negative_prompt.strip(),
    ):
        return told
    return replace(told, prompt=prompt, negative_prompt=negative)


def _lines(prompt: str, negative: str, settings: Mapping[str, str], trailer: str) -> str:
    last = ", ".join(f"{key}: {value}" for key, value in settings.items() if value)
    last += f", {_RESOURCES}: {trailer}" if trailer else ""
    negative = _escaped(negative)
    # Blanks at the very beginning are lost on too many ways.
    words = _escaped(prompt.lstrip())
    lines = [words, f"{_NEGATIVE} {negative}" if negative.strip() else "", last]
    return "\n".join(line for line in lines if line)


def _json(value: str) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _lora_hashes(hashes: object) -> str:
    """Return as A1111 writes it what a table of hashes says of LoRAs."""
    told = hashes.items() if isinstance(hashes, dict) else ()
    loras = [f"{key[5:]}: {value}" for key, value in told if key.startswith("lora:")]
    return f'"{", ".join(loras)}"' if loras else ""


def _entry(resource: PictureResource) -> dict[str, str | float]:
    entry: dict[str, str | float] = {}
    if resource.type:
        entry["type"] = re.sub(r"\W+", " ", resource.type)
    if is_number(resource.weight):
        entry["weight"] = resource.weight
    # A reader takes the list up to its first "}]": no list, and no such text, may stand inside.
    return entry | {"modelVersionId": resource.version_id}


def _escaped(prompt: str) -> str:
    """Keep a prompt's lines from being taken for the settings or the negative prompt."""
    cleaned = _UNSAFE.sub("", prompt.replace("\r\n", "\n").replace("\r", "\n"))
    openings = (_STEPS, *_TEMPLATES)
    lines = (
        (" " if line.startswith(openings) or _PARAMETERS.match(line) else "")
        + line.replace(_NEGATIVE, "Negative prompt :")
        for line in cleaned.split("\n")
    )
    return "\n".join(lines)


def _value(text: str) -> str:
    """Leave out of a value what would end it or begin something else."""
    return _UNSAFE_IN_VALUE.sub(" ", _UNSAFE.sub("", text)).strip()


def _sampler(sampler: str | None, scheduler: str | None) -> str:
    name = _SAMPLERS.get(sampler or "", _value(sampler or ""))
    return f"{name} Karras" if name in _KARRAS and scheduler == "karras" else name


def _encoded(prompt: str, negative: str) -> str:
    """Write both prompts so that no sign of the grammar is in them."""
    both = json.dumps([prompt, negative], ensure_ascii=False)
    return base64.urlsafe_b64encode(both.encode()).decode()


def _decoded(exact: str) -> tuple[str, str]:
    try:
        prompt, negative = json.loads(base64.urlsafe_b64decode(exact))
    except (ValueError, TypeError, RecursionError):
        return "", ""
    if not isinstance(prompt, str) or not isinstance(negative, str):
        return "", ""
    return whole_signs(prompt), whole_signs(negative)


def _units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _shortened(text: str, room: int) -> str:
    """Cut a text down to `room` UTF-16 units, with a sign that there was more."""
    if _units(text) <= room:
        return text
    kept = text.encode("utf-16-le")[: 2 * max(0, room - len(_CUT_SHORT))]
    words = kept.decode("utf-16-le", "ignore").rstrip()
    return f"{words}{_CUT_SHORT}" if words else ""
