"""A picture on its way to the disk: hidden parts, and how one gets its final name."""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from civitai_desktop.domain.errors import DamagedPicture, FolderUnusable
from civitai_desktop.storage.containers import PictureFormat, checked_format
from civitai_desktop.storage.names import PictureName, common_spelling

NOBODY = "00000000"
"""Owner of the parts of whoever names none."""

_PART = re.compile(r"\.(?:(?P<owner>[0-9a-f]{8})-)?[0-9a-f]{32}\.part")

_REASONS = {
    errno.ENOSPC: "The disk is full: there is no room left in {folder}.",
    errno.EDQUOT: "The disk is full: there is no room left in {folder}.",
    errno.EACCES: "The pictures folder {folder} is read-only.",
    errno.EPERM: "The pictures folder {folder} is read-only.",
    errno.EROFS: "The pictures folder {folder} is read-only.",
    errno.ENOENT: "The pictures folder {folder}, or a file in it, is missing.",
    errno.ENOTDIR: "The pictures folder {folder} is not a folder.",
    errno.EEXIST: "The pictures folder {folder} is not a folder.",
}


class PartFile:
    """A picture on its way: hidden, written chunk by chunk, its size and digest kept as it goes.

    Ends with `PictureFolder.keep()` or `discard()`; what a killed run leaves is swept away.

    Attributes:
        path: Where the bytes lie until then.
        name: What it will be called.
        size_bytes: Received so far.
        format: Known after `finish()`.
    """

    def __init__(self, path: Path, name: PictureName) -> None:
        self.path = path
        self.name = name
        self.size_bytes = 0
        self.format: PictureFormat | None = None
        self._sha256 = hashlib.sha256()
        self._file = path.open("xb")

    @property
    def sha256(self) -> str:
        """The hex digest of the bytes received so far."""
        return self._sha256.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Append the next bytes.

        Raises:
            FolderUnusable: The disk is full or gone.
        """
        with folder_errors(self.path.parent):
            self._file.write(chunk)
        self._sha256.update(chunk)
        self.size_bytes += len(chunk)

    def finish(self, expected: int | None) -> None:
        """Close the file and make sure that the picture is whole.

        Args:
            expected: Size in bytes that the server announced; None if it did not.

        Raises:
            DamagedPicture: The size is another one, or the picture is not whole.
            FolderUnusable: The disk is full or gone.
        """
        with folder_errors(self.path.parent):
            self._file.close()
            if expected is not None and self.size_bytes != expected:
                raise DamagedPicture(f"{self.size_bytes} of {expected} bytes arrived.")
            self.format = checked_format(self.path)

    def discard(self) -> None:
        """Close and remove the file; may be called again, and after it was kept."""
        with suppress(OSError):  # closing writes what is buffered, and the disk may be full
            self._file.close()
        with suppress(OSError):  # what cannot be removed now is swept at the next start
            self.path.unlink()


@contextmanager
def folder_errors(folder: Path) -> Iterator[None]:
    """Turn what the system says about `folder` into what the user is told.

    Raises:
        FolderUnusable: Instead of any OSError.
    """
    try:
        yield
    except OSError as error:
        other = "The pictures folder {folder} cannot be used: {error}."
        sentence = _REASONS.get(error.errno or 0, other)
        raise FolderUnusable(sentence.format(folder=folder, error=error.strerror)) from error


def place(part: Path, final: Path, link: Callable[[Path, Path], None] = os.link) -> None:
    """Rename `part` to `final`, which must not exist; a plain rename would overwrite it.

    Raises:
        FileExistsError: `final` is taken; `part` is untouched.
    """
    try:
        link(part, final)
    except FileExistsError:
        raise
    except OSError:
        # FAT and some network drives have no links.
        with _reserved(final, owner_of(part)):
            if os.path.lexists(final):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), final) from None
            part.rename(final)
    else:
        part.unlink()


@contextmanager
def _reserved(final: Path, owner: str) -> Iterator[None]:
    """Keep a name from everybody else who saves pictures here, without anything under that name.

    The reservation is a part itself, swept as such, and no picture at any moment. Of two who
    reserve the same name at once each sees the other, and both take another one.

    Raises:
        FileExistsError: Somebody has reserved it already.
    """
    # A drive without links may take capitals and small letters for the same.
    alike = common_spelling(final.name)
    key = hashlib.sha256(alike.encode()).hexdigest()[:32]
    mine = final.with_name(f".{owner}-{key}.part")
    mine.touch(exist_ok=False)
    try:
        if any(
            name.endswith(f"-{key}.part") for name in names_in(final.parent) if name != mine.name
        ):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), mine)
        yield
    finally:
        mine.unlink(missing_ok=True)


def part_beside(path: Path) -> Path:
    """Return an unused name in the same folder that is swept if this run is killed."""
    return path.with_name(part_name(owner_of(path)))


def is_part(name: str) -> bool:
    """Tell whether a file of this name is a part, whoever has begun it."""
    return _PART.fullmatch(name) is not None


def part_name(owner: str) -> str:
    """Return an unused name for a part of this owner."""
    return f".{owner}-{os.urandom(16).hex()}.part"


def owner_of(part: Path) -> str:
    """Return who has begun a part; "" for one of a version that did not write it down."""
    found = _PART.fullmatch(part.name)
    return (found["owner"] or "") if found else NOBODY


def names_in(folder: Path) -> list[str]:
    """List the names in a folder."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]
