"""The grammar of a picture's text: prompt, negative prompt, and one line that begins "Steps: ".

A1111 began it, civitai.com and others read it. Reading forgives what others write; writing keeps
to what the strictest reader takes.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeGuard

from civitai_desktop import __version__
from civitai_desktop.domain.air import Air, is_air
from civitai_desktop.storage.samplers import SAMPLERS

_STEPS = "Steps: "
_NEGATIVE = "Negative prompt:"
_TEMPLATES = ("Template: ", "Negative Template: ")
_PARAMETERS = "Parameters :"
_RESOURCES = "Civitai resources"
_TRAILERS = (_RESOURCES, "Hashes", "Civitai metadata")
"""Keys whose value is JSON, with commas and colons of its own."""

_JAMMED = re.compile(rf"[.,]\s?(?={_NEGATIVE}|Steps:)")
_KEY = re.compile(r"[\w\s]: ")
_CUT = re.compile(r"Resources: |Hashed prompt: |Hashed Negative prompt: ")
"""What the site's own browser extension once wrote; everything behind it is its."""
_PART = re.compile(r'(?:"[^"]*(?:"|$)|[^,"])+')
_UNSAFE_IN_VALUE = re.compile(r'[\s,:"]+')
# U+FEFF and U+FFFE would be taken for the byte order mark of the whole text.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe]")

_SAMPLERS = {spelling: name for name, spellings in SAMPLERS.items() for spelling in spellings}
"""The API's names to A1111's, where it has one; the site knows samplers by these."""
_KARRAS = frozenset(
    {"LMS", "DPM2", "DPM2 a", "DPM++ 2S a", "DPM++ 2M", "DPM++ SDE", "DPM++ 2M SDE", "DPM++ 3M SDE"}
)
"""Samplers that exist in A1111 under a name of their own with Karras' schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureResource:
    """A checkpoint, LoRA ... that took part in a picture.

    Attributes:
        version_id: Civitai's id of the version.
        type: Such as "checkpoint" or "lora"; empty if unknown.
        weight: Its strength; None where there is none.
    """

    version_id: int
    type: str = ""
    weight: float | None = None

    @classmethod
    def from_air(cls, air: str, weight: float | None = None) -> "PictureResource | None":
        """Read an AIR; None for one that names no version at Civitai, which no text can carry."""
        if not is_air(air):
            return None
        parsed = Air.parse(air)
        version = parsed.version or ""
        if parsed.source.lower() != "civitai" or not re.fullmatch("[0-9]{1,18}", version):
            return None
        return cls(version_id=int(version), type=parsed.type, weight=weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureText:
    """What a picture's text says; all empty if it has no settings line.

    Attributes:
        settings: By the text's own keys, e.g. "Seed", "CFG scale", "Size", "engine".
    """

    prompt: str = ""
    negative_prompt: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[PictureResource, ...] = ()


def parse(text: str) -> PictureText:
    """Take a picture's text apart; anything goes in, what makes no sense is left out."""
    if _STEPS not in text:
        return PictureText()
    text = text.replace("\r\n", "\n").removeprefix(_PARAMETERS)
    if not re.search(r"^Steps: \d", text, re.MULTILINE):
        text = _JAMMED.sub("\n", text)
    lines = _without_templates(line for line in text.split("\n") if line.strip())
    at = next((at for at, line in enumerate(lines) if line.startswith(_STEPS)), None)
    if at is None:
        return PictureText()
    line, trailers = _split_trailers(_CUT.split(lines.pop(at), maxsplit=1)[0])
    prompt, *negative = (part.strip() for part in "\n".join(lines).split(_NEGATIVE))
    return PictureText(
        prompt=prompt,
        negative_prompt=" ".join(negative).strip(),
        settings=MappingProxyType(dict(_pairs(line))),
        resources=tuple(_resources(trailers.get(_RESOURCES))),
    )


