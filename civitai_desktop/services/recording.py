"""Reads one picture file, and writes down in the library what it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from civitai_desktop.domain.errors import DamagedPicture, FolderUnusable
from civitai_desktop.domain.events import ImagesImported
from civitai_desktop.domain.generation import Image
from civitai_desktop.domain.look import summed
from civitai_desktop.services.likeness import Likeness, Traces, is_same_text
from civitai_desktop.services.ports import PictureReader
from civitai_desktop.services.read_back import Found, Reading, seed_of, time_of
from civitai_desktop.storage.birth import born_ns
from civitai_desktop.storage.containers import checked_format
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.metadata import parse, read_text
from civitai_desktop.storage.placed import Placed
from civitai_desktop.storage.scan import Scan, read_seen
from civitai_desktop.storage.thumbnails import Thumbnails


@dataclass(slots=True)
class Look:
    """One look through the folder, as far as it has come.

    Attributes:
        placed: The pictures concerned, by id.
        likeness: Those whose file is not found yet.
        to_read: How many files are read.
        read: How many of them are done with.
        bugs: What went wrong with single files and should never do so.
    """

    scan: Scan
    placed: dict[int, Placed] = field(default_factory=dict)
    likeness: Likeness = field(default_factory=lambda: Likeness(()))
    taken: int = 0
    found_again: int = 0
    changed: int = 0
    copies: int = 0
    missing: int = 0
    redrawn: list[int] = field(default_factory=list)
    to_read: int = 0
    read: int = 0
    bugs: list[Exception] = field(default_factory=list)

    def told(self) -> ImagesImported:
        """Return what is told of it."""
        return ImagesImported(
            taken=self.taken,
            found_again=self.found_again,
            changed=self.changed,
            copies=self.copies,
            missing=self.missing,
            passed_over=summed(self.scan.passed_over),
            redrawn=tuple(self.redrawn),
        )


class Recorder:
    """What becomes of the files that a look has to read."""

    def __init__(
        self,
        library: Library,
        folder: PictureFolder,
        thumbnails: Thumbnails,
        reader: PictureReader,
        reading: Reading,
    ) -> None:
        self._library = library
        self._whereabouts = library.whereabouts
        self._folder = folder
        self._thumbnails = thumbnails
        self._reader = reader
        self._reading = reading

    def read(self, path: str) -> Found:
        """Decode a file, and read what it tells of itself.

        Raises:
            DamagedPicture: It is no picture, or not a whole one.
            FolderUnusable: It cannot be read.
            OSError: It cannot be read.
        """
        file, draft = self._folder.absolute(PurePosixPath(path)), self._thumbnails.draft()
        try:
            seen, status = read_seen(file)
            checked_format(file)
            return Found(
                path=path,
                facts=self._reader.read(file, draft),
                text=parse(read_text(file) or ""),
                seen=seen,
                made_at=time_of(status.st_mtime_ns, status.st_ctime_ns, now=datetime.now(UTC)),
                draft=draft,
            )
        except BaseException:
            self._thumbnails.discard(draft)
            raise

    def told(self, path: str) -> tuple[str, int | None]:
        """Return prompt and seed from a file's text; nothing if it has none."""
        try:
            text = parse(read_text(self._folder.absolute(PurePosixPath(path))) or "")
        except (DamagedPicture, FolderUnusable, OSError):
            return "", None
        return text.prompt, seed_of(text)

    def record(self, look: Look, found: Found, ids: Iterable[int]) -> None:
        """Write down what a file is; for the library's thread.

        Args:
            look: What was done is counted there.
            ids: Of the pictures that lay at its path before it was changed; none if it is new.
        """
        try:
            if ids:
                for image_id in ids:
                    self._redraw(look, look.placed[image_id], found)
            elif not self._library.knows(PurePosixPath(found.path)):
                self._record_new(look, found)
            # else a generation that a killed run had left has recorded it meanwhile.
        finally:
            self._thumbnails.discard(found.draft)

    def _record_new(self, look: Look, found: Found) -> None:
        holder = self._whereabouts.holder(found.seen.sha256)
        if holder is not None:
            self._whereabouts.note_copies({found.path: (holder, found.seen)})
            look.copies += 1
            return
        lost = look.likeness.take(
            Traces(
                path=found.path,
                stat=found.seen.stat,
                born_ns=born_ns(self._folder.absolute(PurePosixPath(found.path))),
                prompt=found.text.prompt,
                seed=found.seed,
            )
        )
        if lost is not None:
            self._redraw(look, lost, found)
            return
        generation = self._reading.generation(found)
        if self._library.generation(generation.id) is None:
            self._library.add_generation(generation)
        request = generation.request
        image = self._library.add_image(
            Image(
                generation_id=generation.id,
                blob_id=found.seen.sha256,
                index=0,
                path=PurePosixPath(found.path),
                prompt=request.prompt,
                engine=request.engine,
                seed=request.seed,
                width=found.facts.width,
                height=found.facts.height,
                size_bytes=found.seen.stat.size_bytes,
                sha256=found.seen.sha256,
                saved_at=found.made_at,
                micro=found.facts.micro,
            ),
            found.seen,
        )
        self._thumbnails.adopt(found.draft, image.id)
        look.taken += 1

    def _redraw(self, look: Look, row: Placed, found: Found) -> None:
        """Take over a file that another program has changed; its star stays in any case."""
        if row.path != found.path or row.is_missing:
            look.found_again += 1
        if _is_as_saved(row, found):
            self._whereabouts.move({row.id: (found.path, found.seen)})
            return
        (image,) = self._whereabouts.images([row.id])
        image = replace(
            image,
            blob_id=image.blob_id if row.is_own else found.seen.sha256,
            path=PurePosixPath(found.path),
            width=found.facts.width,
            height=found.facts.height,
            size_bytes=found.seen.stat.size_bytes,
            sha256=found.seen.sha256,
            micro=found.facts.micro,
        )
        made_up = self._reading.generation(found) if _tells_another(row, found) else None
        if made_up is not None:
            image = replace(
                image,
                generation_id=made_up.id,
                blob_id=found.seen.sha256,
                index=0,
                prompt=made_up.request.prompt,
                engine=made_up.request.engine,
                seed=made_up.request.seed,
            )
        # First of all: a stop in between must not leave the old picture's thumbnail.
        self._thumbnails.delete(row.id)
        self._whereabouts.redraw(image, found.seen, made_up)
        self._thumbnails.adopt(found.draft, row.id)
        look.changed += 1
        look.redrawn.append(row.id)


def _is_as_saved(row: Placed, found: Found) -> bool:
    """Tell whether a file that was never read before is what was saved, with our text in it."""
    text = found.text
    return (
        row.was_never_read
        and row.is_own
        and row.size_bytes == found.seen.stat.size_bytes
        and bool(text.prompt)
        and is_same_text(text.prompt, found.seed, row)
    )


def _tells_another(row: Placed, found: Found) -> bool:
    """Tell whether a changed file's text speaks of other settings than the library knows.

    One that has lost its text keeps them, and so does a picture that was made here as long as its
    text speaks of it.
    """
    if row.is_own:
        return not is_same_text(found.text.prompt, found.seed, row)
    return bool(found.text.prompt or found.text.settings)
