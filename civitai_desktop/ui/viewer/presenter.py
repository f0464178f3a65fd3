"""Walking through the gallery's pictures one by one."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage

from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.generation import Image
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.tasks import TaskScope, Workers
from civitai_desktop.ui.shared.decoding import read_picture
from civitai_desktop.ui.viewer.loader import Picture, PictureLoader


class GalleryOrder(Protocol):
    """Whoever knows which pictures the gallery shows."""

    def ids(self) -> Sequence[int]:
        """Return the image ids in the gallery's order; called often, so without copying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the viewer is.

    Attributes:
        position: From 1; 0 if the gallery does not show this picture.
        total: Number of pictures in the gallery.
    """

    image: Image
    position: int
    total: int


class ViewerPresenter(QObject):
    """Goes from picture to picture. However quickly one walks, the last one asked for wins."""

    moved = Signal(object)
    """The `Place` where the viewer is now."""
    thumbnail_ready = Signal(QImage)
    """Something to show at once, while the picture itself is being decoded."""
    picture_ready = Signal(object)
    """A `Picture`; again with another `fitted` after the window's size has changed."""
    picture_failed = Signal(str)
    """Why the picture cannot be shown, in words."""
    ended = Signal()
    """There is nothing left to look at."""

    def __init__(
        self, gallery: Gallery, order: GalleryOrder, on_error: Callable[[CivitaiError], None]
    ) -> None:
        super().__init__()
        self._gallery = gallery
        self._order = order
        self._tasks = TaskScope(on_error)
        self._loader = PictureLoader(self._take, self._refuse, on_error)
        self._thumbnails = Workers("viewer-thumbnail", 1)
        self._arriving: asyncio.Task[None] | None = None
        self._box = QSize()
        self._id: int | None = None
        self._image: Image | None = None
        self._position = 0
        self._paths: list[Path] = []
        self._is_sharp = False

    def open(self, image: Image) -> None:
        """Begin at this picture."""
        position = self._find(image.id)
        self._go(image.id, self._position if position is None else position, 1)

    def close(self) -> None:
        """Stop looking and free the memory."""
        self._stop()
        self._id = self._image = None
        self._paths = []
        self._loader.forget()

    @Slot(int)
    def step(self, by: int) -> None:
        """Walk so many pictures forwards or backwards; at either end one stays."""
        if self._id is None:
            return
        ids = self._order.ids()
        position = self._find(self._id)
        goal = self._position if position is None else position + by
        goal = min(max(goal, 0), len(ids) - 1)
        if goal >= 0 and ids[goal] != self._id:
            self._go(ids[goal], goal, by)

    @Slot(QSize)
    def fit_to(self, window: QSize) -> None:
        """Fit to another size of the window, in device pixels."""
        if window != self._box:
            self._box = window
            if self._paths:
                self._loader.want(self._paths, window)

    @Slot()
    def gallery_changed(self) -> None:
        """Look again where we are; call it after pictures have come to the gallery or gone.

        If this picture is no longer among them, the one that took its place is shown.
        """
        if self._id is None:
            return
        ids = self._order.ids()
        position = self._find(self._id)
        if position is not None:
            self._position = position
            if self._image is not None:
                self._tell_place(self._image)
        elif ids:
            goal = min(self._position, len(ids) - 1)
            self._go(ids[goal], goal, 1)
        else:
            self.close()
            self.ended.emit()

    def look_again(self) -> None:
        """Read the picture anew; call it after files were moved or changed."""
        if self._id is not None:
            self._paths = []
            self._loader.forget()
            self._go(self._id, self._position, 1)

    def image_changed(self, image: Image) -> None:
        """Show a picture's new row, if it is the one that is looked at."""
        if self._image is not None and image.id == self._image.id:
            self._image = image
            self._tell_place(image)

    async def aclose(self) -> None:
        """Stop, and wait for the pictures that are being decoded."""
        self.close()
        await self._tasks.aclose()
        await self._loader.aclose()
        await asyncio.to_thread(self._thumbnails.close)

    def _find(self, image_id: int) -> int | None:
        ids = self._order.ids()
        if self._position < len(ids) and ids[self._position] == image_id:
            return self._position
        with suppress(ValueError):
            return ids.index(image_id)
        return None

    def _stop(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _go(self, image_id: int, position: int, direction: int) -> None:
        self._stop()
        self._id, self._position = image_id, position
        self._arriving = self._tasks.spawn(self._arrive(image_id, direction), name="view a picture")

    async def _arrive(self, image_id: int, direction: int) -> None:
        wanted = [image_id, *self._neighbours(image_id, direction)]
        rows = {image.id: image for image in await self._gallery.images(wanted)}
        image = rows.get(image_id)
        if image is None:  # deleted meanwhile; gallery_changed() will say so
            return
        self._image, self._is_sharp = image, False
        self._tell_place(image)
        self._paths = [self._gallery.picture_path(rows[each]) for each in wanted if each in rows]
        self._loader.want(self._paths, self._box)
        if self._is_sharp:
            return
        with suppress(CivitaiError):  # the cache may be emptied at any time
            path = self._gallery.thumbnail_path(image_id)
            thumbnail = await self._thumbnails.run(read_picture, path)
            if not self._is_sharp:
                self.thumbnail_ready.emit(thumbnail)

    def _neighbours(self, image_id: int, direction: int) -> list[int]:
        """Return the ids on either side, first the one that comes next."""
        position = self._find(image_id)
        if position is None:
            return []
        ids = self._order.ids()
        ahead = 1 if direction >= 0 else -1
        sides = (position + ahead, position - ahead)
        return [ids[side] for side in sides if 0 <= side < len(ids)]

    def _tell_place(self, image: Image) -> None:
        position = self._find(image.id)
        number = 0 if position is None else position + 1
        total = len(self._order.ids())
        self.moved.emit(Place(image=image, position=number, total=total))

    def _take(self, path: Path, picture: Picture) -> None:
        if self._paths and path == self._paths[0]:
            self._is_sharp = True
            self.picture_ready.emit(picture)

    def _refuse(self, path: Path, error: CivitaiError) -> None:
        if self._paths and path == self._paths[0]:
            self._is_sharp = True  # a thumbnail would now hide what has happened
            self.picture_failed.emit(str(error))
