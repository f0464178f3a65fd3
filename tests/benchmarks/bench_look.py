"""A look through a folder in which nothing has changed, against walking through it and no more."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path, PurePosixPath
from statistics import median
from tempfile import TemporaryDirectory

from civitai_desktop.catalogue import loader
from civitai_desktop.domain.events import Event
from civitai_desktop.services.imports import Imports
from civitai_desktop.services.tasks import DiskThread, Workers
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.scan import read_seen
from civitai_desktop.storage.thumbnails import Thumbnails
from civitai_desktop.ui.shared.imaging import QtPictureReader
from tests.benchmarks.filled_library import an_image
from tests.benchmarks.results import Result, against_limit

PICTURES = 20_000
_A_DAY = 200
_ROUNDS = 5
_GOAL = 5


def run() -> Iterator[Result]:
    with TemporaryDirectory() as base:
        root, told = Path(base) / "pictures", []
        with closing(Library(Path(base) / "library.sqlite3")) as library:
            _fill(library, root)
            ours, plain = _measured(library, root, told.append), _plain(root)
        assert told == [], "something had changed"
    name = f"a look at {PICTURES:,} unchanged pictures"
    yield against_limit(name, ours, "ms", "os.walk and os.stat of each file", plain, _GOAL)


def _fill(library: Library, root: Path) -> None:
    for number in range(PICTURES):
        path = PurePosixPath(f"day-{number // _A_DAY}", f"{number}.png")
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"%d" % number)
        seen, _ = read_seen(file)
        image = replace(an_image(number, PICTURES), path=path, sha256=seen.sha256)
        library.add_image(image, seen)


def _measured(library: Library, root: Path, tell: Callable[[Event], None]) -> float:
    disk, decoders = DiskThread(), Workers("decoder", 2)
    folder, thumbnails = PictureFolder(root), Thumbnails(root.with_name("thumbnails"))
    imports = Imports(
        library, folder, thumbnails, QtPictureReader(), loader.shipped(), disk, decoders, tell
    )
    try:
        return median(_ms(lambda: asyncio.run(imports.run(quiet=True))) for _ in range(_ROUNDS))
    finally:
        decoders.close()
        disk.close()


def _plain(root: Path) -> float:
    return median(_ms(lambda: _walk(root)) for _ in range(_ROUNDS))


def _walk(root: Path) -> None:
    for folder, _, files in os.walk(root):
        for name in files:
            os.stat(f"{folder}/{name}")  # noqa: PTH116  the plainest way is the peer


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
