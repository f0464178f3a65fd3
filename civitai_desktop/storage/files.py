"""The user's folder of pictures: parts while they arrive, whole files under their final names."""

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path, PurePosixPath

from civitai_desktop.storage.containers import EXTENSIONS, PictureFormat
from civitai_desktop.storage.foreign import is_foreign
from civitai_desktop.storage.names import (
    DEFAULT_PATTERN,
    PictureName,
    check_pattern,
    day_folder,
    stem,
)
from civitai_desktop.storage.parts import (
    NOBODY,
    PartFile,
    folder_errors,
    is_part,
    names_in,
    owner_of,
    part_beside,
    part_name,
    place,
)
from civitai_desktop.storage.scan import FileStat, Scan, Seen, read_seen, scan

__all__ = [
    "DEFAULT_PATTERN",
    "PartFile",
    "PictureFolder",
    "PictureName",
    "SavedFile",
    "folder_errors",
    "part_beside",
    "place",
]

_FORSAKEN_S = 24 * 3600
"""A part of another program that was not written to for so long is nobody's any more."""
_COMPARED = 1 << 20
_NO_FLUSH = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFile:
    """A whole picture under its final name.

    Attributes:
        path: Relative to the pictures folder.
        size_bytes: Of the file.
        sha256: Hex digest of the bytes as served, before any text was put in.
        seen: The file as it lies, for the next look through the folder.
    """

    path: PurePosixPath
    size_bytes: int
    sha256: str
    format: PictureFormat
    seen: Seen


class PictureFolder:
    """The user's folder of pictures: a folder per day, never overwriting, never outside.

    Everything but `absolute` touches the disk.
    """

    def __init__(self, root: Path, pattern: str = DEFAULT_PATTERN, *, owner: str = NOBODY) -> None:
        """Remember where and how; touches nothing.

        Args:
            owner: Eight hex digits of its own for every library: several may share a folder, and
                none may sweep away what another is about to save.

        Raises:
            InvalidInput: The pattern has a token that does not exist.
        """
        check_pattern(pattern)
        self.root = root
        self._pattern = pattern
        self._owner = owner
        self._was_refused = False
        self._is_in_use = False

    def get_ready(self) -> None:
        """Make sure of the folder, and clear it of what a killed run has left.

        Raises:
            FolderUnusable: As `check` and `sweep`; it may be tried again at any time.
        """
        self.check()
        if not self._is_in_use:
            self.sweep()

    def check(self) -> None:
        """Make the folder if it is not there, and make sure that it can be written to.

        Raises:
            FolderUnusable: It cannot.
        """
        self._was_refused = True
        with folder_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / part_name(self._owner)
            probe.touch(exist_ok=False)
            probe.unlink()
        self._was_refused = False

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

    def scan(self) -> Scan:
        """Look at what lies in the folder, without reading any of it.

        Raises:
            FolderUnusable: The folder itself cannot be read.
        """
        with folder_errors(self.root):
            return scan(self.root)

    def is_gone(self, path: str) -> bool:
        """Tell whether nothing is to be seen where a picture lay.

        What another program has moved into its trash is gone, though it lies in the folder.
        """
        is_below = not Path(path).is_absolute()
        if is_below and any(map(is_foreign, PurePosixPath(path).parent.parts)):
            return True
        file = self.root / path
        return file.is_dir() or not os.path.lexists(file)

    def begin(self, name: PictureName) -> PartFile:
        """Open a part file in the day's folder.

        A root that has vanished is not made again: where a drive was, the mount point would be
        filled. One that could not be used when it was checked is tried again.

        Raises:
            FolderUnusable: The folder is missing, full or read-only.
        """
        if self._was_refused:
            self.get_ready()
        self._is_in_use = True
        day = self.root / day_folder(name)
        with folder_errors(self.root):
            day.mkdir(exist_ok=True)
            return PartFile(day / part_name(self._owner), name)

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
            # Before it has its name: from then on others may move it away at any time.
            seen = _seen(part)
            first = stem(self._pattern, part.name)
            for number in chain([""], (f"-{free}" for free in count(2))):
                final = part.path.with_name(f"{first}{number}{EXTENSIONS[part.format]}")
                try:
                    place(part.path, final)
                except FileExistsError:
                    if not _same_bytes(part.path, final):
                        continue
                    part.discard()
                    seen = Seen(FileStat.of(final.stat()), seen.sha256)
                break
            _sync_folder(final.parent)
        return SavedFile(
            path=PurePosixPath(final.relative_to(self.root).as_posix()),
            size_bytes=seen.stat.size_bytes,
            sha256=part.sha256,
            format=part.format,
            seen=seen,
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

    def sweep(self, now: Callable[[], float] = time.time) -> int:
        """Remove the parts that a killed run has left; call it before the first `begin()`.

        Those of another library in the same folder stay, unless they were forsaken.

        Args:
            now: Seconds since 1970.

        Returns:
            How many there were.

        Raises:
            FolderUnusable: One cannot be removed.
        """
        with folder_errors(self.root):
            left = [part for part in self._parts() if self._is_left(part, now())]
            for part in left:
                part.unlink(missing_ok=True)
        return len(left)

    def _parts(self) -> Iterator[Path]:
        """Yield the parts of whoever: in the root the probe, in its folders pictures."""
        if not self.root.is_dir():
            return
        with os.scandir(self.root) as entries:
            below = [each for each in entries if each.is_dir(follow_symlinks=False)]
        days = [Path(each.path) for each in below if not is_foreign(each.name)]
        for folder in (self.root, *days):
            for name in names_in(folder):
                if is_part(name):
                    yield folder / name

    def _is_left(self, part: Path, now_s: float) -> bool:
        if owner_of(part) == self._owner:
            return True
        try:
            return part.stat().st_mtime < now_s - _FORSAKEN_S
        except FileNotFoundError:
            return False


def _seen(part: PartFile) -> Seen:
    """Return the file as it is to lie; it is read again only if a text was put into it."""
    stat = FileStat.of(part.path.stat())
    if stat.size_bytes == part.size_bytes:
        return Seen(stat, part.sha256)
    return read_seen(part.path)[0]


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
        try:
            os.fsync(file.fileno())
        except OSError as error:
            # Some drives in the network cannot; their files are as safe as they get.
            if error.errno not in _NO_FLUSH:
                raise


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
