"""Decides which file is which picture after the folder has changed. Pure: it touches nothing.

What a picture is made of counts, not what it is called: two files that have swapped their names
have swapped their places, and a star goes where the bytes went.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from civitai_desktop.services.likeness import is_same_text
from civitai_desktop.storage.placed import Copy, Known, Placed
from civitai_desktop.storage.scan import FileStat, Seen

Told = tuple[str, int | None]
"""Prompt and seed, as far as a file tells them."""

_COARSE_NS = 2_000_000_000
"""How far a time may be rounded: FAT counts in two seconds."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How the folder differs from what the library takes it to hold.

    Attributes:
        changed: Known files whose size or time is another one.
        unsure: Known files as they may have been saved, whose time was never written down.
        new: Files that nothing is known of.
        gone: Paths where nothing lies any more.
        is_away: Whether the drive with the pictures is not there; nothing is gone then.
    """

    changed: tuple[str, ...]
    unsure: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    is_away: bool = False


def difference(known: Known, files: Mapping[str, FileStat]) -> Difference:
    """Compare sizes and times; of 100,000 unchanged files nothing is read."""
    changed, unsure, gone = [], [], []
    for path, (size, modified) in known.files.items():
        stat = files.get(path)
        if stat is None:
            gone.append(path)
        elif modified is None and _may_be_as_saved(stat, size, known.saved.get(path, 0)):
            unsure.append(path)
        elif (stat.size_bytes, stat.modified_ns) != (size, modified):
            changed.append(path)
    new = sorted(files.keys() - known.files.keys())
    return Difference(tuple(changed), tuple(unsure), tuple(new), tuple(gone))


def _may_be_as_saved(stat: FileStat, size: int, saved_ns: int) -> bool:
    return stat.size_bytes == size and stat.modified_ns <= saved_ns + _COARSE_NS


def _nothing(_: str) -> Told:
    return "", None


@dataclass(slots=True)
class Decisions:
    """What is to be written down.

    Attributes:
        unchanged: Ids of pictures whose file was only touched, and their paths.
        moves: Ids of pictures, and where they lie now.
        merged: Ids of rows that were read back from another picture's moved file, and its id.
        copies: Paths of exact copies, and the picture that each is one of.
        edits: Paths whose content is new, and the ids of the pictures that lay there.
        new: Paths of pictures that nobody knows.
        lost: Pictures without a file.
    """

    unchanged: dict[int, str] = field(default_factory=dict)
    moves: dict[int, str] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    copies: dict[str, int] = field(default_factory=dict)
    edits: dict[str, list[int]] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    lost: list[Placed] = field(default_factory=list)


def sort_out(
    placed: Sequence[Placed],
    copies: Iterable[Copy],
    seen: Mapping[str, Seen],
    gone: Collection[str],
    tells: Callable[[str], Told] = _nothing,
) -> Decisions:
    """Find for every picture its file, and for every file its picture.

    Args:
        placed: The pictures concerned: at these paths, of these bytes, or missing.
        copies: Of those pictures.
        seen: What was read anew: changed files, and new ones.
        gone: Where nothing lies any more.
        tells: Reads prompt and seed from the file at a path; asked where only they can tell.
    """
    return _Sorting(placed, copies, seen, frozenset(gone), tells).done()


class _Sorting:
    def __init__(
        self,
        placed: Sequence[Placed],
        copies: Iterable[Copy],
        seen: Mapping[str, Seen],
        gone: frozenset[str],
        tells: Callable[[str], Told],
    ) -> None:
        self._seen = seen
        self._tells = tells
        self._known = {row.digest for row in placed}
        self._gone = gone
        self._decided = Decisions()
        self._there: list[Placed] = []
        self._displaced: list[Placed] = []
        for row in placed:
            (self._there if self._is_there(row) else self._displaced).append(row)
        # Of two that look for the same file, the one that was there a moment ago comes first,
        # and what was generated here before what was only read back.
        self._displaced.sort(key=lambda row: (row.is_missing, not row.is_own, row.id))
        self._homes: dict[str, list[str]] = defaultdict(list)
        self._by_stat: dict[tuple[int, int], list[str]] = defaultdict(list)
        for path, each in seen.items():
            self._homes[each.sha256].append(path)
            self._by_stat[each.stat.size_bytes, each.stat.modified_ns].append(path)
        self._copies: dict[int, list[str]] = defaultdict(list)
        for copy in copies:
            if copy.path not in seen and copy.path not in gone:
                self._copies[copy.image_id].append(copy.path)
        self._taken = {row.path: (row.path, row.digest) for row in self._there}
        self._holders = {row.digest: row.id for row in reversed(self._there) if row.digest}
        self._ghosts = {row.digest: row for row in self._there if row.digest and not row.is_own}

    def done(self) -> Decisions:
        edited: list[Placed] = []
        for row in self._displaced:
            if (home := self._home(row)) and not self._is_edited(row, home):
                self._decided.moves[row.id] = home
                self._taken[home] = (row.path, row.digest)
                self._holders.setdefault(self._content(home, row), row.id)
            elif not row.is_missing and row.path in self._seen:
                edited.append(row)
            elif not self._merges(row):
                self._decided.lost.append(row)
        for row in edited:
            self._edit(row)
        self._sort_files()
        return self._decided

    def _is_there(self, row: Placed) -> bool:
        if row.is_missing or row.path in self._gone:
            return False
        now = self._seen.get(row.path)
        if now is None:
            return True
        if now.sha256 == row.digest or (not row.file_sha256 and row.is_stat(now.stat)):
            self._decided.unchanged[row.id] = row.path
            return True
        return False

    def _home(self, row: Placed) -> str:
        """Return where a picture's bytes lie now; "" if nowhere."""
        homes = [*self._homes.get(row.digest, ()), *self._copies.get(row.id, ())]
        if not homes and not row.file_sha256 and row.modified_ns is not None:
            # Our text was put into it before digests of files were kept; a rename keeps the time.
            homes = self._by_stat.get((row.size_bytes, row.modified_ns), [])
        # Two pictures of the very same bytes share a file, and stay together.
        mine = (row.path, row.digest)
        free = [path for path in homes if self._taken.get(path, mine) == mine]
        name = PurePosixPath(row.path).name
        return min(
            free,
            key=lambda path: (path != row.path, PurePosixPath(path).name != name, path),
            default="",
        )

    def _is_edited(self, row: Placed, home: str) -> bool:
        """Tell whether a picture was changed in its place, and what it was is only a copy of it."""
        here = self._seen.get(row.path)
        if here is None or row.is_missing or here.sha256 in self._known:
            return False
        there = self._seen.get(home)
        if there is not None and there.stat.inode and there.stat.inode == row.inode:
            return False  # its own file, renamed
        prompt, seed = self._tells(row.path)
        is_same_file = bool(row.inode) and here.stat.inode == row.inode
        return is_same_text(prompt, seed, row) if prompt else is_same_file

    def _content(self, path: str, row: Placed) -> str:
        return self._seen[path].sha256 if path in self._seen else row.digest

    def _merges(self, row: Placed) -> bool:
        """Take over the row that an earlier look has made of this picture's moved file."""
        ghost = self._ghosts.get(row.digest) if row.is_own else None
        if ghost is None or ghost.id in self._decided.merged:
            return False
        self._decided.merged[ghost.id] = row.id
        self._decided.moves[row.id] = ghost.path
        self._decided.unchanged.pop(ghost.id, None)
        self._holders[row.digest] = row.id
        return True

    def _edit(self, row: Placed) -> None:
        """Take what lies at a picture's place for what another program has made of it."""
        of_another = self._seen[row.path].sha256 in self._holders
        if of_another or self._taken.get(row.path, (row.path, row.digest)) != (
            row.path,
            row.digest,
        ):
            self._decided.lost.append(row)
            return
        self._taken[row.path] = (row.path, row.digest)
        self._decided.edits.setdefault(row.path, []).append(row.id)
        self._decided.new += self._copies.get(row.id, ())  # which are none of it any more

    def _sort_files(self) -> None:
        for path, each in sorted(self._seen.items()):
            if path in self._taken:
                continue
            holder = self._holders.get(each.sha256)
            if holder is None:
                self._decided.new.append(path)
            else:
                self._decided.copies[path] = holder
