"""The tiles' pictures: decoded by workers, newest wish first, and a bounded number kept."""

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from civitai_desktop.domain.errors import DamagedPicture
from civitai_desktop.domain.generation import Image
from civitai_desktop.services.ports import PictureReader
from civitai_desktop.ui.shared.decoding import opened

_BYTES_KEPT = 64 * 2**20
_BYTES_PER_PIXEL = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A tile's picture that somebody is waiting for.

    Attributes:
        image: Where the picture's own file is found, should the thumbnail be missing; None while
            the row is still to come.
        side_px: Of the tile, in device pixels.
        ratio: Device pixels in a device-independent one.
    """

    image_id: int
    image: Image | None
    side_px: int
    ratio: float


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a worker made of a wish.

    Attributes:
        image: None where there is nothing to show, or not yet.
        problem: Why there never will be anything, in words.
        error: A bug, to be raised where it is heard.
    """

    wish: _Wish
    image: QImage | None = None
    problem: str = ""
    error: Exception | None = None


class ThumbnailStore(QObject):
    """Pixmaps in exactly the size of a tile; at most 64 MB of them.

    `want()` says what is looked at now; wishes from before that are not among it are dropped.
    A thumbnail that is missing is made again from its picture. Close it before the program ends.
    """

    loaded = Signal(int)
    """An image's pixmap has come, or it is known that there is none."""
    _decoded = Signal(object)

    def __init__(
        self,
        thumbnail_path: Callable[[int], Path],
        picture_path: Callable[[Image], Path],
        reader: PictureReader,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thumbnail_path = thumbnail_path
        self._picture_path = picture_path
        self._reader = reader
        self._pixmaps: OrderedDict[int, QPixmap] = OrderedDict()
        self._bytes = 0
        self._problems: dict[int, str] = {}
        self._workers = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="thumbnail")
        self._lock = threading.Lock()  # guards what follows
        self._is_closed = False
        self._waiting: dict[int, _Wish] = {}
        self._at_work: set[int] = set()
        self._running = 0
        self._decoded.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def pixmap(self, image_id: int) -> QPixmap | None:
        """Return what there is; it may be of another size than was wanted last."""
        pixmap = self._pixmaps.get(image_id)
        if pixmap is not None:
            self._pixmaps.move_to_end(image_id)
        return pixmap

    def problem(self, image_id: int) -> str:
        """Return why an image cannot be shown, in words; empty while nothing is wrong."""
        return self._problems.get(image_id, "")

    def want(
        self, images: Sequence[tuple[int, Image | None]], *, side_px: int, ratio: float = 1.0
    ) -> None:
        """Load the pixmaps of these images, the first ones first, and nothing else any more.

        The paths are asked for on the workers.

        Args:
            images: Ids with their rows, as far as those are known yet.
            side_px: Side of a tile in device-independent pixels.
            ratio: Device pixels in each of them.
        """
        side = round(side_px * ratio)
        wishes: dict[int, _Wish] = {}
        for image_id, image in images:
            pixmap = self._pixmaps.get(image_id)
            if image_id in self._problems or (pixmap is not None and pixmap.width() == side):
                continue
            wishes[image_id] = _Wish(image_id, image, side, ratio)
        with self._lock:
            if self._is_closed:
                return
            self._waiting = wishes
            more = min(len(wishes), self._workers - self._running)
            self._running += max(more, 0)
        for _ in range(more):
            self._pool.submit(self._work)

    def forget(self, image_id: int) -> None:
        """Drop what is known of an image, so that it is loaded anew when it is wanted."""
        self._problems.pop(image_id, None)
        if pixmap := self._pixmaps.pop(image_id, None):
            self._bytes -= _size_of(pixmap)

    @Slot(list)
    def redrawn(self, ids: Sequence[int]) -> None:
        """Load these images anew, and try again what could not be shown."""
        for image_id in [*ids, *self._problems]:
            self.forget(image_id)

    def close(self) -> None:
        """Drop all wishes, those to come too, and wait for the workers."""
        with self._lock:
            self._is_closed = True
            self._waiting.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self) -> None:
        while wish := self._next():
            try:
                answer = self._decode(wish)
            except Exception as error:  # noqa: BLE001 - raised again where it is heard
                answer = _Answer(wish, error=error)
            with self._lock:
                self._at_work.discard(wish.image_id)
            self._decoded.emit(answer)

    def _next(self) -> _Wish | None:
        with self._lock:
            for image_id in self._waiting:
                if image_id not in self._at_work:
                    self._at_work.add(image_id)
                    return self._waiting.pop(image_id)
            self._running -= 1
            return None

    def _decode(self, wish: _Wish) -> _Answer:
        thumbnail = self._thumbnail_path(wish.image_id)
        tile = _tile(thumbnail, wish)
        if tile is not None or wish.image is None:
            return _Answer(wish, tile)
        picture = self._picture_path(wish.image)
        try:
            facts = self._reader.read(picture, thumbnail)
        except DamagedPicture as error:
            _log.info("No thumbnail for image %d: %s", wish.image_id, error)
            problem = "File damaged" if picture.exists() else "File missing"
            return _Answer(wish, problem=QCoreApplication.translate("ThumbnailStore", problem))
        if not facts.is_shown:
            problem = "Too large to show" if facts.width else "Cannot be shown here"
            return _Answer(wish, problem=QCoreApplication.translate("ThumbnailStore", problem))
        # Where the cache cannot be written, the picture itself has to do.
        return _Answer(wish, _tile(thumbnail, wish) or _tile(picture, wish))

    @Slot(object)
    def _take(self, answer: _Answer) -> None:
        if answer.error is not None:
            raise answer.error
        image_id = answer.wish.image_id
        if answer.problem:
            self._problems[image_id] = answer.problem
        elif answer.image is not None:
            self.forget(image_id)
            pixmap = QPixmap.fromImage(answer.image)
            pixmap.setDevicePixelRatio(answer.wish.ratio)
            self._pixmaps[image_id] = pixmap
            self._bytes += _size_of(pixmap)
            while self._bytes > _BYTES_KEPT:
                _, oldest = self._pixmaps.popitem(last=False)
                self._bytes -= _size_of(oldest)
        else:
            return
        self.loaded.emit(image_id)


def _size_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * _BYTES_PER_PIXEL


def _tile(path: Path, wish: _Wish) -> QImage | None:
    """Decode the middle of a picture into a tile; None if that is not possible.

    Always from a path: a worker that decodes from a buffer can freeze the program. And without a
    QPainter: it holds the interpreter's lock while it waits for Qt's own threads.
    """
    try:
        reader = opened(path)
    except (OSError, DamagedPicture):
        return None
    size = reader.size()
    square = QSize(wish.side_px, wish.side_px)
    middle = QRect(QPoint(0, 0), square)
    if not size.isValid():
        return None
    covering = size.scaled(square, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    middle.moveCenter(QRect(QPoint(0, 0), covering).center())
    reader.setScaledSize(covering)
    reader.setScaledClipRect(middle)
    image = reader.read()
    return None if image.isNull() else image
