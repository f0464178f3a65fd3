"""The viewer's place in the window: it is loaded and built when a picture is first opened."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal, Slot
from PySide6.QtWidgets import QWidget

from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.generation import Image
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.ui.shared.late import Late, Made
from civitai_desktop.ui.viewer import commands

if TYPE_CHECKING:
    from civitai_desktop.ui.viewer.presenter import GalleryOrder, ViewerPresenter
    from civitai_desktop.ui.viewer.viewer import Viewer

_PRESENTER: "Late[type[ViewerPresenter]]" = Late(
    "civitai_desktop.ui.viewer.presenter", "ViewerPresenter"
)
_VIEWER: "Late[type[Viewer]]" = Late("civitai_desktop.ui.viewer.viewer", "Viewer")


class ViewerRoom(QObject):
    """Covers the window while a picture is looked at. While none is, nothing of it need be there.

    Signals are those of the viewer and its presenter.

    Attributes:
        acts: What carries out the viewer's commands, by their ids.
    """

    moved = Signal(object)
    delete_wanted = Signal(object)
    favourite_toggled = Signal(int, bool)
    opened = Signal(bool)
    closed = Signal()

    def __init__(
        self, gallery: Gallery, order: "GalleryOrder", on_error: Callable[[CivitaiError], None]
    ) -> None:
        super().__init__()
        self._gallery = gallery
        self._order = order
        self._on_error = on_error
        self.acts: Mapping[str, Callable[[], None]] = {
            command.id: partial(self._act, command.id) for command in commands.COMMANDS
        }
        self._over: QWidget | None = None
        self._presenter = Made(self._make_presenter)
        self._viewer = Made(self._make_viewer)

    def cover(self, window: QWidget) -> None:
        """Cover this from the first picture on."""
        self._over = window

    @property
    def is_open(self) -> bool:
        """Tell whether a picture is looked at."""
        return self._viewer.known is not None and self._viewer.known.isVisible()

    def open(self, image: Image) -> None:
        """Let a picture fill the window."""
        self._viewer().open(image)

    def leave(self) -> None:
        """Give the window back."""
        if self._viewer.known is not None:
            self._viewer.known.leave()

    def fill(self, place: QRect) -> None:
        """Cover all of what is covered, which has another size now."""
        if self._viewer.known is not None:
            self._viewer.known.setGeometry(place)

    @Slot()
    def gallery_changed(self) -> None:
        """Pictures have come to the gallery or gone."""
        if self._presenter.known is not None:
            self._presenter.known.gallery_changed()

    def image_changed(self, image: Image) -> None:
        """A picture has a new row."""
        if self._presenter.known is not None:
            self._presenter.known.image_changed(image)

    def look_again(self) -> None:
        """Files were moved or changed."""
        if self._presenter.known is not None:
            self._presenter.known.look_again()

    async def aclose(self) -> None:
        """Stop, and wait for the pictures that are being decoded."""
        if self._presenter.known is not None:
            await self._presenter.known.aclose()

    def _act(self, command_id: str) -> None:
        if self._viewer.known is not None:
            self._viewer.known.acts[command_id]()

    def _make_presenter(self) -> "ViewerPresenter":
        presenter = _PRESENTER()(self._gallery, self._order, self._on_error)
        presenter.moved.connect(self.moved)
        return presenter

    def _make_viewer(self) -> "Viewer":
        viewer = _VIEWER()(self._presenter(), self._over)
        if self._over is not None:
            viewer.setGeometry(self._over.rect())
        viewer.delete_wanted.connect(self.delete_wanted)
        viewer.favourite_toggled.connect(self.favourite_toggled)
        viewer.opened.connect(self.opened)
        viewer.closed.connect(self.closed)
        return viewer
