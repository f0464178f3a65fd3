"""Copying a picture and finding it in its folder, with real files and the real clipboard."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import PIL.Image
import pytest
import pytest_asyncio
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication

from civitai_desktop.domain.errors import CivitaiError, DamagedPicture, NotAllowed, NotFound
from civitai_desktop.domain.generation import Image
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.thumbnails import Thumbnails
from civitai_desktop.ui.gallery.picture_actions import PictureActions, reveal_command

IMAGE = Image(
    id=1,
    generation_id="g1",
    blob_id="b1",
    index=0,
    path=PurePosixPath("2026-11-22/a tower.png"),
    prompt="A tower",
    engine="z",
    seed=None,
    width=60,
    height=40,
    size_bytes=1,
    sha256="",
    saved_at=datetime(2026, 11, 22, tzinfo=UTC),
)


class FileManager(QObject):
    """Takes the folders that would be opened on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


@dataclass
class House:
    gallery: Gallery
    path: Path
    errors: list[CivitaiError] = field(default_factory=list)
    closing: list[PictureActions] = field(default_factory=list)

    def actions(self, platform: str = "linux") -> PictureActions:
        made = PictureActions(self.gallery, self.errors.append, platform=platform)
        self.closing.append(made)
        return made


@pytest_asyncio.fixture
async def house(qapp, tmp_path) -> AsyncIterator[House]:
    library = Library(tmp_path / "library.sqlite3")
    disk = DiskThread()
    folder, thumbnails = PictureFolder(tmp_path / "pictures"), Thumbnails(tmp_path / "thumbnails")
    gallery = Gallery(library, folder, thumbnails, disk, [].append)
    path = gallery.picture_path(IMAGE)
    path.parent.mkdir(parents=True)
    PIL.Image.new("RGB", (60, 40), (40, 160, 60)).save(path)
    house = House(gallery, path)
    yield house
    for actions in house.closing:
        await actions.aclose()
    disk.close()
    library.close()


@pytest.fixture
def file_manager(qapp):
    manager = FileManager()
    QDesktopServices.setUrlHandler("file", manager, "open")
    yield manager
    QDesktopServices.unsetUrlHandler("file")


def nothing_under_way() -> bool:
    return asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_clipboard_has_the_pixels_and_the_file(house, until):
    house.actions().copy(IMAGE)
    await until(nothing_under_way)

    content = QGuiApplication.clipboard().mimeData()
    assert content.imageData().size().toTuple() == (60, 40)
    assert content.imageData().pixelColor(5, 5) == QColor(40, 160, 60)
    assert [Path(url.toLocalFile()) for url in content.urls()] == [house.path]


async def test_copying_what_is_gone_or_damaged_is_told_and_leaves_the_clipboard(house, until):
    QGuiApplication.clipboard().setText("as it was")
    house.path.write_bytes(b"no picture")
    house.actions().copy(IMAGE)
    await until(nothing_under_way)
    house.path.unlink()
    house.actions().copy(IMAGE)
    await until(nothing_under_way)

    assert [type(error) for error in house.errors] == [DamagedPicture, NotFound]
    assert QGuiApplication.clipboard().text() == "as it was"


async def test_the_folder_is_opened(house, file_manager, until):
    house.actions().show_in_folder(IMAGE)
    await until(nothing_under_way)
    assert file_manager.opened == [house.path.parent]
    assert house.errors == []


async def test_a_file_that_is_gone_is_told_instead_of_opening_anything(house, file_manager, until):
    house.path.unlink()
    house.actions().show_in_folder(IMAGE)
    await until(nothing_under_way)
    assert file_manager.opened == []
    assert isinstance(house.errors[0], NotFound)


async def test_without_a_file_manager_the_next_step_is_named(house, until):
    house.actions(platform="win32").show_in_folder(IMAGE)  # there is no Explorer here
    await until(nothing_under_way)
    assert isinstance(house.errors[0], NotAllowed)
    assert house.errors[0].next_step == "Open the folder yourself."


def test_each_system_is_asked_in_its_own_way():
    path = Path("/pictures/a tower.png")
    assert reveal_command(path, "darwin") == ["open", "-R", "/pictures/a tower.png"]
    assert reveal_command(path, "win32")[:2] == ["explorer", "/select,"]
    assert reveal_command(path, "linux") is None
