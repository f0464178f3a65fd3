"""Checkpoints, LoRAs and other resources as civitai.com's public API describes them."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

import msgspec

from civitai_desktop.api.errors import NOT_READABLE
from civitai_desktop.api.http import ApiClient, BlobClient, Params
from civitai_desktop.domain.errors import (
    BadReply,
    CivitaiError,
    DamagedPicture,
    NotFound,
    bounded,
)
from civitai_desktop.domain.resource import Offer, Resource, ResourcePage, ResourceQuery

log = logging.getLogger(__name__)
T = TypeVar("T")

_SITE_S = 20.0
_PAGE = 40
_PREVIEW_PX = 450
_MOST_WORDS = 200
_LARGEST_PREVIEW = 8 * 2**20

_TYPES: dict[str, tuple[str, ...]] = {
    "checkpoint": ("Checkpoint",),
    "lora": ("LORA", "LoCon", "DoRA"),
    "embedding": ("TextualInversion",),
    "vae": ("VAE",),
}
"""The site's types by the kind a field takes: several kinds of file work as a LoRA."""

_KINDS = {each.lower(): kind for kind, types in _TYPES.items() for each in types}

_SAFE_LEVEL = 3
"""The bits of PG (1) and PG-13 (2) in the site's levels of maturity."""

_FIRST_YEAR, _LAST_YEAR = 2000, 9000
"""Of an end of early access. Earlier ones stand for "none", later ones for "never"."""

_PICTURE_SIZE = re.compile(r"/(?:original=true|width=\d+)/")


class _Picture(msgspec.Struct):
    url: str | None = None
    type: str | None = None
    nsfwLevel: int | None = None


class _Creator(msgspec.Struct):
    username: str | None = None


class _Stats(msgspec.Struct):
    downloadCount: int | None = None


class _Owner(msgspec.Struct):
    name: str | None = None
    type: str | None = None
    nsfw: bool | None = None


class _Version(msgspec.Struct):
    id: int
    modelId: int | None = None
    name: str | None = None
    air: str | None = None
    baseModel: str | None = None
    trainedWords: list[str] | None = None
    supportsGeneration: bool | None = None
    earlyAccessEndsAt: Any = None
    earlyAccessDeadline: Any = None
    paidAccess: Any = None
    images: list[_Picture] | None = None
    model: _Owner | None = None
    stats: _Stats | None = None


class _Item(msgspec.Struct):
    id: int
    name: str | None = None
    type: str | None = None
    nsfw: bool | None = None
    creator: _Creator | None = None
    stats: _Stats | None = None
    modelVersions: list[msgspec.Raw] | None = None


class _Metadata(msgspec.Struct):
    nextCursor: str | int | None = None


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Mini(msgspec.Struct):
    canGenerate: bool | None = None


class ResourceApi:
    """Searches and reads resources; their pictures are fetched without the key.

    Every call may raise what `api.errors` sorts, and `BadReply`.
    """

    def __init__(self, http: ApiClient, pictures: BlobClient) -> None:
        self._http = http
        self._pictures = pictures

    async def search(self, query: ResourceQuery, cursor: str | None) -> ResourcePage:
        """Return one page; `cursor` is that of the page before, None for the first.

        Source: `GET /api/v1/models`. `favorites` and `hidden` are never sent: their mere
        presence asks for a login. Only what can be generated with is of use here.
        """
        params: dict[str, Any] = {
            "limit": _PAGE,
            "sort": query.sort.value,
            "supportsGeneration": "true",
        }
        if query.with_mature:
            params["nsfw"] = "true"
        if query.text:
            params["query"] = query.text
        if query.kind in _TYPES:
            params["types"] = _TYPES[query.kind]
        if query.base_models:
            params["baseModels"] = query.base_models
        if cursor is not None:
            params["cursor"] = cursor
        page = _read(await self._get("/api/v1/models", params), _Page)
        offers = (_offer(item, query) for item in _rows(page.items, _Item))
        following = page.metadata.nextCursor
        return ResourcePage(
            offers=tuple(offer for offer in offers if offer is not None),
            cursor=None if following is None else str(following),
        )

    async def version(self, version_id: int) -> Resource:
        """Return a version with its AIR, and whether the key may generate with it.

        Source: `GET /api/v1/model-versions/{id}`, and `mini/{id}` below it for `canGenerate`.

        Raises:
            NotFound: There is none of that number, or no longer.
        """
        found = _read(await self._get(f"/api/v1/model-versions/{version_id}"), _Version)
        owner = found.model or _Owner()
        item = _Item(id=found.modelId or 0, name=owner.name, type=owner.type, nsfw=owner.nsfw)
        return _resource(found, item, await self._can_generate(version_id))

    async def latest(self, resource_id: int) -> Resource:
        """Return the newest version of a resource.

        Source: `GET /api/v1/models/{id}`; its first version is the newest.

        Raises:
            NotFound: There is none of that number, or it has no version.
        """
        item = _read(await self._get(f"/api/v1/models/{resource_id}"), _Item)
        versions = _rows(item.modelVersions or [], _Version)
        if not versions:
            raise NotFound("This resource has no version to use.", next_step="Choose another one.")
        return await self.version(versions[0].id)

    async def preview(self, url: str) -> bytes:
        """Fetch a preview picture; the key is not sent.

        Raises:
            NotFound: It is not there any more.
            DamagedPicture: It is larger than a preview can be.
        """
        content = bytearray()
        async with (
            self._pictures.open(url) as download,
            aclosing(download.chunks()) as chunks,
        ):
            async for chunk in chunks:
                content += chunk
                if len(content) > _LARGEST_PREVIEW:
                    raise DamagedPicture("The preview is too large.")
        return bytes(content)

    async def _can_generate(self, version_id: int) -> bool | None:
        """Ask whether the key may generate with a version; None if the site does not tell."""
        try:
            body = await self._get(f"/api/v1/model-versions/mini/{version_id}")
            return _read(body, _Mini).canGenerate
        except CivitaiError as error:
            log.info("Whether version %d can be generated with is not known: %s", version_id, error)
            return None

    async def _get(self, path: str, params: Params | None = None) -> bytes:
        return await self._http.send("GET", path, params=params, timeout_s=_SITE_S)


