"""A world with many pictures: rows in a real library, and thumbnails of the newest on disk."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient, QPainter

from civitai_desktop.domain.generation import Image
from civitai_desktop.options import Options
from civitai_desktop.places import Places, World
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.thumbnails import Thumbnails

_NEWEST = datetime(2026, 1, 31, 18, tzinfo=UTC)
_PLACES = ("a basalt cliff", "the harbour", "an empty street", "a mountain lake", "the old town")
_EDGES = 400
_GRAIN = 0.08
_GRAIN_PX = 256
_LIGHT = ("at dusk", "in the rain", "at blue hour", "under stars", "in morning fog")


def real_world(folder: Path) -> World:
    """Return where the program keeps a signed-in account's data under `folder`."""
    options = Options(data_dir=folder / "data", pictures_dir=folder / "pictures")
    return Places(options).real("")


def fill(world: World, pictures: int, thumbnails: int = 0) -> None:
    """Record `pictures`, forty a day; draw thumbnails of the newest ones."""
    world.pictures.mkdir(parents=True, exist_ok=True)
    library = Library(world.library)
    try:
        for number in range(pictures):
            library.add_image(an_image(number, pictures))
    finally:
        library.close()
    cache = Thumbnails(world.thumbnails)
    for image_id in range(pictures, pictures - thumbnails, -1):
        path = cache.path(image_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn_picture(320, seed=image_id).save(str(path), "jpeg", 80)


def drawn_picture(side_px: int, *, seed: int) -> QImage:
    """Draw soft areas, sharp edges and grain: at 1024 px and quality 90 some 300 kB, as usual."""
    chance = random.Random(seed)
    image = QImage(side_px, side_px, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sky = QLinearGradient(0, 0, side_px, side_px)
    sky.setColorAt(0, QColor.fromHsv(chance.randrange(360), 160, 230))
    sky.setColorAt(1, QColor.fromHsv(chance.randrange(360), 220, 60))
    painter.fillRect(image.rect(), sky)
    for _ in range(_EDGES):
        left, top = chance.randrange(side_px), chance.randrange(side_px)
        width = side_px // chance.randrange(20, 60)
        painter.fillRect(left, top, width, width, QColor.fromHsv(chance.randrange(360), 90, 200))
    painter.setOpacity(_GRAIN)
    grain = QImage(
        chance.randbytes(_GRAIN_PX**2), _GRAIN_PX, _GRAIN_PX, QImage.Format.Format_Grayscale8
    )
    painter.fillRect(image.rect(), QBrush(grain))
    painter.end()
    return image


def an_image(number: int, pictures: int) -> Image:
    """Make the row of one of so many pictures; their file's path and digest are made up."""
    prompt = f"A lighthouse on {_PLACES[number % 5]} {_LIGHT[number // 5 % 5]}, take {number // 4}"
    return Image(
        generation_id=f"generation-{number // 4}",
        blob_id=f"blob-{number}",
        index=number % 4,
        path=PurePosixPath(f"2026-01-01/{number}.jpg"),
        prompt=prompt,
        engine="z-image-turbo",
        seed=number,
        width=1024,
        height=1024,
        size_bytes=200_000,
        sha256="0" * 64,
        saved_at=_NEWEST - timedelta(minutes=36 * (pictures - number)),
        micro=bytes(48),
    )
