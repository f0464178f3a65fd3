"""A resource (checkpoint, LoRA, embedding, VAE) as it was found, and how one is asked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from civitai_desktop.domain.air import Air, is_air
from civitai_desktop.domain.errors import InvalidInput

_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?civitai\.(?:com|red|green)/(?P<path>[^?#\s]*)(?:\?(?P<query>[^#\s]*))?\S*",
    re.IGNORECASE,
)
_RESOURCE = re.compile(r"(?:\w\w/)?models/(\d{1,15})(?:/|$)", re.ASCII)
_VERSION = re.compile(r"(?:api/v1/)?model-versions/(\d{1,15})(?:/|$)", re.ASCII)
_DOWNLOAD = re.compile(r"api/download/models/(\d{1,15})(?:/|$)", re.ASCII)
_IN_QUERY = re.compile(r"(?:^|&)modelVersionId=(\d{1,15})(?:&|$)", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One version of a resource.

    Attributes:
        version_id: The version's number on civitai.com; what everything else is found by.
        resource_id: The number of what it is a version of.
        air: Verbatim from the version's own answer; empty until that was asked for.
        name: Of the resource.
        version: Name of the version.
        kind: What fields call it: "checkpoint", "lora", "embedding", "vae"; else Civitai's type
            in lower case.
        type: Civitai's own word, e.g. "LoCon".
        base_model: What it was made for, e.g. "SDXL 1.0"; empty if the site does not say.
        words: What in a prompt calls it up, one text each as its maker wrote it.
        creator: Who made it; empty if the site does not say.
        downloads: How often it was downloaded.
        preview_url: Address of a picture that anyone may see; empty if there is none.
        is_mature: Whether it is marked as not safe for work.
        can_generate: Whether the key may generate with it; None if the site has not said.
        early_access_until: Until when only those who paid for it may use it, UTC; None if all may.
        is_paid_only: Whether only those who paid for it may use it, now and at any time.
    """

    version_id: int
    resource_id: int
    air: str = ""
    name: str
    version: str
    kind: str
    type: str
    base_model: str = ""
    words: Sequence[str] = ()
    creator: str = ""
    downloads: int = 0
    preview_url: str = ""
    is_mature: bool = False
    can_generate: bool | None = None
    early_access_until: datetime | None = None
    is_paid_only: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(self.words))

    @property
    def label(self) -> str:
        """Return name and version as they stand in one line."""
        return f"{self.name} · {self.version}" if self.version else self.name


class ResourceSort(StrEnum):
    """How a search is ordered; spelled as the site spells it."""

    MOST_DOWNLOADED = "Most Downloaded"
    HIGHEST_RATED = "Highest Rated"
    MOST_LIKED = "Most Liked"
    NEWEST = "Newest"
    OLDEST = "Oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceQuery:
    """What to search for.

    Attributes:
        text: Words of the name; empty for all.
        kind: As `Resource.kind`; empty, or one the site does not know, for every kind.
        base_models: Only what was made for one of these; empty for all.
        sort: Counts only where there are no words: what matches them best comes first.
        with_mature: Whether what is marked as not safe for work is found too.
    """

    text: str = ""
    kind: str = ""
    base_models: tuple[str, ...] = ()
    sort: ResourceSort = ResourceSort.MOST_DOWNLOADED
    with_mature: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """One find: the versions of one resource, the one that fits the search best first.

    Attributes:
        versions: At least one.
    """

    versions: tuple[Resource, ...]

    @property
    def best(self) -> Resource:
        """Return the version to show."""
        return self.versions[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcePage:
    """One answer to a search; it may be short or empty and still not be the last.

    Attributes:
        cursor: What the next page is asked for with; None after the last.
    """

    offers: tuple[Offer, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What was used or starred before, newest first.

    Attributes:
        recent: Each version once.
        favourites: Each version once.
    """

    recent: tuple[Resource, ...] = ()
    favourites: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a pasted text points at: a version, or a resource of which the newest is meant.

    Attributes:
        version_id: None where only the resource is named.
        resource_id: None where only the version is named.
    """

    version_id: int | None = None
    resource_id: int | None = None


def read_reference(text: str) -> Reference:
    """Read an AIR of Civitai, an address on civitai.com, or the bare number of a version.

    Raises:
        InvalidInput: It is none of them.
    """
    text = text.strip()
    if is_air(text):
        return _of_air(Air.parse(text))
    if _NUMBER.fullmatch(text):
        return Reference(version_id=int(text))
    if (link := _LINK.fullmatch(text)) and (found := _of_link(link["path"], link["query"] or "")):
        return found
    raise InvalidInput(
        f"“{text}” is neither an AIR nor an address on civitai.com nor a version number.",
        next_step="Copy the address of the resource's page from the browser.",
    )


def _of_air(air: Air) -> Reference:
    version, resource = air.version or "", air.id
    if air.source.lower() != "civitai" or not _NUMBER.fullmatch(resource):
        raise InvalidInput(
            "This AIR is of something that does not lie on civitai.com.",
            next_step="It can be used, but nothing more is known of it here.",
        )
    if _NUMBER.fullmatch(version):
        return Reference(version_id=int(version), resource_id=int(resource))
    return Reference(resource_id=int(resource))


def _of_link(path: str, query: str) -> Reference | None:
    if match := _IN_QUERY.search(query):
        return Reference(version_id=int(match[1]))
    for pattern in (_VERSION, _DOWNLOAD):
        if match := pattern.match(path):
            return Reference(version_id=int(match[1]))
    if match := _RESOURCE.match(path):
        return Reference(resource_id=int(match[1]))
    return None
