"""Builds the services of one world: everything that needs no window."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module

from civitai_desktop.catalogue import loader
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.errors import CivitaiError, LibraryUnusable
from civitai_desktop.places import World
from civitai_desktop.services.accounts import Accounts
from civitai_desktop.services.availability import Availability
from civitai_desktop.services.calendar import SystemCalendar
from civitai_desktop.services.describing import Describer
from civitai_desktop.services.deviations import Comparison
from civitai_desktop.services.events import Events
from civitai_desktop.services.file_names import usable
from civitai_desktop.services.forms import Forms
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.generations import Generations
from civitai_desktop.services.line import Line
from civitai_desktop.services.ports import FolderLook
from civitai_desktop.services.presets import Presets
from civitai_desktop.services.prompts import Prompts
from civitai_desktop.services.quotes import Quotes
from civitai_desktop.services.records import Records
from civitai_desktop.services.remote import Remote
from civitai_desktop.services.resources import Resources
from civitai_desktop.services.row import Parts
from civitai_desktop.services.saving import PictureSaver
from civitai_desktop.services.sources import Sources
from civitai_desktop.services.tasks import DiskThread, Workers
from civitai_desktop.services.upkeep import Upkeep
from civitai_desktop.services.wallet import Wallet
from civitai_desktop.storage.atomic import sweep_drafts
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.forms import FormFile
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.presets import PresetFile
from civitai_desktop.storage.private import make_private
from civitai_desktop.storage.shelf import Previews, ShelfFile
from civitai_desktop.storage.sources import SourceFolder
from civitai_desktop.storage.thumbnails import Thumbnails
from civitai_desktop.ui.shared.imaging import QtPictureReader

_DECODERS = 2
"""Pictures decoded at once while they arrive; the gallery has workers of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services of one world."""

    catalogue: Catalogue
    availability: Availability
    library: Library
    folder: PictureFolder
    disk: DiskThread
    events: Events
    remote: Remote
    line: Line
    generations: Generations
    sources: Sources
    gallery: Gallery
    imports: FolderLook
    upkeep: Upkeep
    quotes: Quotes
    forms: Forms
    presets: Presets
    prompts: Prompts
    resources: Resources
    wallet: Wallet


@asynccontextmanager
async def services_opened(
    world: World, name_pattern: str, on_error: Callable[[CivitaiError], None]
) -> AsyncIterator[Services]:
    """Build a world's services; what they write is written before this ends."""
    async with AsyncExitStack() as stack:
        disk = DiskThread()
        # Closed last, so that what the others have handed in is still done.
        stack.push_async_callback(asyncio.to_thread, disk.close)
        catalogue = await disk.run(loader.shipped)
        library = await disk.run(_library, world)
        stack.push_async_callback(disk.run, library.close)
        await disk.run(library.use_root, world.pictures)
        decoders = Workers("decoder", _DECODERS)
        stack.push_async_callback(asyncio.to_thread, decoders.close)
        events, remote = Events(), Remote()
        line = Line(events.tell)
        owner = await disk.run(library.owner)
        folder = PictureFolder(world.pictures, usable(name_pattern), owner=owner)
        thumbnails, reader = Thumbnails(world.thumbnails), QtPictureReader()
        disk.start(thumbnails.sweep)
        records = Records(disk, events.tell, asyncio.sleep)
        saver = PictureSaver(
            remote,
            line,
            remote,
            library,
            records,
            folder,
            thumbnails,
            reader,
            disk,
            decoders,
            events.tell,
            sleep=asyncio.sleep,
            clock=time.monotonic,
            describe=Describer(catalogue),
        )
        resources = Resources(remote, ShelfFile(world.shelf), Previews(world.previews), disk)
        sources = Sources(remote, remote, line, SourceFolder(world.sources), decoders, events.tell)
        accounts = Accounts(remote.key, remote, remote.ready)
        parts = Parts(
            api=remote,
            line=line,
            accounts=accounts,
            sources=sources,
            library=library,
            records=records,
            saver=saver,
            tell=events.tell,
            sleep=asyncio.sleep,
            clock=time.monotonic,
            compare=Comparison(catalogue, resources.name),
            calendar=SystemCalendar(),
        )
        quotes = Quotes(remote, line=line)
        generations = Generations(
            parts, renew=catalogue.renew, quote=quotes.quote, on_error=on_error
        )
        stack.push_async_callback(generations.aclose)

        def imports() -> FolderLook:
            from civitai_desktop.services.imports import Imports  # noqa: PLC0415

            return Imports(
                library, folder, thumbnails, reader, catalogue, disk, decoders, events.tell
            )

        look = _LateLook(imports)
        yield Services(
            catalogue=catalogue,
            availability=Availability(remote, catalogue, time.monotonic),
            library=library,
            folder=folder,
            disk=disk,
            events=events,
            remote=remote,
            line=line,
            generations=generations,
            sources=sources,
            gallery=Gallery(library, folder, thumbnails, disk, events.tell),
            imports=look,
            upkeep=Upkeep(folder, look, disk, events.tell, sleep=asyncio.sleep),
            quotes=quotes,
            forms=Forms(FormFile(world.form), disk),
            resources=resources,
            presets=Presets(PresetFile(world.presets), disk),
            prompts=Prompts(library, disk),
            wallet=Wallet(remote, accounts),
        )


class _LateLook:
    """Looks through the folder; loaded at the first look, which comes after the first paint."""

    def __init__(self, make: Callable[[], FolderLook]) -> None:
        self._make = make
        self._look: FolderLook | None = None

    async def run(self, *, quiet: bool = False) -> None:
        if self._look is None:
            await asyncio.to_thread(import_module, "civitai_desktop.services.imports")
        self._look = self._look or self._make()
        await self._look.run(quiet=quiet)


def _library(world: World) -> Library:
    try:
        make_private(world.data)
    except OSError as error:
        raise LibraryUnusable(
            f"The data folder {world.data} cannot be made: {error.strerror}.",
            next_step="Start the program with another --data-dir.",
        ) from error
    # The forms, presets, sources and previews of a run that was killed while it wrote them.
    sweep_drafts(world.data, world.sources, world.previews)
    return Library(world.library)
