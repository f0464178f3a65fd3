"""Keeps the library in step with the pictures folder, whatever other programs do there."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TypeVar

from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.errors import CivitaiError, DamagedPicture, FolderUnusable
from civitai_desktop.domain.events import Event, FolderReading
from civitai_desktop.domain.look import HARMLESS, Reason
from civitai_desktop.services.likeness import Likeness
from civitai_desktop.services.ports import PictureReader
from civitai_desktop.services.read_back import Reading
from civitai_desktop.services.recording import Look, Recorder
from civitai_desktop.services.sorting import (
    Decisions,
    Difference,
    difference,
    sort_out,
)
from civitai_desktop.services.tasks import DiskThread, Workers
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.names import common_spelling
from civitai_desktop.storage.placed import Known
from civitai_desktop.storage.scan import FileStat, Scan, Seen, read_seen
from civitai_desktop.storage.thumbnails import Thumbnails

log = logging.getLogger(__name__)

_AT_ONCE = 16
"""Files under way at a time: enough for all decoders, and little to lose when it is stopped."""
_SOON_READ = 64
"""So many files are read within a second, and their reading is not worth a word."""
_TOLD_TIMES = 20
"""How often it is told of one look how far it has come."""
_WRITTEN_AT_ONCE = 2000
"""Rows in one piece of work for the disk thread, which others wait for."""

_TOLD_AS = dict.fromkeys(HARMLESS, logging.INFO)

K = TypeVar("K")
V = TypeVar("V")


class Imports:
    """Brings the library in step with the folder: new pictures, moved, changed and missing ones.

    Changes no file. Unchanged files are told by size and time, and not read.
    """

    def __init__(
        self,
        library: Library,
        folder: PictureFolder,
        thumbnails: Thumbnails,
        reader: PictureReader,
        catalogue: Catalogue,
        disk: DiskThread,
        decoders: Workers,
        tell: Callable[[Event], None],
    ) -> None:
        self._library = library
        self._whereabouts = library.whereabouts
        self._folder = folder
        self._thumbnails = thumbnails
        self._recorder = Recorder(library, folder, thumbnails, reader, Reading(catalogue))
        self._disk = disk
        self._decoders = decoders
        self._tell = tell
        self._one_at_a_time = asyncio.Lock()
        # As they looked when they were read. A look is made whenever the window comes back, and is
        # not to read, decode and report the same ones every time; another start tries them again.
        self._no_pictures: dict[str, FileStat] = {}
        self._logged: set[tuple[Reason, str]] = set()

    async def run(self, *, quiet: bool = False) -> None:
        """Look through the folder, and tell what was found and done.

        Args:
            quiet: Tell nothing where no picture is another than before.

        Raises:
            FolderUnusable: The folder cannot be read.
        """
        async with self._one_at_a_time:
            look = await self._look()
        if look.told().has_news or not quiet:
            self._tell(look.told())
        if look.bugs:
            # All the other files are in; this one is for the report.
            raise look.bugs[0]

    async def _look(self) -> Look:
        look = Look(await self._decoders.run(self._folder.scan))
        for reason, name in set(look.scan.passed_over) - self._logged:
            self._logged.add((reason, name))
            log.log(_TOLD_AS.get(reason, logging.WARNING), "%r is left out: %s", name, reason)
        # Only now: what was saved before the look is recorded before the disk thread gets here.
        known = await self._disk.run(self._whereabouts.known)
        differing = await self._decoders.run(self._compare, known, look.scan)
        differing = replace(differing, new=tuple(self._still_new(differing.new, look.scan)))
        files = look.scan.files
        for some in _pieces({path: files[path] for path in differing.unsure}):
            await self._disk.run(self._whereabouts.note, some)
        if known.mount != look.scan.mount and not differing.is_away:
            await self._disk.run(self._whereabouts.keep_mount, look.scan.mount)
        if differing.changed or differing.new or differing.gone:
            look.to_read = len(differing.changed) + len(differing.new)
            try:
                self._tell_reading(look)
                await self._bring_in_step(look, known, differing)
            finally:
                look.read = look.to_read
                self._tell_reading(look)
        return look

    def _tell_reading(self, look: Look) -> None:
        if look.to_read > _SOON_READ:
            self._tell(FolderReading(look.read, look.to_read))

    def _still_new(self, paths: Iterable[str], scan: Scan) -> Iterator[str]:
        """Yield those that were not found to be no pictures; the others are passed over again."""
        before, self._no_pictures = self._no_pictures, {}
        for path in paths:
            if before.get(path) == scan.files[path]:
                self._no_pictures[path] = scan.files[path]
                scan.passed_over.append((Reason.NO_PICTURE, path))
            else:
                yield path

    def _compare(self, known: Known, scan: Scan) -> Difference:
        found = difference(known, scan.files)
        # Where a drive was, there is a folder now that is empty, or holds what was saved since.
        is_most = 2 * len(found.gone) > len(known.files)
        is_away = scan.is_empty or (is_most and known.mount not in {"", scan.mount})
        gone = () if is_away else tuple(self._really_gone(found, scan))
        return replace(found, gone=gone, is_away=is_away)

    def _really_gone(self, found: Difference, scan: Scan) -> Iterator[str]:
        spelled = {common_spelling(path) for path in found.new}
        for path in found.gone:
            if Path(path).is_absolute():
                # Of a folder used before: it matters only if its picture may be among the new.
                is_gone = bool(found.new) and self._folder.is_gone(path)
            else:
                # A system that takes two spellings for one name lists the one that holds.
                is_gone = common_spelling(path) in spelled or self._folder.is_gone(path)
                is_gone = is_gone and not scan.may_hold(path)
            if is_gone:
                yield path

    async def _bring_in_step(self, look: Look, known: Known, differing: Difference) -> None:
        # Another size is another picture, which is read only once, below.
        alike = [p for p in differing.new if look.scan.files[p].size_bytes in known.sizes]
        await self._read_alike(look, differing, alike)
        seen = await self._digests(look, [*differing.changed, *alike])
        decided = await self._disk.run(self._decide, look, seen, differing.gone)
        await self._write_down(look, decided, seen)
        await self._disk.run(
            self._whereabouts.forget_copies,
            [*differing.gone, *decided.new, *(path for path in seen if path not in decided.copies)],
        )
        look.copies += sum(path not in known.files for path in decided.copies)
        unread = [path for path in differing.new if path not in seen and path in look.scan.files]
        # First those, so that nothing new is taken for a copy of what they were.
        await self._take_all(look, decided.edits)
        await self._take_all(look, dict.fromkeys([*decided.new, *unread], ()))
        await self._disk.run(self._miss, look)

    async def _read_alike(self, look: Look, differing: Difference, new: list[str]) -> None:
        """Read those pictures of older versions that new files may be copies of."""
        files = look.scan.files
        sizes = {files[path].size_bytes for path in new}
        unread = await self._disk.run(self._whereabouts.unread, sizes)
        there = unread.keys() & files.keys() - set(differing.changed)
        seen = await self._digests(look, sorted(there))
        read = {image_id: each for path, each in seen.items() for image_id in unread[path]}
        for some in _pieces(read):
            await self._disk.run(self._whereabouts.note_read, some)

    async def _digests(self, look: Look, paths: list[str]) -> dict[str, Seen]:
        seen: dict[str, Seen] = {}
        for start in range(0, len(paths), _AT_ONCE):
            some = paths[start : start + _AT_ONCE]
            read = await asyncio.gather(*(self._decoders.run(self._digest, p) for p in some))
            for path, each in zip(some, read, strict=True):
                if each is None:
                    look.scan.passed_over.append((Reason.NO_ACCESS, path))
                    del look.scan.files[path]
                else:
                    seen[path] = each
        return seen

    def _digest(self, path: str) -> Seen | None:
        try:
            return read_seen(self._folder.absolute(PurePosixPath(path)))[0]
        except OSError as error:
            log.warning("%r is left out: %s", path, error)
            return None

    def _decide(self, look: Look, seen: Mapping[str, Seen], gone: Iterable[str]) -> Decisions:
        digests = [each.sha256 for each in seen.values()]
        placed = self._whereabouts.placed([*gone, *seen], digests)
        look.placed = {row.id: row for row in placed}
        copies = self._whereabouts.copies(look.placed)
        decided = sort_out(placed, copies, seen, frozenset(gone), self._recorder.told)
        look.likeness = Likeness(decided.lost)
        return decided

    async def _write_down(self, look: Look, decided: Decisions, seen: Mapping[str, Seen]) -> None:
        unchanged = {image_id: seen[path] for image_id, path in decided.unchanged.items()}
        for read in _pieces(unchanged):
            await self._disk.run(self._whereabouts.note_read, read)
        for merged in _pieces(decided.merged):
            await self._disk.run(self._merge, merged)
        for some in _pieces(decided.moves):
            moves = {
                image_id: (path, seen.get(path) or self._unread(look, image_id, path))
                for image_id, path in some.items()
            }
            await self._disk.run(self._whereabouts.move, moves)
        look.found_again += len(decided.moves)
        copies = {path: (image_id, seen[path]) for path, image_id in decided.copies.items()}
        for noted in _pieces(copies):
            await self._disk.run(self._whereabouts.note_copies, noted)

    def _unread(self, look: Look, image_id: int, path: str) -> Seen:
        """Return what is known of a copy that takes the place of its vanished picture."""
        return Seen(look.scan.files[path], look.placed[image_id].digest)

    def _merge(self, ghosts: Mapping[int, int]) -> None:
        self._whereabouts.merge(ghosts)
        for image_id in ghosts:
            self._thumbnails.delete(image_id)

    async def _take_all(self, look: Look, files: Mapping[str, Collection[int]]) -> None:
        for some in _pieces(files, _AT_ONCE):
            ends = await asyncio.gather(
                *(self._take(look, path, ids) for path, ids in some.items()),
                return_exceptions=True,
            )
            before, look.read = look.read, min(look.read + len(some), look.to_read - 1)
            if look.read * _TOLD_TIMES // look.to_read > before * _TOLD_TIMES // look.to_read:
                self._tell_reading(look)
            for path, end in zip(some, ends, strict=True):
                if isinstance(end, CivitaiError) or not isinstance(end, Exception | None):
                    raise end
                if end is not None:
                    log.error("%r is left out", path, exc_info=end)
                    self._pass_over(look, path)
                    look.bugs.append(end)

    async def _take(self, look: Look, path: str, ids: Collection[int]) -> None:
        try:
            found = await self._decoders.run(self._recorder.read, path)
        except DamagedPicture as error:
            if ids:
                # What was a picture of the library stays one, with its star.
                log.warning("%r is damaged: %s", path, error.message)
                look.scan.passed_over.append((Reason.DAMAGED, path))
            else:
                log.warning("%r is left out: %s", path, error.message)
                self._pass_over(look, path)
        except (FolderUnusable, OSError) as error:
            log.warning("%r is left out: %s", path, error)
            look.scan.passed_over.append((Reason.NO_ACCESS, path))
        else:
            await self._disk.run(self._recorder.record, look, found, ids)

    def _pass_over(self, look: Look, path: str) -> None:
        self._no_pictures[path] = look.scan.files[path]
        look.scan.passed_over.append((Reason.NO_PICTURE, path))

    def _miss(self, look: Look) -> None:
        gone = [
            row.id
            for row in look.likeness.left()
            if not row.is_missing and not Path(row.path).is_absolute()
        ]
        self._whereabouts.miss(gone)
        look.missing += len(gone)


def _pieces(mapping: Mapping[K, V], size: int = _WRITTEN_AT_ONCE) -> Iterator[dict[K, V]]:
    items = iter(mapping.items())
    while piece := dict(islice(items, size)):
        yield piece
