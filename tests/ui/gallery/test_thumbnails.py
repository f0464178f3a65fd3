"""The pixmaps of tiles: from real files, by real workers."""

import threading

import pytest
from PySide6.QtGui import QColor

from civitai_desktop.domain.generation import PictureFacts
from civitai_desktop.ui.shared.imaging import QtPictureReader
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore
from tests.huge_png import huge_png


@pytest.fixture
def saved(house, image):
    """One picture with its thumbnail."""
    made = house.add(image(1), "#c04010")
    path = house.gallery.picture_path(made)
    QtPictureReader().read(path, house.gallery.thumbnail_path(made.id))
    return made


class Told:
    """Which images the store said it has loaded."""

    def __init__(self, store: ThumbnailStore) -> None:
        self.ids: list[int] = []
        store.loaded.connect(self.ids.append)


async def test_a_thumbnail_becomes_a_square_of_device_pixels(thumbnails, saved, until):
    told = Told(thumbnails)
    thumbnails.want([(saved.id, saved)], side_px=50, ratio=2.0)
    await until(lambda: told.ids == [saved.id])

    pixmap = thumbnails.pixmap(saved.id)
    assert (pixmap.width(), pixmap.height(), pixmap.devicePixelRatio()) == (100, 100, 2.0)
    red = pixmap.toImage().pixelColor(50, 50)
    assert red.red() > 150 > red.blue()


async def test_a_thumbnail_is_found_before_its_row_is(thumbnails, saved, until):
    thumbnails.want([(saved.id, None)], side_px=40)
    await until(lambda: thumbnails.pixmap(saved.id))


async def test_a_deleted_cache_is_made_again(thumbnails, house, saved, until):
    thumbnail = house.gallery.thumbnail_path(saved.id)
    thumbnail.unlink()

    thumbnails.want([(saved.id, saved)], side_px=40)
    await until(lambda: thumbnails.pixmap(saved.id))
    assert thumbnail.exists()


async def test_a_damaged_thumbnail_is_made_again(thumbnails, house, saved, until):
    thumbnail = house.gallery.thumbnail_path(saved.id)
    thumbnail.write_bytes(b"no picture")

    thumbnails.want([(saved.id, saved)], side_px=40)
    await until(lambda: thumbnails.pixmap(saved.id))
    assert thumbnail.read_bytes().startswith(b"\xff\xd8")


async def test_without_a_cache_the_picture_itself_is_shown(house, saved, until, theme):
    (house.root / "file").write_text("where a folder should be")
    store = ThumbnailStore(
        lambda image_id: house.root / "file" / f"{image_id}.jpg",
        house.gallery.picture_path,
        QtPictureReader(),
    )
    try:
        store.want([(saved.id, saved)], side_px=40)
        await until(lambda: store.pixmap(saved.id))
        assert store.pixmap(saved.id).width() == 40
    finally:
        store.close()


@pytest.mark.qt_log_ignore("Rejecting image")
@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "File missing"), (b"x", "File damaged"), (huge_png(), "Too large to show")],
    ids=["missing", "damaged", "too large"],
)
async def test_a_picture_that_cannot_be_shown_says_why(
    thumbnails, house, saved, until, content, said
):
    house.gallery.thumbnail_path(saved.id).unlink()
    path = house.gallery.picture_path(saved)
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    thumbnails.want([(saved.id, saved)], side_px=40)
    await until(lambda: thumbnails.problem(saved.id) == said)
    assert thumbnails.pixmap(saved.id) is None

    house.add(saved, listed=False)
    thumbnails.forget(saved.id)
    assert not thumbnails.problem(saved.id)
    thumbnails.want([(saved.id, saved)], side_px=40)
    await until(lambda: thumbnails.pixmap(saved.id))


async def test_another_size_replaces_the_pixmap_and_the_same_size_is_kept(thumbnails, saved, until):
    told = Told(thumbnails)
    thumbnails.want([(saved.id, saved)], side_px=40)
    await until(lambda: told.ids == [saved.id])
    kept = thumbnails.pixmap(saved.id).cacheKey()

    thumbnails.want([(saved.id, saved)], side_px=40)
    thumbnails.want([(saved.id, saved)], side_px=44)
    assert thumbnails.pixmap(saved.id).cacheKey() == kept
    await until(lambda: thumbnails.pixmap(saved.id).width() == 44)
    assert told.ids == [saved.id] * 2


class SlowReader:
    """Stops every worker until it may go on, and remembers what it was asked to read."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.names: list[str] = []
        self._reader = QtPictureReader()

    def read(self, picture, thumbnail) -> PictureFacts:
        self.names.append(picture.name)
        self.go_on.wait(10)
        return self._reader.read(picture, thumbnail)


async def test_what_has_scrolled_past_is_dropped_and_the_newest_comes_first(house, image, until):
    images = [house.add(image(nr)) for nr in range(1, 60)]
    reader = SlowReader()
    store = ThumbnailStore(house.gallery.thumbnail_path, house.gallery.picture_path, reader)
    try:
        store.want([(made.id, made) for made in images[:50]], side_px=40)
        await until(lambda: reader.names)
        started = len(reader.names)
        store.want([(made.id, made) for made in images[55:]], side_px=40)
        reader.go_on.set()
        await until(lambda: all(store.pixmap(made.id) for made in images[55:]))
        # What the workers had in hand, or took before the second wish came, and no more.
        assert len(reader.names) <= started + 8 + len(images[55:])
        assert store.pixmap(images[49].id) is None
    finally:
        reader.go_on.set()
        store.close()


async def test_the_cache_is_bounded_and_the_latest_used_stay(thumbnails, house, image, until):
    images = [house.add(image(nr), QColor.fromHsv(nr, 200, 200).name()) for nr in range(1, 9)]
    side = 1600  # 10 MB each
    for made in images:
        thumbnails.want([(made.id, made)], side_px=side)
        await until(lambda made=made: thumbnails.pixmap(made.id))
        thumbnails.pixmap(images[0].id)

    held = [made.id for made in images if thumbnails.pixmap(made.id)]
    assert len(held) == 6
    assert {images[0].id, images[-1].id} <= set(held)


async def test_closing_waits_for_the_workers(house, image, until):
    images = [house.add(image(nr)) for nr in range(1, 20)]
    store = ThumbnailStore(
        house.gallery.thumbnail_path, house.gallery.picture_path, QtPictureReader()
    )
    store.want([(made.id, made) for made in images], side_px=40)
    store.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("thumbnail")]
