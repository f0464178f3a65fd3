"""Resources that were used or starred, and their pictures: files that need no network."""

import logging
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from civitai_desktop.domain.resource import Resource, Shelf
from civitai_desktop.storage.documents import read_document, set_aside, write_document
from civitai_desktop.storage.private import make_private, private_opener

log = logging.getLogger(__name__)

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError)


class ShelfFile:
    """One JSON file in the data folder, whole or not there.

    A damaged one counts as none, and is set aside.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Shelf:
        """Return what was kept, or an empty shelf."""
        try:
            document = read_document(self._path)
            return Shelf(
                recent=tuple(_resource(each) for each in document["recent"]),
                favourites=tuple(_resource(each) for each in document["favourites"]),
            )
        except FileNotFoundError:
            return Shelf()
        except _UNREADABLE as error:
            # The next save must not take the place of stars that somebody may still read.
            aside = set_aside(self._path)
            kept = f"kept as {aside.name}" if aside else "not kept"
            log.warning("The resources cannot be read, are left out and %s: %s", kept, error)
            return Shelf()

    def save(self, shelf: Shelf) -> None:
        """Keep `shelf`.

        Raises:
            OSError: The data folder is full or read-only; the old file is then unchanged.
        """
        document = {
            "recent": [_row(each) for each in shelf.recent],
            "favourites": [_row(each) for each in shelf.favourites],
        }
        write_document(self._path, document)


class Previews:
    """The cache of resources' pictures, a file for each version; it may vanish at any time."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, version_id: int) -> Path:
        """Return where a version's picture lies, or would lie; pure arithmetic."""
        return self._root / str(version_id)

    def has(self, version_id: int) -> bool:
        """Tell whether the picture is there."""
        return self.path(version_id).exists()

    def store(self, version_id: int, content: bytes) -> None:
        """Keep a picture. One that cannot be written is logged and no more."""
        draft = self.path(version_id).with_suffix(".part")
        try:
            make_private(self._root)
            with open(draft, "wb", opener=private_opener) as file:
                file.write(content)
            draft.replace(self.path(version_id))
        except OSError as error:
            log.warning("A preview was not kept: %s", error)

    def prune(self, most: int, spare: Collection[int]) -> None:
        """Delete the oldest pictures but `most`; never those of the versions in `spare`."""
        with suppress(OSError):
            names = {str(version_id) for version_id in spare}
            files = [path for path in self._root.iterdir() if path.name not in names]
            files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
            for path in files[most:]:
                path.unlink()


def _row(resource: Resource) -> dict[str, Any]:
    ends = resource.early_access_until
    return {**asdict(resource), "early_access_until": ends.isoformat() if ends else None}


def _resource(row: Mapping[str, Any]) -> Resource:
    ends = row["early_access_until"]
    return Resource(**{**row, "early_access_until": datetime.fromisoformat(ends) if ends else None})
