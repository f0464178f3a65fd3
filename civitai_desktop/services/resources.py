"""Finding resources: search, what a pasted text means, what fits, what was used before."""

import logging
from dataclasses import replace

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.air import Air, is_air, version_number
from civitai_desktop.domain.errors import CivitaiError, InvalidInput, NotFound
from civitai_desktop.domain.resource import (
    Offer,
    Resource,
    ResourceQuery,
    Shelf,
    read_reference,
)
from civitai_desktop.services.ports import ResourceSite
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.shelf import Previews, ShelfFile

log = logging.getLogger(__name__)

MOST_RECENT = 30
"""Used resources that are remembered."""

_MOST_PREVIEWS = 1000
"""Kept at the start, 20 to 60 KB each; those on the shelf besides."""

_AIR_TYPES = {
    "checkpoint": ("checkpoint", "diffuser", "diffusionmodel", "unet"),
    "lora": ("lora", "lycoris", "dora"),
    "embedding": ("embedding",),
    "vae": ("vae",),
}
"""Types in AIRs by the kind a field takes. Source: Civitai's AIR specification and generator."""

SEARCHED_KINDS = frozenset(_AIR_TYPES)
"""Kinds that the site can be searched for; others are pasted."""


class Search:
    """One search, fetched page by page. A new query is a new search; drop the old one."""

    def __init__(self, site: ResourceSite, query: ResourceQuery) -> None:
        self.query = query
        self.is_done = False
        self._site = site
        self._cursor: str | None = None

    async def more(self) -> tuple[Offer, ...]:
        """Return the next finds; none only at the end. A failed call can be made again.

        Raises:
            CivitaiError: The site did not answer.
        """
        offers: tuple[Offer, ...] = ()
        # The site filters a page after it was cut: an empty one is not yet the end.
        while not offers and not self.is_done:
            page = await self._site.search(self.query, self._cursor)
            # A cursor that does not move would be asked for ever.
            self.is_done = page.cursor is None or page.cursor == self._cursor
            offers, self._cursor = page.offers, page.cursor
        return offers


