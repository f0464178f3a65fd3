"""What the text inside a picture says, whichever program wrote it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from civitai_desktop.domain.air import Air, is_air

# Civitai wrote the whole of a record where its type belongs, all through 2024.
_TYPE_IN_RECORD = re.compile(r"\btype\s*[=:]\s*\"?([\w-]+)", re.IGNORECASE)
_STRENGTH_IN_RECORD = re.compile(r"\bstrength\s*[=:]\s*\"?(-?\d+(?:\.\d+)?)", re.IGNORECASE)
# The specification lets a layer and a file format follow the version.
_VERSION = re.compile(r"([0-9]{1,18})(?:[.:].*)?", re.DOTALL)


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
        if not is_air(air.strip()):
            return None
        parsed = Air.parse(air)
        version = _VERSION.fullmatch(parsed.version or "")
        if parsed.source.lower() != "civitai" or version is None:
            return None
        return cls(version_id=int(version[1]), type=parsed.type, weight=weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureText:
    """What a picture's text says; all empty if it says nothing that is known here.

    Attributes:
        settings: By the text's own keys, those that everybody has in A1111's spelling, e.g. "Seed",
            "CFG scale", "Size", "engine".
    """

    prompt: str = ""
    negative_prompt: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[PictureResource, ...] = ()


def resources_of(entries: Any) -> tuple[PictureResource, ...]:
    """Read a decoded list of resources; entries that make no sense are left out."""
    found = (_resource(entry) for entry in (entries if isinstance(entries, list) else []))
    return tuple(resource for resource in found if resource)


def merged(resources: Iterable[PictureResource]) -> tuple[PictureResource, ...]:
    """Return each version once, with the first type and the first weight that is told of it."""
    found: dict[int, PictureResource] = {}
    for each in resources:
        known = found.get(each.version_id, each)
        weight = each.weight if known.weight is None else known.weight
        found[each.version_id] = replace(known, type=known.type or each.type, weight=weight)
    return tuple(found.values())


def whole_signs(text: str) -> str:
    """Return a text without halves of signs, which JSON can spell and no database can hold."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def is_number(value: object) -> TypeGuard[float]:
    """Tell whether JSON can carry `value`: not a flag, infinite, or not a number at all."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _resource(entry: Any) -> PictureResource | None:
    if not isinstance(entry, dict):
        return None
    version_id, kind, air = (entry.get(key) for key in ("modelVersionId", "type", "air"))
    weight = next(filter(is_number, (entry.get("weight"), entry.get("strength"))), None)
    if isinstance(air, str):
        return PictureResource.from_air(air, weight)
    if not isinstance(version_id, int) or isinstance(version_id, bool):
        return None
    kind = kind if isinstance(kind, str) else ""
    # A trigger word stands between them, and may be anything.
    if types := _TYPE_IN_RECORD.findall(kind):
        strength = _STRENGTH_IN_RECORD.search(kind)
        weight = float(strength[1]) if strength and weight is None else weight
        kind = types[-1]
    return PictureResource(version_id=version_id, type=kind, weight=weight)
