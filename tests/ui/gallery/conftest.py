"""A real library with real picture files, and the gallery on top of it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from civitai_desktop.domain.events import Event
from civitai_desktop.domain.generation import Generation, GenerationRequest, Image
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.thumbnails import Thumbnails
from civitai_desktop.ui.gallery.presenter import GalleryPresenter
from civitai_desktop.ui.queue.tiles import LiveTile, Phase
from civitai_desktop.ui.shared.imaging import QtPictureReader, warm_up_image_plugins
from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore

MakeImage = Callable[..., Image]
MakeTile = Callable[..., LiveTile]


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    warm_up_image_plugins()
    return Theme(qapp)


@pytest.fixture
def image() -> MakeImage:
    """Make images that are in no library; the higher the id, the newer."""
    noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)

    def make(image_id: int, days_ago: int = 0, **changes: object) -> Image:
        made = Image(
            id=image_id,
            generation_id="generation",
            blob_id=f"blob-{image_id}",
            index=0,
            path=PurePosixPath(f"{image_id}.png"),
            prompt=f"a lighthouse, number {image_id}",
            engine="z-image-turbo",
            seed=image_id,
            width=90,
            height=60,
            size_bytes=1000,
            sha256="0" * 64,
            saved_at=(noon - timedelta(days=days_ago) + timedelta(seconds=image_id)).astimezone(
                UTC
            ),
            micro=bytes(range(48)),
        )
        return replace(made, **changes)

    return make


@pytest.fixture
def tile() -> MakeTile:
    def make(generation_id: str = "one", index: int = 0, **changes: object) -> LiveTile:
        made = LiveTile(
            generation_id=generation_id,
            index=index,
            prompt="a paper boat",
            phase=Phase.GENERATING,
            share=0.5,
            text="50 %",
        )
        return replace(made, **changes)

    return make


@dataclass
class House:
    """A library on disk and what it told.

    Attributes:
        listeners: Called with every event, at once.
    """

    root: Path
    library: Library
    gallery: Gallery
    listeners: list[Callable[[Event], None]]

    def add(self, image: Image, colour: str = "#c04010", *, listed: bool = True) -> Image:
        """Write the picture's file and its row."""
        path = self.gallery.picture_path(image)
        picture = QImage(image.width, image.height, QImage.Format.Format_RGB32)
        picture.fill(QColor(colour))
        assert picture.save(str(path))
        return self.library.add_image(replace(image, id=0)) if listed else image


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    library = Library(tmp_path / "library.sqlite3")
    request = GenerationRequest(
        id="generation",
        engine="z-image-turbo",
        values={},
        step_type="imageGen",
        input={},
        prompt="",
    )
    library.add_generation(Generation(request=request))
    disk = DiskThread()
    listeners: list[Callable[[Event], None]] = []

    def tell(event: Event) -> None:
        for listener in listeners:
            listener(event)

    (tmp_path / "pictures").mkdir()
    folder = PictureFolder(tmp_path / "pictures")
    gallery = Gallery(library, folder, Thumbnails(tmp_path / "thumbnails"), disk, tell)
    yield House(tmp_path, library, gallery, listeners)
    disk.close()
    library.close()


@pytest.fixture
def thumbnails(house: House, theme: Theme) -> Iterator[ThumbnailStore]:
    gallery = house.gallery
    store = ThumbnailStore(gallery.thumbnail_path, gallery.picture_path, QtPictureReader())
    yield store
    store.close()


Running = Callable[[GalleryPresenter], AbstractAsyncContextManager[None]]


@pytest.fixture
def running() -> Running:
    """Start a presenter and close it inside the test.

    Between a test and its fixtures pytest-qt turns the Qt loop while asyncio's stands still, and
    a task that is stepped then fails.
    """

    @asynccontextmanager
    async def run(presenter: GalleryPresenter) -> AsyncIterator[None]:
        presenter.start()
        try:
            yield
        finally:
            await presenter.aclose()

    return run
