"""The composition root: builds the program, wires it, and takes it down in reverse order."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from urllib.parse import urlsplit

from PySide6.QtWidgets import QApplication

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.crash import CrashReporter
from civitai_desktop.domain.errors import CivitaiError, LibraryUnusable
from civitai_desktop.options import API_URL, Options
from civitai_desktop.places import Places, World
from civitai_desktop.services.account import Account
from civitai_desktop.services.availability import Availability
from civitai_desktop.services.describing import Describer
from civitai_desktop.services.events import Events
from civitai_desktop.services.forms import Forms
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.generations import Generations
from civitai_desktop.services.imports import Imports
from civitai_desktop.services.line import Line
from civitai_desktop.services.presets import Presets
from civitai_desktop.services.prompts import Prompts
from civitai_desktop.services.quotes import Quotes
from civitai_desktop.services.remote import Connection, Remote
from civitai_desktop.services.resources import Resources
from civitai_desktop.services.run import Parts
from civitai_desktop.services.sandbox import sandbox_running
from civitai_desktop.services.saving import PictureSaver
from civitai_desktop.services.sources import Sources
from civitai_desktop.services.tasks import DiskThread, TaskScope, Workers
from civitai_desktop.services.wallet import Wallet
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.forms import FormFile
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.presets import PresetFile
from civitai_desktop.storage.shelf import Previews, ShelfFile
from civitai_desktop.storage.sources import SourceFolder
from civitai_desktop.storage.thumbnails import Thumbnails
from civitai_desktop.storage.vault import KeyVault
from civitai_desktop.ui.account.presenter import AccountPresenter
from civitai_desktop.ui.application import Application
from civitai_desktop.ui.gallery.details import DetailsPanel
from civitai_desktop.ui.gallery.details_presenter import DetailsPresenter
from civitai_desktop.ui.gallery.panel import GalleryPanel
from civitai_desktop.ui.gallery.picture_actions import PictureActions
from civitai_desktop.ui.gallery.presenter import GalleryPresenter
from civitai_desktop.ui.gallery.thumbnails import ThumbnailStore
from civitai_desktop.ui.gallery.view import GalleryView
from civitai_desktop.ui.generate.engine_shelf import EngineShelf
from civitai_desktop.ui.generate.panel import GeneratePanel
from civitai_desktop.ui.generate.presenter import GeneratePresenter
from civitai_desktop.ui.generate.preset_shelf import PresetShelf
from civitai_desktop.ui.generate.resource_fields import ResourceFields
from civitai_desktop.ui.generate.source_fields import SourceFields
from civitai_desktop.ui.generate.source_presenter import SourcePresenter
from civitai_desktop.ui.main_window import MainWindow
from civitai_desktop.ui.notices import Notices
from civitai_desktop.ui.preferences_store import PreferencesStore
from civitai_desktop.ui.queue.presenter import QueuePresenter
from civitai_desktop.ui.resource_picker.desk import ResourceDesk
from civitai_desktop.ui.resource_picker.presenter import PickerPresenter
from civitai_desktop.ui.shared.imaging import QtPictureReader, warm_up_image_plugins
from civitai_desktop.ui.shell import Desk, Shell
from civitai_desktop.ui.single_instance import SingleInstance
from civitai_desktop.ui.theme import Theme
from civitai_desktop.ui.viewer.presenter import ViewerPresenter
from civitai_desktop.ui.viewer.viewer import Viewer
from civitai_desktop.ui.workspace import Workspace
from civitai_desktop.ui.workspace_presenter import Funds, Presenters, WorkspacePresenter

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
    imports: Imports
    quotes: Quotes
    forms: Forms
    presets: Presets
    prompts: Prompts
    resources: Resources
    wallet: Wallet


async def run(
    application: Application,
    instance: SingleInstance,
    options: Options,
    places: Places,
    reporter: CrashReporter,
) -> None:
    """Show the window until it is closed, in one world after the other."""
    async with shell_opened(application, options, places, reporter) as shell:
        application.quit_wanted.connect(shell.window.close)
        instance.wanted.connect(shell.window.bring_forward)
        while not shell.is_closed:
            shell.changed.clear()
            try:
                async with workspace_opened(shell, options, places):
                    await shell.changed.wait()
            except CivitaiError as error:
                # The world cannot be shown at all; the window stays and says why.
                shell.present()
                shell.notices.error(error)
                await shell.changed.wait()


@asynccontextmanager
async def shell_opened(
    application: QApplication, options: Options, places: Places, reporter: CrashReporter
) -> AsyncIterator[Shell]:
    """Build the window and what outlives a workspace."""
    async with AsyncExitStack() as stack:
        preferences = PreferencesStore(str(places.settings))
        theme = Theme(application, preferences.value.appearance)
        warm_up_image_plugins()
        account = Account(
            KeyVault(account=_vault_account(options.api_url)),
            partial(_check_key, options.api_url),
            options.key,
        )
        reporter.redaction.hide(account.key)
        window = MainWindow(theme, preferences)
        notices = Notices(window.strip)
        reporter.on_report = notices.bug_reported.emit
        stack.callback(setattr, reporter, "on_report", None)
        account_presenter = AccountPresenter(account, reporter.redaction.hide)
        stack.push_async_callback(account_presenter.aclose)
        shell = Shell(
            window,
            theme,
            account,
            account_presenter,
            preferences,
            notices,
            stays_in_sandbox=options.sandbox,
            log_folder=places.log.parent,
            hide=reporter.redaction.hide,
        )
        stack.push_async_callback(shell.aclose)
        yield shell


@asynccontextmanager
async def workspace_opened(
    shell: Shell, options: Options, places: Places
) -> AsyncIterator[Services]:
    """Build one world's workspace, show it, and connect it once it has been painted.

    Raises:
        LibraryUnusable, CatalogueUnusable: There is nothing to show.
    """
    choice = shell.preferences.value
    world = places.sandbox() if shell.shows_sandbox else places.real(choice.pictures_folder)
    async with AsyncExitStack() as stack:
        # Closed last: until everything has stopped, somebody may be in the middle of a request.
        connections = await stack.enter_async_context(AsyncExitStack())
        services = await stack.enter_async_context(_services(world, shell))
        presenter = await _screen(services, shell, stack)
        shell.enter(
            Desk(
                is_sandbox=world.is_sandbox,
                act=presenter.act,
                key_changed=presenter.key_changed,
                pictures=world.pictures,
                leave_folder=services.gallery.leave_folder,
                fixed_because=_fixed_because(world, options),
            )
        )
        stack.callback(shell.leave)
        if notice := services.library.notice:
            shell.notices.error(LibraryUnusable(notice))
        connecting = TaskScope(shell.notices.error)
        stack.push_async_callback(connecting.aclose)
        connecting.spawn(
            _connect(services, world, shell, options, connections, presenter), name="connect"
        )
        yield services


@asynccontextmanager
async def _services(world: World, shell: Shell) -> AsyncIterator[Services]:
    """Build a world's services; what they write is written before this ends."""
    async with AsyncExitStack() as stack:
        catalogue = loader.load(resources.path("catalogue/engines.json"))
        disk = DiskThread()
        # Closed first of all threads, so that nothing is read from a library that is gone.
        stack.callback(disk.close)
        library = await disk.run(_library, world)
        stack.push_async_callback(disk.run, library.close)
        decoders = Workers("decoder", _DECODERS)
        stack.callback(decoders.close)
        events, remote = Events(), Remote()
        line = Line(events.tell)
        folder = PictureFolder(world.pictures, shell.preferences.value.name_pattern)
        thumbnails, reader = Thumbnails(world.thumbnails), QtPictureReader()
        saver = PictureSaver(
            remote,
            line,
            remote,
            library,
            folder,
            thumbnails,
            reader,
            disk,
            decoders,
            events.tell,
            sleep=asyncio.sleep,
            describe=Describer(catalogue),
        )
        sources = Sources(remote, remote, line, SourceFolder(world.sources), decoders, events.tell)
        parts = Parts(
            api=remote,
            line=line,
            sources=sources,
            library=library,
            saver=saver,
            disk=disk,
            tell=events.tell,
            sleep=asyncio.sleep,
            clock=time.monotonic,
        )
        generations = Generations(parts, renew=catalogue.renew, on_error=shell.notices.error)
        stack.push_async_callback(generations.aclose)
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
            imports=Imports(
                library, folder, thumbnails, reader, catalogue, disk, decoders, events.tell
            ),
            quotes=Quotes(remote),
            forms=Forms(FormFile(world.form), disk),
            resources=Resources(remote, ShelfFile(world.shelf), Previews(world.previews), disk),
            presets=Presets(PresetFile(world.presets), disk),
            prompts=Prompts(library, disk),
            wallet=Wallet(remote),
        )


