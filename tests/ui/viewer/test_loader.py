"""Decoding for the viewer: the newest wish first, neighbours ahead, a bounded memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import PIL.Image
import pytest
import pytest_asyncio
from PySide6.QtCore import QSize

from civitai_desktop.domain.errors import DamagedPicture, NotFound
from civitai_desktop.ui.viewer.loader import Picture, PictureLoader

BOX = QSize(200, 200)
BYTES_OF_ONE = 400 * 300 * 4 + 200 * 150 * 4


class Shelf:
    """Picture files, and what the loader tells of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.loaded: list[str] = []
        self.failed: dict[str, Exception] = {}
        self.pictures: dict[str, Picture] = {}
        self.errors: list[Exception] = []

    def take(self, path: Path, picture: Picture) -> None:
        self.loaded.append(path.stem)
        self.pictures[path.stem] = picture

    def refuse(self, path: Path, error: Exception) -> None:
        self.failed[path.stem] = error

    def paths(self, names: str) -> list[Path]:
        paths = [self.root / f"{name}.png" for name in names]
        for number, path in enumerate(paths):
            if not path.exists():
                PIL.Image.new("RGB", (400, 300), (number, 0, 0)).save(path)
        return paths


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path)


@pytest_asyncio.fixture
async def loader(shelf) -> AsyncIterator[PictureLoader]:
    loader = PictureLoader(shelf.take, shelf.refuse, shelf.errors.append)
    yield loader
    await loader.aclose()


async def test_the_picture_is_whole_and_fitted_once(shelf, loader, until):
    loader.want(shelf.paths("a"), BOX)
    await until(lambda: shelf.loaded)

    assert shelf.pictures["a"].full.size() == QSize(400, 300)
    assert shelf.pictures["a"].fitted.size() == QSize(200, 150)


async def test_a_picture_smaller_than_the_window_is_not_kept_twice(shelf, loader, until):
    loader.want(shelf.paths("a"), QSize(2000, 2000))
    await until(lambda: shelf.loaded)
    assert shelf.pictures["a"].size_bytes == 400 * 300 * 4


async def test_the_neighbours_come_after_the_picture_itself(shelf, loader, until):
    loader.want(shelf.paths("abc"), BOX)
    await until(lambda: len(shelf.loaded) == 3)
    assert shelf.loaded[0] == "a"


async def test_what_is_there_is_told_at_once(shelf, loader, until):
    paths = shelf.paths("ab")
    loader.want(paths, BOX)
    await until(lambda: len(shelf.loaded) == 2)

    loader.want(paths[1:], BOX)
    assert shelf.loaded[2:] == ["b"]


async def test_a_wish_that_is_repeated_is_carried_out_once(shelf, loader, until):
    loader.want(shelf.paths("a"), BOX)
    loader.want(shelf.paths("a"), BOX)
    await until(lambda: shelf.loaded)
    assert shelf.loaded == ["a"]


async def test_wishes_that_nobody_has_any_more_are_not_carried_out(shelf, loader, until):
    names = "abcdefghij"
    shelf.paths(names)
    for name in names:
        loader.want(shelf.paths(name), BOX)
    await until(lambda: "j" in shelf.loaded)

    assert len(shelf.loaded) <= 4


async def test_five_pictures_are_kept_and_the_one_looked_at_is_among_them(shelf, loader, until):
    for name in "abcdefg":
        loader.want(shelf.paths(name), BOX)
        await until(lambda name=name: shelf.loaded[-1:] == [name])
    assert [path.stem for path in loader.kept()] == list("cdefg")


async def test_memory_is_bounded_in_bytes_but_never_for_the_picture_itself(shelf, until):
    loader = PictureLoader(
        shelf.take, shelf.refuse, shelf.errors.append, bytes_kept=BYTES_OF_ONE // 2
    )
    loader.want(shelf.paths("abc"), BOX)
    await until(lambda: len(shelf.loaded) == 3)

    assert [path.stem for path in loader.kept()] == ["a"]
    await loader.aclose()


async def test_another_size_of_the_window_fits_again_without_decoding(shelf, loader, until):
    paths = shelf.paths("a")
    loader.want(paths, BOX)
    await until(lambda: shelf.loaded)
    paths[0].unlink()

    loader.want(paths, QSize(100, 100))
    await until(lambda: len(shelf.loaded) == 2)

    assert shelf.pictures["a"].fitted.size() == QSize(100, 75)
    assert shelf.failed == {}


async def test_a_resize_while_it_is_decoded_is_not_lost(shelf, loader, until):
    loader.want(shelf.paths("a"), BOX)
    loader.want(shelf.paths("a"), QSize(100, 100))
    await until(lambda: "a" in shelf.pictures and shelf.pictures["a"].box == QSize(100, 100))


async def test_a_missing_file_and_a_damaged_one_are_told_apart(shelf, loader, until):
    paths = shelf.paths("ab")
    paths[0].unlink()
    paths[1].write_bytes(b"no picture")

    loader.want(paths, BOX)
    await until(lambda: len(shelf.failed) == 2)

    assert isinstance(shelf.failed["a"], NotFound)
    assert isinstance(shelf.failed["b"], DamagedPicture)
    assert shelf.errors == []


async def test_closing_waits_and_tells_nothing_more(shelf, loader):
    loader.want(shelf.paths("abc"), BOX)
    await loader.aclose()
    assert shelf.loaded == []
    assert loader.kept() == []
