"""What one does with pictures and generations, from the menu, the gallery, details or viewer."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from civitai_desktop.domain.alternatives import escape
from civitai_desktop.domain.errors import CivitaiError, NotFound
from civitai_desktop.domain.events import (
    ConnectionChanged,
    Event,
    ImageChanged,
    ImagesImported,
    KeyRefused,
    KeyTaken,
    RequestRefused,
)
from civitai_desktop.domain.generation import Image
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.ports import FolderLook
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.ui.gallery import commands as of_picture
from civitai_desktop.ui.generate.acts import acts_of
from civitai_desktop.ui.generate.commands import GENERATE
from civitai_desktop.ui.generate.sources.offer import Offer
from civitai_desktop.ui.window.commands import COMMANDS, READ_FOLDER
from civitai_desktop.ui.window.notices import Notices
from civitai_desktop.ui.window.presenters import Funds, Presenters
from civitai_desktop.ui.window.workspace import Workspace

if TYPE_CHECKING:
    from civitai_desktop.ui.viewer.presenter import Place

_LEAVE_VIEWER = frozenset(command.id for command in COMMANDS if command.leaves_viewer)


class WorkspacePresenter(QObject):
    """Carries out wishes, wherever on the screen they come from.

    Attributes:
        acts: What carries out the commands of the workspace's rooms, by their ids.
    """

    holdings_changed = Signal(object)
    """`Holdings`: what is known of the account now."""
    standing_changed = Signal(str)
    """Why there is nothing to be had from Civitai, in a word; empty again while there is."""

    def __init__(
        self,
        workspace: Workspace,
        presenters: Presenters,
        gallery: Gallery,
        imports: FolderLook,
        funds: Funds,
        notices: Notices,
        on_error: Callable[[CivitaiError], None],
    ) -> None:
        super().__init__()
        self.presenters = presenters
        self._funds = funds
        self._workspace = workspace
        self._gallery = gallery
        self._imports = imports
        self._notices = notices
        self._tasks = TaskScope(on_error)
        self._image: Image | None = None
        self._acts: dict[str, Callable[[], object]] = {
            **acts_of(workspace.form, presenters.generate),
            **workspace.viewer.acts,
            of_picture.FIND.id: workspace.gallery.focus_search,
            READ_FOLDER.id: self.read_folder,
        }
        self._of_image: dict[str, Callable[[Image], None]] = {
            of_picture.OPEN.id: self.open,
            of_picture.FAVOURITE.id: self._favourite,
            of_picture.REUSE.id: self.reuse,
            of_picture.VARY.id: self.vary,
            of_picture.SOURCE.id: self.start_from,
            of_picture.COPY.id: presenters.pictures.copy,
            of_picture.SHOW_IN_FOLDER.id: presenters.pictures.show_in_folder,
            of_picture.DELETE.id: self._delete,
        }
        self.acts: Mapping[str, Callable[[], object]] = {
            command_id: partial(self._act, command_id)
            for command_id in (*self._acts, *self._of_image)
        }
        self._wishes: tuple[tuple[SignalInstance, Callable[..., object]], ...] = (
            (notices.questions.delete_confirmed, presenters.gallery.delete),
            (notices.undo_wanted, presenters.generate.undo),
            (notices.restore_wanted, presenters.presets.restore),
            (notices.questions.payment_confirmed, presenters.queue.pay_again),
            (notices.questions.unpriced_confirmed, presenters.generate.generate_unpriced),
        )
        self._connect()

    def _act(self, command_id: str) -> None:
        """Carry out a command: on the form, or on the selected picture."""
        if command_id in _LEAVE_VIEWER and self._workspace.viewer.is_open:
            self._workspace.viewer.leave()
            if command_id == GENERATE.id:
                # Form and price are to be seen before they are paid for.
                return
        if command_id in self._acts:
            self._acts[command_id]()
        elif self._image is not None:
            self._of_image[command_id](self._image)

    def key_changed(self) -> None:
        """Go on with another key, which may be another account's."""
        self._funds.line.key_changed()
        self._stand()
        self.refresh_funds()

    def read_folder(self) -> None:
        """Take pictures of the folder that the library does not know into it."""
        self._tasks.spawn(self._imports.run(), name="read the pictures folder")

    @Slot()
    def look_again(self) -> None:
        """See what became of the folder while the user was elsewhere; tells news only."""
        self._tasks.spawn(self._imports.run(quiet=True), name="look into the pictures folder")

    def greet(self) -> None:
        """Find out whether Civitai can be reached and takes the key, and what there is then."""
        self.refresh_funds()
        self._tasks.spawn(self._funds.greet(), name="greeting")

    @Slot()
    def refresh_funds(self) -> None:
        """Ask again what there is and what the form costs."""
        self._funds.quotes.forget()
        self.presenters.generate.refresh_price()
        self._tasks.spawn(self._refresh_holdings(), name="balance")

    async def _refresh_holdings(self) -> None:
        self.holdings_changed.emit(await self._funds.wallet.holdings())

    def on_event(self, event: Event) -> None:
        """Take note of what a service tells."""
        presenters = self.presenters
        presenters.gallery.on_event(event)
        presenters.queue.on_event(event)
        match event:
            case ImageChanged(image):
                presenters.viewer.image_changed(image)
            case ImagesImported() if event.found_again or event.redrawn:
                presenters.viewer.look_again()
            case KeyRefused():
                self._stand()
            case KeyTaken():
                self._stand()
                self.refresh_funds()
            case ConnectionChanged(problem):
                self._stand(event)
                if not problem:
                    # Whatever could not be asked meanwhile.
                    self.refresh_funds()
        form = presenters.generate
        if isinstance(event, RequestRefused) and event.generation.request.engine == form.engine.id:
            form.server_complaints(event.complaints)

    def _stand(self, connection: ConnectionChanged | None = None) -> None:
        standing = self.tr("Key refused") if self._funds.line.is_refused else ""
        if connection is not None and connection.is_offline:
            standing = self.tr("Offline")
        elif connection is not None and connection.is_astray:
            standing = self.tr("Waiting for the network")
        self.presenters.queue.hold(standing)
        self.standing_changed.emit(standing)

    async def aclose(self) -> None:
        """Stop what is under way, and hear no wish any more of what outlives this workspace."""
        for wish, act in self._wishes:
            wish.disconnect(act)
        self._notices.workspace_left()
        await self._tasks.aclose()

    def _connect(self) -> None:
        workspace, presenters = self._workspace, self.presenters
        view, details, viewer = workspace.gallery.view, workspace.details, workspace.viewer
        queue, pictures = presenters.queue, presenters.pictures
        workspace.image_selected.connect(self._select)
        workspace.gallery.opened.connect(self._open_id)
        for source in (view.cancel_clicked, details.cancel_wanted):
            source.connect(queue.cancel)
        for source in (view.retry_clicked, details.retry_wanted):
            source.connect(self._notices.questions.leave)
            source.connect(queue.retry)
        for source in (view.dismiss_clicked, details.dismiss_wanted):
            source.connect(queue.dismiss)
        queue.tiles_changed.connect(presenters.gallery.rows.set_live)
        queue.finished.connect(self._notices.generation_ended)
        queue.finished.connect(self.refresh_funds)
        presenters.gallery.count_changed.connect(presenters.viewer.gallery_changed)
        view.delete_wanted.connect(self._ask_to_delete)
        details.delete_wanted.connect(self._delete)
        viewer.delete_wanted.connect(self._delete)
        viewer.opened.connect(self._notices.questions.cover)
        details.reuse_wanted.connect(self.reuse)
        details.vary_wanted.connect(self.vary)
        details.source_wanted.connect(self.start_from)
        details.copy_wanted.connect(pictures.copy)
        details.show_in_folder_wanted.connect(pictures.show_in_folder)
        details.favourite_toggled.connect(self._set_favourite)
        viewer.favourite_toggled.connect(self._set_favourite)
        presenters.viewer.moved.connect(self._on_viewer_moved)
        self.holdings_changed.connect(presenters.generate.know_holdings)
        self.holdings_changed.connect(self._notices.questions.know_holdings)
        for wish, act in self._wishes:
            wish.connect(act)
        presenters.generate.unpriced.connect(self._notices.questions.ask_unpriced)
        presenters.generate.short.connect(self._notices.questions.ask_short)
        presenters.generate.price_changed.connect(self._notices.questions.see_price)
        presenters.generate.count_changed.connect(self._notices.questions.leave_form)
        workspace.form.objected.connect(self._notices.objected)
        presenters.generate.engine_settled.connect(self._notices.engine_settled)
        presenters.generate.started.connect(self._notices.generating)
        presenters.generate.filled.connect(self._notices.form_filled)
        presenters.generate.reset_done.connect(self._notices.form_reset)
        presenters.presets.applied.connect(self._notices.preset_applied)
        presenters.presets.removed.connect(self._notices.preset_removed)
        presenters.presets.told.connect(self._notices.presets_told)
        presenters.generate.undo_available.connect(self._notices.undo_available)

    @Slot(object)
    def _select(self, image: Image | None) -> None:
        if image is not None and (self._image is None or image.id != self._image.id):
            self._notices.questions.take_payment_back()
        self._image = image
        if not self._workspace.viewer.is_open:
            self._notices.questions.look_at(image.id if image else None)

    @Slot(int)
    def _open_id(self, image_id: int) -> None:
        self._tasks.spawn(self._open(image_id), name="open a picture")

    async def _open(self, image_id: int) -> None:
        for image in await self._gallery.images([image_id]):
            self.open(image)

    def open(self, image: Image) -> None:
        """Let a picture fill the window."""
        self._workspace.viewer.open(image)

    @Slot(object)
    def reuse(self, image: Image) -> None:
        """Fill the form with a picture's settings, its seed included."""
        self._tasks.spawn(self._fill(image, with_seed=True), name="reuse settings")

    @Slot(object)
    def vary(self, image: Image) -> None:
        """Fill the form with a picture's settings and a random seed; nothing is spent yet."""
        self._tasks.spawn(self._fill(image, with_seed=False), name="vary")

    @Slot(object)
    def start_from(self, image: Image) -> None:
        """Make a picture one that the form starts from."""
        self.presenters.sources.take(Offer(files=(self._gallery.picture_path(image),)))

    async def _fill(self, image: Image, *, with_seed: bool) -> None:
        generation = await self._gallery.generation(image.generation_id)
        if generation is None:
            raise NotFound("The library does not know this picture's settings.")
        request = generation.request
        seed = image.seed if with_seed else None
        # The prompt that made this very picture: its template would make all the others too, and
        # is in the prompt history.
        prompt = escape(request.prompt)
        if self.presenters.generate.reuse(request.values, request.engine, seed, prompt):
            self._notices.form_replaced()

    def _favourite(self, image: Image) -> None:
        self.presenters.gallery.toggle_favourite(self._meant(image))

    @Slot(int, bool)
    def _set_favourite(self, image_id: int, favourite: bool) -> None:
        work = self._gallery.set_favourite(image_id, favourite)
        self._tasks.spawn(work, name="favourite")

    @Slot(object)
    def _delete(self, image: Image) -> None:
        self._notices.questions.ask_to_delete(self._meant(image))

    def _meant(self, image: Image) -> tuple[int, ...]:
        """Return all that are selected, where this one is among them."""
        selected = tuple(self._workspace.selected_ids())
        return selected if image.id in selected else (image.id,)

    @Slot(list)
    def _ask_to_delete(self, ids: list[int]) -> None:
        self._notices.questions.ask_to_delete(tuple(ids))

    @Slot(object)
    def _on_viewer_moved(self, place: "Place") -> None:
        self._notices.questions.look_at(place.image.id)
        self._workspace.gallery.view.select_image(place.image.id)
