"""What stands around the picker, all of it real: a sandbox, the service over it, the pictures."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication

from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.api.resources import ResourceApi
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.services.resources import Resources
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.shelf import Previews, ShelfFile
from civitai_desktop.ui.resource_picker.desk import ResourceDesk
from civitai_desktop.ui.resource_picker.presenter import PickerPresenter
from civitai_desktop.ui.shared.imaging import QtPictureReader, warm_up_image_plugins
from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore

NOWHERE = "http://127.0.0.1:9"
"""Where nobody answers."""

DREAMSHAPER = "urn:air:sd1:checkpoint:civitai:4384@128713"
SDXL = "urn:air:sdxl:checkpoint:civitai:101055@128078"


class Shop:
    """The parts that `app` puts together, over one address."""

    def __init__(
        self, home: Path, catalogue: Catalogue, http: ApiClient, blobs: BlobClient
    ) -> None:
        self.errors: list[CivitaiError] = []
        self.catalogue = catalogue
        self.disk = DiskThread()
        self.resources = Resources(
            ResourceApi(http, blobs),
            ShelfFile(home / "resources.json"),
            Previews(home / "previews"),
            self.disk,
        )
        self.desk = ResourceDesk(self.resources, catalogue)
        self.picker = PickerPresenter(self.resources, catalogue, self.errors.append)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.theme = Theme(application)
        path = self.resources.preview_path
        self.pictures = ThumbnailStore(path, path, QtPictureReader())


@asynccontextmanager
async def shop_opened(
    home: Path, catalogue: Catalogue, url: str, key: str = "key"
) -> AsyncIterator[Shop]:
    """Open a shop and close it inside the test: a task stepped by a fixture would fail."""
    warm_up_image_plugins()
    async with AsyncExitStack() as stack:
        http, blobs = ApiClient(url, lambda: key), BlobClient()
        for client in (http, blobs):
            stack.push_async_callback(client.aclose)
        shop = Shop(home, catalogue, http, blobs)
        stack.callback(shop.disk.close)
        stack.callback(shop.pictures.close)
        await shop.resources.load()
        stack.push_async_callback(shop.picker.aclose)
        stack.push_async_callback(shop.desk.aclose)
        yield shop
        assert shop.errors == []