def compose(
    *,
    prompt: str,
    engine: str,
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
) -> str:
    """Write a picture's text; what is None or empty is left out.

    No "Model" and no "Version" key: either would take the site's "made on Civitai" mark away.

    Args:
        prompt: Its words are kept; where they look like a part of the grammar a space is added.
        engine: The catalogue's engine id.
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
    """
    settings = {
        # Without steps the site reads nothing at all, whatever the engine.
        "Steps": str(steps or 0),
        "Sampler": _sampler(sampler, scheduler),
        "CFG scale": f"{guidance:g}" if _is_number(guidance) else "",
        "Seed": "" if seed is None else str(seed),
        "Size": f"{width}x{height}" if width and height else "",
        "Clip skip": "" if clip_skip is None else str(clip_skip),
        "engine": _value(engine),
        "workflow": "txt2img",
        "App": f"civitai-desktop {__version__}",
        # A date is the one value whose colons are understood.
        "Created Date": f"{created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" if created_at else "",
    }
    last = ", ".join(f"{key}: {value}" for key, value in settings.items() if value)
    entries = [_entry(resource) for resource in resources]
    if entries:  # an empty list is not recognised
        last += f", {_RESOURCES}: {json.dumps(entries, separators=(',', ':'))}"
    negative = _escaped(negative_prompt)
    lines = [_escaped(prompt), negative and f"{_NEGATIVE} {negative}", last]
    return "\n".join(line for line in lines if line)


def _without_templates(lines: Iterable[str]) -> list[str]:
    """Drop each template line and what follows it, up to the next line that has a key."""
    kept: list[str] = []
    in_template = False
    for line in lines:
        in_template = line.startswith(_TEMPLATES) or (in_template and not _KEY.search(line))
        if not in_template:
            kept.append(line)
    return kept


def _split_trailers(line: str) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    for key in _TRAILERS:
        before, found, behind = line.partition(f", {key}: ")
        if found:
            try:
                values[key], end = json.JSONDecoder().raw_decode(behind)
            except (ValueError, RecursionError):
                end = len(behind)  # nobody can tell where it ends
            line = before + behind[end:]
    return line, values


def _pairs(line: str) -> Iterable[tuple[str, str]]:
    for part in _PART.findall(line):
        key, colon, value = part.partition(":")
        if colon and key.strip():
            yield key.strip(), value.strip()


def _resources(entries: Any) -> Iterable[PictureResource]:
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict):
            continue
        weight = entry.get("weight")
        if not _is_number(weight):
            weight = None
        version_id, kind, air = (entry.get(key) for key in ("modelVersionId", "type", "air"))
        if isinstance(air, str):
            resource = PictureResource.from_air(air, weight)
            if resource is not None:
                yield resource
        elif isinstance(version_id, int) and not isinstance(version_id, bool):
            known = kind if isinstance(kind, str) else ""
            yield PictureResource(version_id=version_id, type=known, weight=weight)


def _entry(resource: PictureResource) -> dict[str, str | float]:
    entry: dict[str, str | float] = {}
    if resource.type:
        entry["type"] = re.sub(r"\W+", " ", resource.type)
    if _is_number(resource.weight):
        entry["weight"] = resource.weight
    # A reader takes the list up to its first "}]": no list, and no such text, may stand inside.
    return entry | {"modelVersionId": resource.version_id}


def _is_number(value: object) -> TypeGuard[float]:
    """Tell whether JSON can carry `value`: not a flag, infinite, or not a number at all."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _escaped(prompt: str) -> str:
    """Keep a prompt's lines from being taken for the settings or the negative prompt."""
    cleaned = _UNSAFE.sub("", prompt.replace("\r\n", "\n").replace("\r", "\n"))
    openings = (_STEPS, _PARAMETERS, *_TEMPLATES)
    lines = (
        (" " if line.startswith(openings) else "") + line.replace(_NEGATIVE, "Negative prompt :")
        for line in cleaned.split("\n")
        if line.strip()
    )
    return "\n".join(lines).rstrip()


def _value(text: str) -> str:
    """Leave out of a value what would end it or begin something else."""
    return _UNSAFE_IN_VALUE.sub(" ", _UNSAFE.sub("", text)).strip()


def _sampler(sampler: str | None, scheduler: str | None) -> str:
    name = _SAMPLERS.get(sampler or "", _value(sampler or ""))
    return f"{name} Karras" if name in _KARRAS and scheduler == "karras" else name
