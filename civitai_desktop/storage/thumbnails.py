"""Where thumbnails lie: a file each, in sequential folders; the cache may vanish at any time."""

import os
from contextlib import suppress
from pathlib import Path

from civitai_desktop.storage.private import FILE_MODE, make_private


class Thumbnails:
    """The cache of thumbnails, by image id. Writes and reads no pixels itself.

    Never raises: a cache that cannot be written costs a thumbnail, not a picture.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, image_id: int) -> Path:
        """Return where an image's thumbnail lies, or would lie; pure arithmetic."""
        return self._root / str(image_id // 1000) / f"{image_id}.jpg"

    def draft(self) -> Path:
        """Return an unused path for a thumbnail whose image has no id yet; its folder exists."""
        with suppress(OSError):
            make_private(self._root)
        return self._root / f"draft-{os.urandom(16).hex()}.jpg"

    def sweep(self) -> None:
        """Remove the drafts that a stopped run has left; call it before the first `draft()`."""
        for pattern in ("draft-*", "*/*.part"):
            with suppress(OSError):
                for draft in self._root.glob(pattern):
                    draft.unlink()

    def discard(self, draft: Path) -> None:
        """Remove a draft whose image came to nothing; one that is not there is fine."""
        with suppress(OSError):
            draft.unlink()

    def adopt(self, draft: Path, image_id: int) -> None:
        """Make a draft the thumbnail of an image, at once and whole."""
        final = self.path(image_id)
        with suppress(OSError):
            make_private(final.parent)
            draft.chmod(FILE_MODE)  # made by whoever decoded the picture
            draft.replace(final)

    def delete(self, image_id: int) -> None:
        """Remove an image's thumbnail if there is one."""
        with suppress(OSError):
            self.path(image_id).unlink()
