"""The gallery with 100,000 pictures: work on the UI thread per event, and memory.

The rows come from memory and every thumbnail is the same small file, so the database and the disk
are left out.
"""

import gc
import os
import time
from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from statistics import median
from tempfile import TemporaryDirectory

from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter
from PySide6.QtWidgets import QApplication

from civitai_desktop.domain.generation import Image, Listing
from civitai_desktop.ui.gallery.model import GalleryListModel
from civitai_desktop.ui.gallery.view import GalleryView
from civitai_desktop.ui.shared.imaging import QtPictureReader, warm_up_image_plugins
from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore
from tests.benchmarks.results import Result, against_limit

PICTURES = 100_000
PER_DAY = 100
FRAME_MS = 1000 / 60
MEMORY_MB = 150
_SETTLED_S = 0.1
_NOW = datetime.now(UTC)


def listing(number: int, step: int = 1) -> Listing:
    """List `number` pictures, 100 a day."""
    days, left = [], number
    while left > 0:
        days.append((date.today() - timedelta(days=len(days)), min(left, PER_DAY)))
        left -= PER_DAY
    return Listing(ids=array("I", range(number * step, 0, -step)), days=tuple(days))


def image(image_id: int) -> Image:
    return Image(
        id=image_id,
        generation_id="generation",
        blob_id=str(image_id),
        index=0,
        path=PurePosixPath("picture.png"),
        prompt=f"A lighthouse on a basalt cliff, number {image_id}",
        engine="z-image-turbo",
        seed=image_id,
        width=768,
        height=512,
        size_bytes=1,
        sha256="",
        saved_at=_NOW + timedelta(seconds=image_id - PICTURES),
        micro=bytes(range(48)),
        favourite=image_id % 9 == 0,
    )


class Stage:
    """The gallery's view on the screen, and a watch for what it does."""

    def __init__(self, application: QApplication, folder: Path) -> None:
        self._application = application
        self._thumbnail = folder / "thumbnail.jpg"
        self._draw()
        self.rows = GalleryListModel()
        self.rows.images_wanted.connect(self._answer)
        self.store = ThumbnailStore(self._thumbnail_of, self._thumbnail_of, QtPictureReader())
        theme = Theme(application)
        self.view = GalleryView(self.rows, self.store, theme, self._thumbnail_of)
        self.view.resize(800, 840)
        theme.dress()

    def took_ms(self, work: Callable[[], object]) -> float:
        """Return what `work` and the painting that follows from it take."""
        begin = time.perf_counter()
        work()
        self._application.processEvents()
        return (time.perf_counter() - begin) * 1000

    def settle(self, pause_s: float = _SETTLED_S) -> None:
        end = time.perf_counter() + pause_s
        while time.perf_counter() < end:
            self._application.processEvents()

    def each_ms(self, works: Iterator[Callable[[], object]]) -> float:
        """Return the median of several, with rest between them."""
        times = []
        for work in works:
            times.append(self.took_ms(work))
            self.settle()
        return median(times)

    def frames(self, step_px: int, number: int) -> tuple[list[float], list[float]]:
        """Scroll by `step_px` every frame.

        Returns:
            What the UI thread worked and how long it took, in ms for each frame, each sorted. The
            second is longer by waiting: for the workers, and for whatever else this machine does.
        """
        bar = self.view.verticalScrollBar()
        bar.setValue(0)
        self.settle()
        worked, took = [], []
        for frame in range(1, number + 1):
            begin = time.thread_time()
            took.append(self.took_ms(partial(bar.setValue, frame * step_px)))
            worked.append((time.thread_time() - begin) * 1000)
            time.sleep(max(FRAME_MS - took[-1], 0) / 1000)
        return sorted(worked), sorted(took)

    def _answer(self, ids: list[int]) -> None:
        self.rows.put_images([image(image_id) for image_id in ids])

    def _thumbnail_of(self, _image: object) -> Path:
        return self._thumbnail

    def _draw(self) -> None:
        picture = QImage(320, 213, QImage.Format.Format_RGB32)
        painter = QPainter(picture)
        gradient = QLinearGradient(0, 0, 320, 213)
        gradient.setColorAt(0, QColor("#104060"))
        gradient.setColorAt(1, QColor("#e0a33a"))
        painter.fillRect(picture.rect(), gradient)
        painter.end()
        picture.save(str(self._thumbnail), quality=80)


def resident_mb() -> float:
    """Return the memory in use; 0 where the system does not tell so simply."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(stage: Stage) -> Iterator[Result]:
    view, rows = stage.view, stage.rows
    view.show()
    stage.settle()
    empty_mb = resident_mb()
    everything, every_second = listing(PICTURES), listing(PICTURES // 2, 2)
    yield bounded(
        "100,000 listed and painted", stage.took_ms(partial(rows.set_listing, everything))
    )
    stage.settle()
    new = [image(PICTURES + number) for number in range(1, 10)]
    inserts = (partial(rows.add_image, picture) for picture in new)
    yield bounded("insert at the top", stage.each_ms(inserts))
    resizes = (partial(view.resize, 800 + 30 * (number % 5 + 1), 840) for number in range(9))
    yield bounded("resize", stage.each_ms(resizes))
    filters = (partial(rows.set_listing, (every_second, everything)[n % 2]) for n in range(8))
    yield bounded("change of filter", stage.each_ms(filters))
    gc.collect()
    gc.freeze()
    for name, step_px, frames in (("scrolling", 60, 600), ("flinging", 5000, 500)):
        worked, took = stage.frames(step_px, frames)
        yield bounded(f"{name}, work, median", worked[frames // 2])
        yield bounded(f"{name}, work, p99", worked[frames * 99 // 100], times=0.5)
        yield bounded(f"{name}, work, longest", worked[-1], times=1)
        yield bounded(f"{name}, p99", took[frames * 99 // 100])
    more_mb = resident_mb() - empty_mb
    yield against_limit("memory with 100,000 pictures", more_mb, "MB", "allowed", MEMORY_MB, 1)


def bounded(name: str, took_ms: float, times: float | None = None) -> Result:
    """Hold the work of one event against the time that one frame lasts.

    Args:
        times: The goal, in frames; None where there is none.
    """
    return against_limit(f"gallery, {name}", took_ms, "ms", "one frame", FRAME_MS, times)


def run() -> Iterator[Result]:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    warm_up_image_plugins()
    with TemporaryDirectory() as folder:
        stage = Stage(application, Path(folder))
        try:
            yield from measure(stage)
        finally:
            stage.store.close()
