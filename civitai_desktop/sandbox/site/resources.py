"""Made-up checkpoints, LoRAs, embeddings and VAEs, the same ones at every start."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

from civitai_desktop.sandbox.requests.catalogue import Engine

_ECOSYSTEMS = {
    "SDXL 1.0": "sdxl",
    "Pony": "sdxl",
    "Illustrious": "sdxl",
    "SD 1.5": "sd1",
    "ZImageTurbo": "zimageturbo",
    "ZImageBase": "zimagebase",
    "Flux.1 D": "flux1",
    "Flux.2 Klein 4B": "flux2",
    "Flux.2 Klein 9B": "flux2",
    "Qwen": "qwen",
    "Chroma": "chroma",
    "Anima": "anima",
}
"""AIR ecosystems by base model. Source: the site's own table, as in the engines' overlay."""

_AIR_TYPES = {
    "Checkpoint": "checkpoint",
    "LORA": "lora",
    "LoCon": "lycoris",
    "DoRA": "dora",
    "TextualInversion": "embedding",
    "VAE": "vae",
}

_CREATORS = ("northlight", "inkwell", "studio_ember", "tidepool", "papercrane", "halogen")
_FIRST = (
    "Amber", "Basalt", "Cobalt", "Dune", "Ember", "Fjord", "Glacier", "Harbour", "Indigo",
    "Juniper", "Kelp", "Lantern", "Meadow", "Nocturne", "Opal", "Prism", "Quartz", "Russet",
)  # fmt: skip
_SECOND = {
    "Checkpoint": ("Vision", "Realism", "Canvas", "Atlas"),
    "LORA": ("Lines", "Light", "Watercolour", "Portraits", "Grain", "Gouache", "Dusk", "Detail"),
    "LoCon": ("Texture", "Weave"),
    "DoRA": ("Sketch", "Etching"),
    "TextualInversion": ("Hands", "Clean", "Mood"),
    "VAE": ("Lens", "Tones"),
}
_AIR = re.compile(r"urn:air:([\w.-]+):[\w.-]+:civitai:(\d+)@(\d+)", re.ASCII)
_NAMES = {101055: "SD XL", 4384: "DreamShaper"}
_VERSION_NAMES = {128713: "8"}
_MOST = 1_400_000
"""Downloads of what every engine begins with."""

_EARLY_ACCESS = timedelta(days=14)
_FIRST_DAY = datetime(2024, 1, 10, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a resource.

    Attributes:
        id: Its number.
        words: What calls it up in a prompt.
        published_at: UTC.
        air: Its AIR; empty where that follows from the rest.
        early_access: Whether only those who paid may use it as yet.
        is_paid_only: Whether only those who paid may use it at any time.
        is_deleted: Whether it is still listed, but gone when it is asked for.
    """

    id: int
    name: str
    base_model: str
    words: tuple[str, ...]
    published_at: datetime
    air: str = ""
    early_access: bool = False
    is_paid_only: bool = False
    is_deleted: bool = False

    @property
    def is_restricted(self) -> bool:
        """Whether only those who paid may use it now."""
        return self.early_access or self.is_paid_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What has versions.

    Attributes:
        type: As the site calls it, e.g. "LORA".
        generates: Whether the site can generate with it at all.
        versions: The newest first.
    """

    id: int
    name: str
    type: str
    creator: str
    downloads: int
    likes: int
    is_mature: bool
    versions: tuple[Version, ...]
    generates: bool = True

    def air(self, version: Version) -> str:
        """Return a version's AIR."""
        if version.air:
            return version.air
        ecosystem = _ECOSYSTEMS[version.base_model]
        return f"urn:air:{ecosystem}:{_AIR_TYPES[self.type]}:civitai:{self.id}@{version.id}"

    def picture_side(self, version: Version) -> tuple[int, int]:
        """Return width and height in pixels of a version's picture."""
        return ((832, 1216), (1024, 1024), (1216, 832))[version.id % 3]


@cache
def made_up() -> tuple[Resource, ...]:
    """Return all resources but those of the catalogue."""
    chance = random.Random("civitai sandbox")
    return (
        *_of_type(chance, "Checkpoint", 14, count(500_000)),
        *_of_type(chance, "LORA", 32, count(600_000)),
        *_of_type(chance, "LoCon", 5, count(700_000)),
        *_of_type(chance, "DoRA", 5, count(710_000)),
        *_of_type(chance, "TextualInversion", 8, count(720_000)),
        *_of_type(chance, "VAE", 6, count(730_000)),
        *_special(),
    )