async def _screen(services: Services, shell: Shell, stack: AsyncExitStack) -> WorkspacePresenter:
    """Build a world's presenters and panels, and put them into the window."""
    catalogue, gallery, on_error = services.catalogue, services.gallery, shell.notices.error
    shown = GalleryPresenter(gallery, on_error)
    saved = await services.forms.load()
    shelf = EngineShelf(saved, services.availability, on_error)
    generate = GeneratePresenter(
        catalogue,
        saved,
        shelf,
        services.generations,
        services.quotes,
        services.forms,
        services.prompts,
        on_error,
    )
    presenters = Presenters(
        generate=generate,
        presets=PresetShelf(services.presets, generate, on_error),
        gallery=shown,
        details=DetailsPresenter(gallery, catalogue, on_error),
        viewer=ViewerPresenter(gallery, shown.rows, on_error),
        sources=SourcePresenter(generate, services.sources, on_error),
        queue=QueuePresenter(services.generations, catalogue.usual_seconds(), time.monotonic),
        pictures=PictureActions(gallery, on_error),
    )
    stack.push_async_callback(presenters.aclose)
    tiles = ThumbnailStore(gallery.thumbnail_path, gallery.picture_path, QtPictureReader())
    stack.push_async_callback(asyncio.to_thread, tiles.close)
    workspace = Workspace(
        GeneratePanel(presenters.generate, presenters.presets),
        GalleryPanel(
            shown,
            GalleryView(shown.rows, tiles, shell.theme, gallery.picture_path),
            shell.theme,
            catalogue.labels(),
        ),
        DetailsPanel(presenters.details),
        Viewer(presenters.viewer),
    )
    funds = Funds(line=services.line, quotes=services.quotes, wallet=services.wallet)
    presenter = WorkspacePresenter(
        workspace, presenters, gallery, services.imports, funds, shell.notices, on_error
    )
    stack.push_async_callback(presenter.aclose)
    await _join_resources(services, workspace.form, presenters.generate, shell, stack)
    SourceFields(workspace.form, presenters.generate, presenters.sources)
    services.events.subscribe(presenter.on_event)
    services.events.subscribe(shell.notices.on_event)
    shell.show(workspace, presenter)
    stack.callback(shell.window.show_workspace, None)
    shown.start()
    presenters.presets.start()
    shelf.refresh()
    return presenter


