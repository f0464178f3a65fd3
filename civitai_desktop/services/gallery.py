"""The saved pictures, as the gallery asks for them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from civitai_desktop.domain.events import Event, ImageChanged, ImageDeleted
from civitai_desktop.domain.generation import GalleryQuery, Generation, Image, Listing
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.thumbnails import Thumbnails


class Gallery:
    """Finds, changes and deletes saved pictures. Everything that touches a disk is awaited."""

    def __init__(
        self,
        library: Library,
        folder: PictureFolder,
        thumbnails: Thumbnails,
        disk: DiskThread,
        tell: Callable[[Event], None],
    ) -> None:
        self._library = library
        self._folder = folder
        self._thumbnails = thumbnails
        self._disk = disk
        self._tell = tell

    async def listing(self, query: GalleryQuery, *, limit: int | None = None) -> Listing:
        """List what the query finds, all of it or the first `limit` pictures."""
        return await self._disk.run(self._library.listing, query, limit=limit)

    async def images(self, ids: Sequence[int]) -> list[Image]:
        """Return these pictures' rows, in any order; those deleted meanwhile are missing."""
        return await self._disk.run(self._library.images, ids)

    async def generation(self, generation_id: str) -> Generation | None:
        """Return what a picture was made from, or None if the library does not know."""
        return await self._disk.run(self._library.generation, generation_id)

    async def engines(self) -> list[str]:
        """List the engine ids that pictures were made with, most used first."""
        return await self._disk.run(self._library.engines)

    async def set_favourite(self, image_id: int, favourite: bool) -> None:
        """Mark a picture as a favourite, or no longer."""
        image = await self._disk.run(self._library.set_favourite, image_id, favourite)
        if image is not None:
            self._tell(ImageChanged(image))

    async def delete(self, image: Image) -> None:
        """Delete a picture: its file, its row, its thumbnail.

        Raises:
            FolderUnusable: The file cannot be deleted; then nothing has changed.
        """
        await self._disk.run(self._delete, image)
        self._tell(ImageDeleted(image.id))

    def _delete(self, image: Image) -> None:
        if not self._library.is_shared(image):
            self._folder.delete(image.path)
        self._library.delete_image(image.id)
        self._thumbnails.delete(image.id)

    def picture_path(self, image: Image) -> Path:
        """Return where the picture's file lies; reads nothing."""
        return self._folder.absolute(image.path)

    def thumbnail_path(self, image_id: int) -> Path:
        """Return where the picture's thumbnail lies, or would lie; reads nothing."""
        return self._thumbnails.path(image_id)