def catalogued(engines: Iterable[Engine]) -> tuple[Resource, ...]:
    """Return what the engines begin with, so that the form has a name for it."""
    names: dict[int, str] = {}
    versions: dict[int, dict[int, Version]] = {}
    for engine in engines:
        for match in map(_AIR.fullmatch, (str(each.default) for each in engine.fields.values())):
            if match is None:
                continue
            number, version = int(match[2]), int(match[3])
            base = next((b for b, each in _ECOSYSTEMS.items() if each == match[1]), engine.label)
            names.setdefault(number, _NAMES.get(number, f"{base} Base"))
            made = Version(
                id=version,
                name=_VERSION_NAMES.get(version, "v1.0"),
                base_model=base,
                words=(),
                published_at=_FIRST_DAY,
                air=match[0],
            )
            versions.setdefault(number, {}).setdefault(version, made)
    return tuple(
        _resource(number, names[number], "Checkpoint", tuple(each.values()), downloads=_MOST)
        for number, each in versions.items()
    )


def _special() -> Iterator[Resource]:
    """Yield those that cannot be used: of the future, of the past, for buyers, and to download.

    And one of an ecosystem that is another's sibling: it runs where that one runs.
    """
    early = Version(
        id=810_001,
        name="v2.0 early",
        base_model="SDXL 1.0",
        words=("first light",),
        published_at=datetime(2026, 11, 20, tzinfo=UTC),
        early_access=True,
    )
    gone = Version(
        id=810_002,
        name="v1.0",
        base_model="SDXL 1.0",
        words=("lost ink",),
        published_at=_FIRST_DAY,
        is_deleted=True,
    )
    yield _resource(800_001, "First Light", "LORA", (early,), downloads=77_000)
    yield _resource(800_002, "Lost Ink", "LORA", (gone,), downloads=76_000)
    bought = replace(gone, id=810_003, words=("velvet",), is_deleted=False, is_paid_only=True)
    yield _resource(800_003, "Velvet Room", "LORA", (bought,), downloads=7_500)
    download = replace(gone, id=810_004, is_deleted=False)
    local = _resource(800_004, "Workbench", "LORA", (download,), downloads=7_400)
    yield replace(local, generates=False)
    sibling = Version(
        id=810_005,
        name="v1.0",
        base_model="Flux.1 Krea",
        words=("soft grain",),
        published_at=_FIRST_DAY,
        air="urn:air:fluxkrea:lora:civitai:800005@810005",
    )
    yield _resource(800_005, "Soft Grain", "LORA", (sibling,), downloads=7_300)


def _of_type(
    chance: random.Random, kind: str, number: int, ids: Iterator[int]
) -> Iterator[Resource]:
    names = [f"{first} {second}" for first in _FIRST for second in _SECOND[kind]]
    bases = [base for base in _ECOSYSTEMS if kind in {"Checkpoint", "LORA"} or base in _WITH_ALL]
    for at, name in enumerate(chance.sample(names, number)):
        resource_id, base = next(ids), bases[at % len(bases)]
        versions = tuple(_versions(chance, resource_id, name, base, kind))
        yield _resource(
            resource_id,
            name,
            kind,
            versions,
            creator=chance.choice(_CREATORS),
            downloads=round(10 ** chance.uniform(2, 5.8)),
            is_mature=chance.random() < 0.08,
        )


_WITH_ALL = ("SDXL 1.0", "Pony", "Illustrious", "SD 1.5", "Chroma")
"""Base models that take more than checkpoints and LoRAs."""


def _versions(
    chance: random.Random, resource_id: int, name: str, base: str, kind: str
) -> Iterator[Version]:
    calls = kind not in {"Checkpoint", "VAE"}
    published = _FIRST_DAY + timedelta(days=chance.randrange(60, 900))
    for number in range(chance.choice((1, 1, 2, 3)), 0, -1):
        words = (f"{name.lower()} style", name.split(maxsplit=1)[0].lower()) if calls else ()
        yield Version(
            id=resource_id * 3 + number,
            name=f"v{number}.0",
            base_model=base,
            words=words,
            published_at=published - timedelta(days=40 * (3 - number)),
        )


def _resource(
    resource_id: int,
    name: str,
    kind: str,
    versions: Sequence[Version],
    *,
    downloads: int,
    creator: str = "sandbox",
    is_mature: bool = False,
) -> Resource:
    return Resource(
        id=resource_id,
        name=name,
        type=kind,
        creator=creator,
        downloads=downloads,
        likes=downloads // 9,
        is_mature=is_mature,
        versions=tuple(versions),
    )


def early_access_ends(version: Version, now: datetime) -> datetime | None:
    """Return until when a version is for those who paid; always a while from `now`."""
    return now + _EARLY_ACCESS if version.early_access else None