def _read(body: bytes, form: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=form, strict=False)
    except NOT_READABLE as error:
        log.warning("An answer of the site cannot be read: %s", error)
        raise BadReply("The answer is not one of Civitai's.") from error


def _rows(raw: Iterable[msgspec.Raw], form: type[T]) -> list[T]:
    """Read each row by itself, so that a bad one costs only itself."""
    rows = []
    for each in raw:
        try:
            rows.append(msgspec.json.decode(each, type=form, strict=False))
        except NOT_READABLE as error:
            log.warning("A resource cannot be read and is left out: %s", error)
    return rows


def _offer(item: _Item, query: ResourceQuery) -> Offer | None:
    found = [_resource(each, item) for each in _rows(item.modelVersions or [], _Version)]
    # The site finds a resource by any of its versions; that one is to be shown.
    found.sort(key=lambda each: each.base_model not in query.base_models)
    return Offer(tuple(found)) if found else None


def _resource(version: _Version, item: _Item, can_generate: bool | None = None) -> Resource:
    stats = item.stats or version.stats or _Stats()
    kind = (item.type or "").lower()
    until, is_paid_only = _early_access(version)
    return Resource(
        version_id=version.id,
        resource_id=item.id,
        air=version.air or "",
        name=bounded(item.name or f"Version {version.id}"),
        version=bounded(version.name or ""),
        kind=_KINDS.get(kind, kind),
        type=item.type or "",
        base_model=version.baseModel or "",
        words=tuple(_words(version.trainedWords or ())),
        creator=bounded((item.creator.username if item.creator else None) or ""),
        downloads=stats.downloadCount or 0,
        preview_url=_preview_url(version.images or ()),
        is_mature=bool(item.nsfw),
        can_generate=version.supportsGeneration if can_generate is None else can_generate,
        early_access_until=until,
        is_paid_only=is_paid_only,
    )


def _words(said: Iterable[str]) -> Iterator[str]:
    """Yield the words as they are shown, as many as a person could read."""
    for word in islice(said, _MOST_WORDS):
        if stripped := bounded(word.strip()):
            yield stripped


def _early_access(version: _Version) -> tuple[datetime | None, bool]:
    """Return until when a version is for those who paid, and whether it is so at any time.

    Source: `earlyAccessEndsAt` is the documented name; the site's answers also have
    `earlyAccessDeadline`, and `paidAccess` with `endsAt` and `permanent`.
    """
    paid = version.paidAccess if isinstance(version.paidAccess, Mapping) else {}
    said = (version.earlyAccessEndsAt, version.earlyAccessDeadline, paid.get("endsAt"))
    ends = [end for end in map(_moment, said) if end and end.year >= _FIRST_YEAR]
    # Where they differ, it is not for all before the last of them.
    until = max(ends, default=None)
    is_paid_only = paid.get("permanent") is True or bool(until and until.year > _LAST_YEAR)
    return (None, True) if is_paid_only else (until, False)


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def _preview_url(pictures: Iterable[_Picture]) -> str:
    """Return the address of the first picture that anyone may see, small; else ""."""
    for picture in pictures:
        is_picture = picture.type in {None, "image"}
        if picture.url and is_picture and not (picture.nsfwLevel or 0) & ~_SAFE_LEVEL:
            return _PICTURE_SIZE.sub(f"/width={_PREVIEW_PX}/", picture.url)
    return ""