async def _join_resources(
    services: Services,
    panel: GeneratePanel,
    form: GeneratePresenter,
    shell: Shell,
    stack: AsyncExitStack,
) -> None:
    """Let the form know resources by name, and open the picker from it."""
    resources = services.resources
    await resources.load()
    desk = ResourceDesk(resources, services.catalogue)
    stack.push_async_callback(desk.aclose)
    picker = PickerPresenter(resources, services.catalogue, shell.notices.error)
    stack.push_async_callback(picker.aclose)
    pictures = ThumbnailStore(
        resources.preview_path, services.gallery.picture_path, QtPictureReader()
    )
    stack.push_async_callback(asyncio.to_thread, pictures.close)
    ResourceFields(panel, form, desk, picker, shell.theme, pictures)


async def _connect(
    services: Services,
    world: World,
    shell: Shell,
    options: Options,
    stack: AsyncExitStack,
    presenter: WorkspacePresenter,
) -> None:
    """Reach the world's server, then take up what the last run left."""
    await shell.painted.wait()
    shell.start()
    try:
        if world.is_sandbox:
            address = await stack.enter_async_context(sandbox_running(world.data / "server"))
            door = _civitai(address.url, address.url, partial(str, address.key))
        else:
            await shell.account_known.wait()
            door = _civitai(options.api_url, options.site_url, shell.key)
        services.remote.connected(await stack.enter_async_context(door))
    except CivitaiError as error:
        services.remote.failed(error)
        raise
    try:
        await services.disk.run(services.folder.check)
        await services.disk.run(services.folder.sweep)
    except CivitaiError as error:
        shell.notices.error(error)
    await services.generations.resume()
    await services.resources.tidy()
    presenter.refresh_funds()
    if services.library.notice or not await services.disk.run(services.library.count):
        await services.imports.run(quiet=True)


@asynccontextmanager
async def _civitai(
    api_url: str, site_url: str, key: Callable[[], str | None]
) -> AsyncIterator[Connection]:
    """Load the HTTP and JSON libraries, off the UI thread, and open the clients."""
    await asyncio.to_thread(import_module, "civitai_desktop.api.resources")
    # After the first paint, because they cost as much time as the whole window.
    from civitai_desktop.api.blobs import BlobApi  # noqa: PLC0415
    from civitai_desktop.api.http import ApiClient, BlobClient  # noqa: PLC0415
    from civitai_desktop.api.orchestration import OrchestrationApi  # noqa: PLC0415
    from civitai_desktop.api.resources import ResourceApi  # noqa: PLC0415
    from civitai_desktop.api.services import ServicesApi  # noqa: PLC0415
    from civitai_desktop.api.site import SiteApi  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        orchestration, site = ApiClient(api_url, key), ApiClient(site_url, key)
        # Previews have a client of their own, so that no saved picture waits for them.
        blobs, previews = BlobClient(), BlobClient()
        for client in (orchestration, site, blobs, previews):
            stack.push_async_callback(client.aclose)
        yield Connection(
            orchestration=OrchestrationApi(orchestration),
            services=ServicesApi(orchestration),
            downloads=blobs,
            uploads=BlobApi(orchestration, blobs),
            site=SiteApi(site),
            resources=ResourceApi(site, previews),
        )


async def _check_key(api_url: str, key: str) -> None:
    async with _civitai(api_url, api_url, partial(str, key)) as connection:
        await connection.orchestration.check_key()


def _library(world: World) -> Library:
    try:
        world.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryUnusable(
            f"The data folder {world.data} cannot be made: {error.strerror}.",
            next_step="Start the program with another --data-dir.",
        ) from error
    return Library(world.library)


def _vault_account(api_url: str) -> str:
    """A key of one server is never sent to another."""
    return "default" if api_url == API_URL else urlsplit(api_url).netloc


def _fixed_because(world: World, options: Options) -> str:
    if options.pictures_dir:
        return f"The pictures folder was given at the start: {world.pictures}."
    if world.is_sandbox:
        return f"The sandbox keeps its pictures in {world.pictures}."
    return ""
