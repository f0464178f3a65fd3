"""The user's folder of pictures: parts while they arrive, whole files under their final names."""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path, PurePosixPath
from uuid import uuid4

from civitai_desktop.domain.errors import DamagedPicture, FolderUnusable
from civitai_desktop.storage.containers import EXTENSIONS, PictureFormat, checked_format
from civitai_desktop.storage.names import (
    DEFAULT_PATTERN,
    PictureName,
    check_pattern,
    day_folder,
    stem,
)

__all__ = ["DEFAULT_PATTERN", "PartFile", "PictureFolder", "PictureName", "SavedFile"]

_PART = re.compile(r"\.[0-9a-f]{32}\.part")
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_COMPARED = 1 << 20

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFile:
    """A whole picture under its final name.

    Attributes:
        path: Relative to the pictures folder.
        size_bytes: Of the file.
        sha256: Hex digest of the bytes as served, before any text was put in.
    """

    path: PurePosixPath
    size_bytes: int
    sha256: str
    format: PictureFormat


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


class PictureFolder:
    """The user's folder of pictures: a folder per day, never overwriting, never outside.

    Everything but `absolute` touches the disk.
    """

    def __init__(self, root: Path, pattern: str = DEFAULT_PATTERN) -> None:
        """Remember where and how; touches nothing.

        Raises:
            InvalidInput: The pattern has a token that does not exist.
        """
        check_pattern(pattern)
        self.root = root
        self._pattern = pattern

    def check(self) -> None:
        """Make the folder if it is not there, and make sure that it can be written to.

        Raises:
            FolderUnusable: It cannot.
        """
        with folder_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / _part_name()
            probe.touch(exist_ok=False)
            probe.unlink()

    def absolute(self, path: PurePosixPath) -> Path:
        """Return where a saved picture lies; reads nothing.

        A path that is written out in full is of a folder that was used before.

        Raises:
            ValueError: A relative path leads out of the folder.
        """
        if Path(path).is_absolute():
            return Path(path)
        joined = self.root / path
        if ".." in path.parts or not joined.is_relative_to(self.root):
            raise ValueError(f"{path} leads out of {self.root}")
        return joined

    def pictures(self) -> list[PurePosixPath]:
        """List all picture files of the folder, the oldest name first; hidden ones are left out.

        Raises:
            FolderUnusable: The folder cannot be read.
        """
        endings = (*EXTENSIONS.values(), ".jpeg")
        with folder_errors(self.root):
            self.root.stat()
            return sorted(
                PurePosixPath(path.relative_to(self.root).as_posix())
                for path in self.root.rglob("[!.]*")
                if path.suffix.lower() in endings and path.is_file()
            )

    def begin(self, name: PictureName) -> PartFile:
        """Open a part file in the day's folder.

        A missing root is not made here: where a drive was, the mount point would be filled.

        Raises:
            FolderUnusable: The folder is missing, full or read-only.
        """
        day = self.root / day_folder(name)
        with folder_errors(self.root):
            day.mkdir(exist_ok=True)
            return PartFile(day / _part_name(), name)

    def keep(self, part: PartFile) -> SavedFile:
        """Give a finished part its final name, which counts only once it is safe on the disk.

        A name that is taken is never overwritten: "-2", "-3" ... is tried. A file there with the
        very same bytes is this picture, kept by a run that was killed before it was recorded.

        Raises:
            FolderUnusable: The folder is missing, full or read-only; the part is still there.
        """
        if part.format is None:
            raise ValueError("finish() comes before keep()")
        with folder_errors(self.root):
            _sync(part.path)
            size_bytes = part.path.stat().st_size
            first = stem(self._pattern, part.name)
            for number in chain([""], (f"-{free}" for free in count(2))):
                final = part.path.with_name(f"{first}{number}{EXTENSIONS[part.format]}")
                try:
                    place(part.path, final)
                except FileExistsError:
                    if not _same_bytes(part.path, final):
                        continue
                    part.discard()
                break
            _sync_folder(final.parent)
        return SavedFile(
            path=PurePosixPath(final.relative_to(self.root).as_posix()),
            size_bytes=size_bytes,
            sha256=part.sha256,
            format=part.format,
        )

    def delete(self, path: PurePosixPath) -> None:
        """Delete a picture; one that is already gone is fine.

        Raises:
            FolderUnusable: It cannot be deleted, or the whole folder is missing.
        """
        file = self.absolute(path)
        root = self.root if file.is_relative_to(self.root) else file.parent.parent
        with folder_errors(root):
            # A drive that is not plugged in still has the picture.
            root.stat()
            file.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove the parts that a killed run has left; call it before the first `begin()`.

        Returns:
            How many there were.

        Raises:
            FolderUnusable: One cannot be removed.
        """
        with folder_errors(self.root):
            parts = [path for path in self.root.glob(f"{_DAY}/.*") if _PART.fullmatch(path.name)]
            for path in parts:
                path.unlink(missing_ok=True)
        return len(parts)


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
        # FAT and some network drives have no links: reserve the name, then put the file over it.
        final.touch(exist_ok=False)
        part.replace(final)
    else:
        part.unlink()


def part_beside(path: Path) -> Path:
    """Return an unused name in the same folder that is swept if this run is killed."""
    return path.with_name(_part_name())


def _part_name() -> str:
    return f".{uuid4().hex}.part"


def _same_bytes(one: Path, other: Path) -> bool:
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while chunk := left.read(_COMPARED):
            if chunk != right.read(_COMPARED):
                return False
    return True


def _sync(path: Path) -> None:
    # Windows flushes only what is open for writing.
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # has no handles of folders to flush
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Some network drives cannot; their files are as safe as they get.
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
