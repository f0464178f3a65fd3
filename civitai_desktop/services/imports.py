"""Reads pictures back from their files: after a lost database, or dropped into the folder."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from civitai_desktop.catalogue.engine import USUAL_NAMES, Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.air import Air, is_air
from civitai_desktop.domain.errors import DamagedPicture, FolderUnusable
from civitai_desktop.domain.events import Event, ImagesImported
from civitai_desktop.domain.generation import (
    Generation,
    GenerationRequest,
    GenerationState,
    Image,
    PictureFacts,
    Value,
)
from civitai_desktop.services.ports import PictureReader
from civitai_desktop.services.tasks import DiskThread, Workers
from civitai_desktop.services.written_numbers import number, numbers
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.metadata import PictureText, parse, read_text
from civitai_desktop.storage.thumbnails import Thumbnails

log = logging.getLogger(__name__)

_AT_ONCE = 16
"""Files under way at a time: enough for all decoders, and little to lose when it is stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a file tells of itself."""

    path: PurePosixPath
    facts: PictureFacts
    text: PictureText
    sha256: str
    size_bytes: int
    changed_at: datetime
    draft: Path


class Imports:
    """Brings pictures of the folder that the library does not know into it. Changes no file."""

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
        self._folder = folder
        self._thumbnails = thumbnails
        self._reader = reader
        self._catalogue = catalogue
        self._disk = disk
        self._decoders = decoders
        self._tell = tell

    async def run(self, *, quiet: bool = False) -> None:
        """Look through the folder; tells how many pictures were new, and how many unreadable.

        Args:
            quiet: Tell nothing where nothing was new.

        Raises:
            FolderUnusable: The folder cannot be read.
        """
        files = await self._decoders.run(self._folder.pictures)
        # Only now: what was saved before the look is recorded before the disk thread gets here.
        known = await self._disk.run(self._library.paths)
        new = [path for path in files if str(path) not in known]
        taken = 0
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            taken += sum(await asyncio.gather(*map(self._take, some)))
        if new or not quiet:
            self._tell(ImagesImported(taken, len(new) - taken))

    async def _take(self, path: PurePosixPath) -> bool:
        try:
            found = await self._decoders.run(self._read, path)
        except (DamagedPicture, FolderUnusable, OSError) as error:
            log.warning("%s is left out: %s", path, error)
            return False
        await self._disk.run(self._record, found)
        return True

    def _read(self, path: PurePosixPath) -> _Found:
        file, draft = self._folder.absolute(path), self._thumbnails.draft()
        facts = self._reader.read(file, draft)
        status = file.stat()
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return _Found(
            path=path,
            facts=facts,
            text=parse(read_text(file) or ""),
            sha256=digest,
            size_bytes=status.st_size,
            changed_at=datetime.fromtimestamp(status.st_mtime, UTC),
            draft=draft,
        )

    def _record(self, found: _Found) -> None:
        if self._library.knows(found.path):
            # A generation that a killed run had left has recorded it meanwhile.
            found.draft.unlink(missing_ok=True)
            return
        generation = self._generation(found)
        if self._library.generation(generation.id) is None:
            self._library.add_generation(generation)
        request = generation.request
        image = self._library.add_image(
            Image(
                generation_id=generation.id,
                blob_id=found.sha256,
                index=0,
                path=found.path,
                prompt=request.prompt,
                engine=request.engine,
                seed=request.seed,
                width=found.facts.width,
                height=found.facts.height,
                size_bytes=found.size_bytes,
                sha256=found.sha256,
                saved_at=found.changed_at,
                micro=found.facts.micro,
            )
        )
        self._thumbnails.adopt(found.draft, image.id)

    def _generation(self, found: _Found) -> Generation:
        """Make up the generation that a picture's text tells of, as far as it does."""
        text = found.text
        engine = self._engine(text)
        engine_id = engine.id if engine else text.settings.get("engine", "")
        values = _values(engine, found) if engine else _usual_values(found)
        seed = number(text.settings.get("Seed", ""))
        request = GenerationRequest(
            id=f"file-{found.sha256[:27]}",
            engine=engine_id,
            values=values,
            step_type="",
            input=values,
            prompt=text.prompt,
            seed=seed if isinstance(seed, int) and seed >= 0 else None,
        )
        return Generation(
            request=request, state=GenerationState.SUCCEEDED, created_at=found.changed_at
        )

    def _engine(self, text: PictureText) -> Engine | None:
        """Return the engine that a text names, or that alone begins with its checkpoint."""
        engine_id = text.settings.get("engine", "")
        if engine_id in self._catalogue:
            return self._catalogue.engine(engine_id)
        versions = {str(each.version_id) for each in text.resources if each.type == "checkpoint"}
        fitting = [
            engine
            for engine in self._catalogue.from_text()
            if (field := engine.by_role("checkpoint"))
            and isinstance(field.default, str)
            and is_air(field.default)
            and Air.parse(field.default).version in versions
            and engine.discriminators.get("engine") == engine_id
        ]
        return fitting[0] if len(fitting) == 1 else None


def _told(found: _Found) -> dict[str, Value]:
    """Return what a file tells, by role."""
    return {
        "prompt": found.text.prompt,
        "negative_prompt": found.text.negative_prompt,
        "width": found.facts.width,
        "height": found.facts.height,
        **numbers(found.text.settings),
    }


def _usual_values(found: _Found) -> dict[str, Value]:
    """Return what a file tells by the names that most engines have for it."""
    told = _told(found)
    return {name: told[role] for role, name in USUAL_NAMES.items() if told.get(role) is not None}


def _values(engine: Engine, found: _Found) -> dict[str, Value]:
    """Return the form that would make such a picture; what does not fit keeps its default."""
    told = _told(found)
    values = engine.defaults()
    for field in engine.fields:
        value = told.get(field.role)
        if not field.is_empty(value) and not field.complaint(value):
            values[field.name] = value
    return values