class Resources:
    """What is known of resources; the shelf of used and starred ones works without a network."""

    def __init__(
        self, site: ResourceSite, file: ShelfFile, previews: Previews, disk: DiskThread
    ) -> None:
        self._site = site
        self._file = file
        self._previews = previews
        self._disk = disk
        self._shelf = Shelf()
        self._known: dict[str, Resource] = {}
        self.preview_path = previews.path

    @property
    def shelf(self) -> Shelf:
        """Return what was used or starred before."""
        return self._shelf

    async def load(self) -> None:
        """Read the shelf."""
        self._shelf = await self._disk.run(self._file.load)
        self._known |= {each.air: each for each in self._on_shelf() if each.air}

    async def tidy(self) -> None:
        """Delete the oldest pictures of the cache, except what is on the shelf."""
        spare = {each.version_id for each in self._on_shelf()}
        await self._disk.run(self._previews.prune, _MOST_PREVIEWS, spare)

    def search(self, query: ResourceQuery) -> Search:
        """Begin a search."""
        return Search(self._site, query)

    def name(self, air: str) -> str:
        """Return what a resource is called without asking anybody; "" if that is not known.

        Args:
            air: Perhaps spelled unlike the version's own: only the numbers in it have to agree.
        """
        known = self._known.get(air)
        if known is None and (number := version_number(air)):
            found = (each for each in self._known.values() if each.version_id == number)
            known = next(found, None)
        return known.name if known else ""

    def known(self, air: str) -> Resource | None:
        """Return what is known of an AIR without asking anybody."""
        return self._known.get(air)

    async def resolve(self, text: str) -> Resource:
        """Return the resource that an AIR, an address on civitai.com or a version number names.

        Raises:
            InvalidInput: The text is none of them.
            NotFound: The version has been deleted, or never was.
            CivitaiError: The site did not answer; the same text may do later.
        """
        text = text.strip()
        if known := self._known.get(text):
            return known
        wanted = read_reference(text)
        try:
            if wanted.version_id is not None:
                found = await self._site.version(wanted.version_id)
            else:
                found = await self._site.latest(wanted.resource_id or 0)
        except NotFound as error:
            raise NotFound(
                "Civitai does not have this version, or no longer.",
                next_step="Choose another one.",
            ) from error
        found = self._learn(found)
        if is_air(text):
            # It may be spelled unlike the version's own.
            self._known[text] = found
        return found

    async def complete(self, resource: Resource) -> Resource:
        """Return a find with what its list did not tell: its AIR and whether it may be used.

        Raises:
            NotFound: It has been deleted meanwhile.
            CivitaiError: The site did not answer.
        """
        if resource.air:
            return resource
        found = await self.resolve(str(resource.version_id))
        # Only the list knows its maker and how often it was downloaded.
        return self._learn(
            replace(
                found,
                creator=found.creator or resource.creator,
                downloads=resource.downloads or found.downloads,
                preview_url=found.preview_url or resource.preview_url,
            )
        )

    async def used(self, resource: Resource) -> None:
        """Remember that a resource was used."""
        self._known[resource.air] = resource
        others = (each for each in self._shelf.recent if not _same(each, resource))
        recent = (resource, *others)[:MOST_RECENT]
        await self._keep(replace(self._shelf, recent=recent))

    def is_favourite(self, resource: Resource) -> bool:
        """Tell whether a resource is starred."""
        return any(_same(each, resource) for each in self._shelf.favourites)

    async def set_favourite(self, resource: Resource, favourite: bool) -> None:
        """Star a resource or take its star away."""
        others = tuple(each for each in self._shelf.favourites if not _same(each, resource))
        favourites = (resource, *others) if favourite else others
        await self._keep(replace(self._shelf, favourites=favourites))

    async def fetch_preview(self, resource: Resource) -> bool:
        """Make sure that a resource's picture lies at `preview_path`; tell whether it does."""
        if await self._disk.run(self._previews.has, resource.version_id):
            return True
        if not resource.preview_url:
            return False
        try:
            content = await self._site.preview(resource.preview_url)
        except CivitaiError as error:
            log.info("No preview of version %d: %s", resource.version_id, error)
            return False
        await self._disk.run(self._previews.store, resource.version_id, content)
        return True

    def _on_shelf(self) -> tuple[Resource, ...]:
        return (*self._shelf.recent, *self._shelf.favourites)

    def _learn(self, resource: Resource) -> Resource:
        if not resource.air:
            raise InvalidInput(
                "Civitai gives this version no AIR, so no engine can use it.",
                next_step="Choose another one.",
            )
        self._known[resource.air] = resource
        return resource

    async def _keep(self, shelf: Shelf) -> None:
        self._shelf = shelf
        try:
            await self._disk.run(self._file.save, shelf)
        except OSError as error:
            log.warning("The used resources could not be kept: %s", error)


def is_of_kind(field: Field, air: str) -> bool:
    """Tell whether an AIR may be of the kind a field takes: its type speaks for no other one."""
    own = Air.parse(air).type.lower()
    kinds = {kind for kind, types in _AIR_TYPES.items() if own in types}
    return not kinds or field.resource in kinds or field.resource not in SEARCHED_KINDS


def fits(engine: Engine, field: Field, air: str, resource: Resource | None) -> bool:
    """Tell whether an AIR fits an engine, as far as its data say.

    The ecosystem decides, that of the version's own AIR where it is known; where the engine's
    data name none, the base model does.

    Args:
        air: Of the right form.
        resource: What is known of it; None for nothing.
    """
    if field.ecosystems:
        own = Air.parse(resource.air if resource and resource.air else air).ecosystem.lower()
        return own in (each.lower() for each in field.ecosystems)
    base_model = resource.base_model if resource else ""
    return not (engine.base_models and base_model) or base_model in engine.base_models


def _same(one: Resource, other: Resource) -> bool:
    return one.version_id == other.version_id
