"""Making thumbnails, against nothing but decoding the same pictures at reduced scale."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QImageReader

from civitai_desktop.ui.shared.imaging import (
    THUMBNAIL_PX,
    QtPictureReader,
    warm_up_image_plugins,
)
from tests.benchmarks.filled_library import drawn_picture
from tests.benchmarks.results import Result

_PICTURES = 96
_SIDE_PX = 1024
_ROUNDS = 7
_GOAL = 0.7


def run() -> Iterator[Result]:
    application = QGuiApplication([])
    assert application
    warm_up_image_plugins()
    with TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(name)
        pictures = [folder / f"{number}.jpg" for number in range(_PICTURES)]
        for number, picture in enumerate(pictures):
            drawn_picture(_SIDE_PX, seed=number).save(str(picture), "jpeg", 90)
        reader = QtPictureReader()

        def make(picture: Path) -> None:
            reader.read(picture, picture.with_suffix(".thumbnail"))

        made, decoded = [], []
        for _ in range(_ROUNDS):
            decoded.append(_per_second(pool, _decode, pictures))
            made.append(_per_second(pool, make, pictures))
            # Each is made once; to write over one costs the disk more.
            for picture in pictures:
                picture.with_suffix(".thumbnail").unlink()
    ours, peer = median(made), median(decoded)
    yield Result(
        name=f"making thumbnails of JPEGs, {_SIDE_PX} x {_SIDE_PX}",
        measured=ours,
        unit="per s",
        against="decoding them at reduced scale on all cores",
        limit=peer,
        goal=f"at least {_GOAL:g}x",
        is_met=ours >= _GOAL * peer,
    )


def _decode(picture: Path) -> None:
    reader = QImageReader(str(picture))
    reader.setScaledSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
    assert not reader.read().isNull()


def _per_second(
    pool: ThreadPoolExecutor, work: Callable[[Path], None], pictures: list[Path]
) -> float:
    begun = time.perf_counter()
    list(pool.map(work, pictures))
    return len(pictures) / (time.perf_counter() - begun)
