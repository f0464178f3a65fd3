"""Builds the presenters and panels of one world, and puts them into the window."""

import asyncio
import time
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from civitai_desktop.app.services import Services
from civitai_desktop.domain.errors import FormUnusable
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.services.greeting import greet
from civitai_desktop.ui.gallery.details import DetailsPanel
from civitai_desktop.ui.gallery.details_presenter import DetailsPresenter
from civitai_desktop.ui.gallery.panel import GalleryPanel
from civitai_desktop.ui.gallery.picture_actions import PictureActions
from civitai_desktop.ui.gallery.presenter import GalleryPresenter
from civitai_desktop.ui.gallery.view import GalleryView
from civitai_desktop.ui.generate.engines.shelf import EngineShelf
from civitai_desktop.ui.generate.panel import GeneratePanel
from civitai_desktop.ui.generate.presenter import GeneratePresenter
from civitai_desktop.ui.generate.presets.shelf import PresetShelf
from civitai_desktop.ui.generate.resource_fields import ResourceFields
from civitai_desktop.ui.generate.source_fields import SourceFields
from civitai_desktop.ui.generate.sources.presenter import SourcePresenter
from civitai_desktop.ui.queue.presenter import QueuePresenter
from civitai_desktop.ui.resource_picker.desk import ResourceDesk
from civitai_desktop.ui.shared.imaging import QtPictureReader
from civitai_desktop.ui.shared.late import Late, Made
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore
from civitai_desktop.ui.viewer.room import ViewerRoom
from civitai_desktop.ui.window.presenters import Funds, Presenters
from civitai_desktop.ui.window.returning import Returning
from civitai_desktop.ui.window.shell import Shell
from civitai_desktop.ui.window.workspace import Workspace
from civitai_desktop.ui.window.workspace_presenter import WorkspacePresenter

if TYPE_CHECKING:
    from civitai_desktop.ui.resource_picker.presenter import PickerPresenter

_PICKER: "Late[type[PickerPresenter]]" = Late(
    "civitai_desktop.ui.resource_picker.presenter", "PickerPresenter"
)


async def screen_built(
    services: Services, shell: Shell, stack: AsyncExitStack
) -> WorkspacePresenter:
    """Build a world's presenters and panels, and put them into the window."""
    catalogue, gallery, on_error = services.catalogue, services.gallery, shell.notices.error
    shown = GalleryPresenter(gallery, on_error)
    try:
        saved = await services.forms.load()
    except FormUnusable as error:
        on_error(error)
        saved = SavedForm()
    desk = ResourceDesk(services.resources, catalogue)
    stack.push_async_callback(desk.aclose)
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
        viewer=ViewerRoom(gallery, shown.rows, on_error),
        sources=SourcePresenter(generate, services.sources, on_error),
        queue=QueuePresenter(
            services.generations, catalogue.usual_seconds(), time.monotonic, name_of=desk.name
        ),
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
        presenters.viewer,
    )
    funds = Funds(
        line=services.line,
        quotes=services.quotes,
        wallet=services.wallet,
        greet=partial(greet, services.remote, services.line, sleep=asyncio.sleep),
    )
    presenter = WorkspacePresenter(
        workspace, presenters, gallery, services.imports, funds, shell.notices, on_error
    )
    stack.push_async_callback(presenter.aclose)
    returning = Returning(time.monotonic)
    returning.came_back.connect(presenter.look_again)
    stack.callback(returning.stop)
    await _join_resources(services, desk, workspace.form, presenters.generate, shell, stack)
    SourceFields(workspace.form, presenters.generate, presenters.sources)
    services.events.subscribe(presenter.on_event)
    services.events.subscribe(shell.notices.on_event)
    services.events.subscribe(shelf.on_event)
    shell.show(workspace, presenter)
    stack.callback(shell.window.show_workspace, None)
    shown.start()
    presenters.presets.start()
    shelf.refresh()
    return presenter


async def _join_resources(
    services: Services,
    desk: ResourceDesk,
    panel: GeneratePanel,
    form: GeneratePresenter,
    shell: Shell,
    stack: AsyncExitStack,
) -> None:
    """Let the form know resources by name, and open the picker from it."""
    resources = services.resources
    await resources.load()
    preferences = shell.preferences

    def picker() -> "PickerPresenter":
        made = _PICKER()(
            resources,
            services.catalogue,
            shell.notices.error,
            with_mature=preferences.value.mature_resources,
        )
        made.finds.mature_chosen.connect(preferences.choose_mature_resources)
        stack.push_async_callback(made.aclose)
        return made

    pictures = ThumbnailStore(
        resources.preview_path, services.gallery.picture_path, QtPictureReader()
    )
    stack.push_async_callback(asyncio.to_thread, pictures.close)
    ResourceFields(panel, form, desk, Made(picker), shell.theme, pictures)
