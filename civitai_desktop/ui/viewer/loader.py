"""The viewer's pictures: decoded and fitted by workers, the newest wish first."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.services.tasks import TaskScope, Workers
from civitai_desktop.ui.shared.decoding import read_picture

_THREADS = 2
_MOST_KEPT = 5
_BYTES_KEPT = 256 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A decoded picture.

    Attributes:
        full: All of its pixels, upright.
        fitted: Scaled down once, with care, to fit `box`; `full` itself if it fits already.
        box: The window's size that it was fitted to, in device pixels.
    """

    full: QImage
    fitted: QImage
    box: QSize

    @property
    def size_bytes(self) -> int:
        """Return the memory it takes."""
        shared = self.fitted.cacheKey() == self.full.cacheKey()
        return self.full.sizeInBytes() + (0 if shared else self.fitted.sizeInBytes())


class PictureLoader:
    """Decodes what is wished for, most urgent first, and keeps the last few pictures.

    At most five and 256 MB of them, but always the one that is looked at.
    """

    def __init__(
        self,
        on_loaded: Callable[[Path, Picture], None],
        on_failed: Callable[[Path, CivitaiError], None],
        on_error: Callable[[CivitaiError], None],
        *,
        bytes_kept: int = _BYTES_KEPT,
    ) -> None:
        self._on_loaded = on_loaded
        self._on_failed = on_failed
        self._bytes_kept = bytes_kept
        self._tasks = TaskScope(on_error)
        self._workers = Workers("viewer", _THREADS)
        self._kept: OrderedDict[Path, Picture] = OrderedDict()
        self._wishes: list[Path] = []
        self._busy: set[Path] = set()
        self._wanted: tuple[Path, ...] = ()
        self._box = QSize()

    def want(self, paths: Sequence[Path], box: QSize) -> None:
        """Make these the only wishes, the most urgent first. What is there is told at once.

        Args:
            paths: Files; the first one is the picture that is looked at.
            box: The window's size in device pixels.
        """
        self._wanted, self._box = tuple(paths), box
        # What is being decoded is told when it is done, as long as it is still wanted.
        self._wishes = [p for p in paths if p not in self._busy and not self._is_ready(p)]
        if self._wanted and self._is_ready(self._wanted[0]):
            first = self._wanted[0]
            self._kept.move_to_end(first)
            self._on_loaded(first, self._kept[first])
        self._start()

    def kept(self) -> list[Path]:
        """List the pictures in memory, the one that goes next first."""
        return list(self._kept)

    def forget(self) -> None:
        """Drop all wishes and pictures."""
        self.want((), self._box)
        self._kept.clear()

    async def aclose(self) -> None:
        """Stop, and wait for the pictures that are being decoded."""
        self.forget()
        await self._tasks.aclose()
        await asyncio.to_thread(self._workers.close)

    def _is_ready(self, path: Path) -> bool:
        return path in self._kept and self._kept[path].box == self._box

    def _start(self) -> None:
        while self._wishes:
            path = self._wishes[0]
            # One thread stays free for what is looked at.
            allowed = _THREADS if path == self._wanted[0] else _THREADS - 1
            if len(self._busy) >= allowed:
                return
            del self._wishes[0]
            self._busy.add(path)
            self._tasks.spawn(self._load(path, self._box), name=f"decode {path.name}")

    async def _load(self, path: Path, box: QSize) -> None:
        kept = self._kept.get(path)
        try:
            picture = await self._workers.run(_picture, path, kept.full if kept else None, box)
        except CivitaiError as error:
            self._on_failed(path, error)
        else:
            self._keep(path, picture)
            if path in self._wanted and box != self._box:  # resized meanwhile
                self._wishes.insert(0, path)
            self._on_loaded(path, picture)
        finally:
            self._busy.discard(path)
            self._start()

    def _keep(self, path: Path, picture: Picture) -> None:
        self._kept[path] = picture
        self._kept.move_to_end(path)
        looked_at = self._wanted[0] if self._wanted else None
        for oldest in list(self._kept):
            used = sum(each.size_bytes for each in self._kept.values())
            if len(self._kept) <= _MOST_KEPT and used <= self._bytes_kept:
                return
            if oldest != looked_at:
                del self._kept[oldest]


def _picture(path: Path, full: QImage | None, box: QSize) -> Picture:
    if full is None:
        full = read_picture(path)
    size = full.size().scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
    if size.width() >= full.width() or size.isEmpty():
        return Picture(full=full, fitted=full, box=box)
    smooth = Qt.TransformationMode.SmoothTransformation
    fitted = full.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    return Picture(full=full, fitted=fitted, box=box)
