"""What lies in the pictures folder: a walk that reads names and sizes, and nothing else."""

import errno
import hashlib
import os
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

from civitai_desktop.domain.look import Reason
from civitai_desktop.storage.containers import EXTENSIONS
from civitai_desktop.storage.foreign import is_foreign

_ENDINGS = (*EXTENSIONS.values(), ".jpeg")
_LARGEST = 2**63 - 1
_LEADS_NOWHERE = frozenset({errno.ENOENT, errno.ELOOP})
_MARKS = {"win32": ("st_file_attributes", 0x2), "darwin": ("st_flags", 0x8000)}
"""Where the systems say that a folder is hidden, and by which bit."""


@dataclass(frozen=True, slots=True)
class FileStat:
    """What tells without reading a file whether it is still the same.

    Attributes:
        modified_ns: Nanoseconds since 1970, of the last change; what no database can hold is cut.
        inode: The file's number on its drive, which a rename keeps; 0 where there is none.
    """

    size_bytes: int
    modified_ns: int
    inode: int = 0

    @classmethod
    def of(cls, status: os.stat_result) -> "FileStat":
        """Take what counts from what the system tells."""
        modified_ns = max(-_LARGEST, min(status.st_mtime_ns, _LARGEST))
        return cls(status.st_size, modified_ns, status.st_ino & _LARGEST)


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was read: its hex digest, and what its system said of it then."""

    stat: FileStat
    sha256: str


def read_seen(file: Path) -> tuple[Seen, os.stat_result]:
    """Return what a file is made of, and all that the system says of it.

    Raises:
        OSError: It cannot be read.
    """
    with file.open("rb") as content:
        # Asked first, so that a change while it is read is noticed at the next look.
        status = os.fstat(content.fileno())
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Seen(FileStat.of(status), digest), status


@dataclass(slots=True)
class Scan:
    """What a walk has found. Paths are relative to the folder, with "/" between the parts.

    Attributes:
        files: Whatever has the ending of a picture.
        passed_over: What is left out, and why.
        unseen: Folders of which it is unknown what they hold: no access, or their drive is away.
        is_empty: Whether there is no picture and no folder of the user's, as at a mount point
            without its drive.
        mount: Where the drive is mounted that the folder lies on.
    """

    files: dict[str, FileStat] = field(default_factory=dict)
    passed_over: list[tuple[Reason, str]] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    is_empty: bool = True
    mount: str = ""

    def may_hold(self, path: str) -> bool:
        """Tell whether a file that was not found may be there all the same."""
        return any(path == folder or path.startswith(f"{folder}/") for folder in self.unseen)


def scan(root: Path) -> Scan:
    """Walk through a folder. Linked folders are followed, each folder is looked into once.

    Raises:
        OSError: The folder itself cannot be read; what is wrong below it is told in the result.
    """
    found = _Walk(root).done()
    found.mount = _mount_of(root)
    return found


def shown(path: str) -> str:
    """Return a path as it can be printed, whatever its name is made of."""
    return os.fsencode(path).decode(errors="backslashreplace")


class _Walk:
    """One walk: first what really lies there, then what is linked, so that paths stay the same."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._found = Scan()
        self._known: set[tuple[int, int] | str] = set()
        self._above = {_identity(os.fspath(parent)) for parent in root.resolve().parents}
        self._folders: list[str] = []
        self._links: list[str] = []

    def done(self) -> Scan:
        self._known.add(_identity(self._root))
        self._list("")
        while self._folders or self._links:
            if not self._folders:
                self._links.sort(reverse=True)
                self._follow(self._links.pop())
                continue
            path = self._folders.pop()
            try:
                if self._is_new(path):
                    self._list(path)
            except FileNotFoundError:  # gone since its parent was listed
                self._found.unseen.append(path)
            except OSError:
                self._no_access(path)
        return self._found

    def _follow(self, path: str) -> None:
        before = len(self._found.files), len(self._folders)
        try:
            if _identity(self._absolute(path)) in self._above or not self._is_new(path):
                self._found.passed_over.append((Reason.LOOP, path))
                return
            self._list(path)
        except OSError:
            self._no_access(path)
        if before == (len(self._found.files), len(self._folders)):
            self._found.unseen.append(path)  # where it leads to, a drive may be missing

    def _no_access(self, path: str) -> None:
        self._found.passed_over.append((Reason.NO_ACCESS, path))
        self._found.unseen.append(path)

    def _is_new(self, path: str) -> bool:
        identity = _identity(self._absolute(path))
        is_new = identity not in self._known
        self._known.add(identity)
        return is_new

    def _absolute(self, path: str) -> str:
        return os.path.join(self._root, path)  # noqa: PTH118  100,000 of them, as plain strings

    def _list(self, folder: str) -> None:
        prefix = f"{folder}/" if folder else ""
        with os.scandir(self._absolute(folder)) as entries:
            for entry in entries:
                self._take(entry, prefix + entry.name)

    def _take(self, entry: os.DirEntry[str], path: str) -> None:
        is_folder = _is_folder(entry)
        if not is_folder and not entry.name.lower().endswith(_ENDINGS):
            if not entry.name.startswith("."):
                self._note_dangling(entry, path)
            return
        if is_folder and (is_foreign(entry.name) or _is_marked_hidden(entry)):
            self._found.passed_over.append((Reason.HIDDEN, shown(path)))
            return
        if not is_folder and entry.name.startswith("."):
            return
        self._found.is_empty = False
        if not is_text(path):
            self._found.passed_over.append((Reason.BAD_NAME, shown(path)))
        elif is_folder:
            (self._links if _is_link(entry) else self._folders).append(path)
        else:
            self._take_file(entry, path)

    def _note_dangling(self, entry: os.DirEntry[str], path: str) -> None:
        """Remember a link that leads nowhere: a folder of pictures may be behind it."""
        if entry.is_symlink() and not os.path.exists(entry.path):  # noqa: PTH110  DirEntry's own
            self._found.unseen.append(path)

    def _take_file(self, entry: os.DirEntry[str], path: str) -> None:
        try:
            status = entry.stat()
        except OSError as error:
            if error.errno not in _LEADS_NOWHERE:
                self._no_access(path)
            elif entry.is_symlink():
                self._found.passed_over.append((Reason.NO_FILE, path))
                self._found.unseen.append(path)
            # else it is gone since the folder was listed
        else:
            if stat.S_ISREG(status.st_mode):
                self._found.files[path] = FileStat.of(status)
            else:
                self._found.passed_over.append((Reason.NO_FILE, path))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_link(entry: os.DirEntry[str]) -> bool:
    # Windows has junctions beside links; Python tells them from 3.12 on, and before, the folder's
    # identity ends a loop all the same.
    is_junction = getattr(entry, "is_junction", None)
    return entry.is_symlink() or (is_junction is not None and is_junction())


def _is_marked_hidden(entry: os.DirEntry[str]) -> bool:
    """Tell whether a folder is hidden by a mark and not by its name, on Windows and macOS."""
    if sys.platform not in _MARKS:
        return False
    name, hidden = _MARKS[sys.platform]
    try:
        return bool(getattr(entry.stat(follow_symlinks=False), name, 0) & hidden)
    except OSError:
        return False


def is_text(path: str) -> bool:
    """Tell whether a path is made of letters; Linux takes any bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _mount_of(folder: Path) -> str:
    real = folder.resolve()
    above = (str(each) for each in (real, *real.parents))
    # Not `Path.is_mount`, which Windows has from Python 3.12 on only.
    return next(filter(os.path.ismount, above), str(real))


def _identity(folder: str) -> tuple[int, int] | str:
    """Return what a folder has in common with itself under another name."""
    status = os.stat(folder)  # noqa: PTH116  plain strings here
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(folder)
