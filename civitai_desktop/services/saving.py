"""Brings a blob to the disk: fetched, whole, decoded, under its name, in the library."""

from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from civitai_desktop.domain.errors import (
    CivitaiError,
    DamagedPicture,
    FolderUnusable,
    GenerationFailed,
    NotFound,
)
from civitai_desktop.domain.events import Event, ImageSaved, PictureArriving
from civitai_desktop.domain.generation import Generation, Image, PictureFacts
from civitai_desktop.domain.workflow import Blob
from civitai_desktop.services.folder_state import FolderState
from civitai_desktop.services.line import Line
from civitai_desktop.services.polling import pause_after, pauses
from civitai_desktop.services.ports import (
    Clock,
    Downloads,
    Orchestration,
    PictureReader,
    Sleep,
)
from civitai_desktop.services.records import Records
from civitai_desktop.services.tasks import DiskThread, Workers
from civitai_desktop.storage.files import PartFile, PictureFolder, PictureName, SavedFile
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.thumbnails import Thumbnails

MAX_DAMAGED = 5
"""How often a picture may arrive damaged before it is given up for this run."""

MAX_EXPIRED = 3
"""How often in a row an address may be refused although it was just refreshed."""

SLOW_S = 3.0
"""A picture that takes longer to arrive says how far it is."""

_TELL_EVERY_S = 1.0


class PictureSaver:
    """Saves blobs, each until it is safe or certainly lost; several at once are fine.

    Nothing that passes by itself ends a save: no connection, a full disk, a missing folder, a
    library that takes nothing.
    """

    def __init__(
        self,
        api: Orchestration,
        line: Line,
        downloads: Downloads,
        library: Library,
        records: Records,
        folder: PictureFolder,
        thumbnails: Thumbnails,
        reader: PictureReader,
        disk: DiskThread,
        decoders: Workers,
        tell: Callable[[Event], None],
        *,
        sleep: Sleep,
        clock: Clock,
        describe: Callable[[Path, Generation, int, PictureFacts], None],
    ) -> None:
        """Take the parts.

        Args:
            describe: Puts the prompt and settings into a part file that carries none; called on
                the disk thread with the part, its generation, its index and what it shows.
        """
        self._api = api
        self._line = line
        self._downloads = downloads
        self._library = library
        self._records = records
        self._folder = folder
        self._thumbnails = thumbnails
        self._reader = reader
        self._disk = disk
        self._decoders = decoders
        self._tell = tell
        self._sleep = sleep
        self._clock = clock
        self._describe = describe
        self._folder_state = FolderState(tell, sleep)

    async def save(self, generation: Generation, index: int, blob: Blob) -> Image:
        """Save one blob and return its row.

        Args:
            index: Of the picture in its generation, from 0.

        Raises:
            NotFound: Civitai does not keep it any more.
            DamagedPicture: It arrived damaged `MAX_DAMAGED` times.
            NotAllowed: Civitai refuses it.
        """
        backoff, damaged, expired = pauses(), 0, 0
        while True:
            try:
                blob = blob if blob.url else await self._refreshed(blob)
                image = await self._fetch(generation, index, blob)
            except NotFound:
                expired += 1
                if expired > MAX_EXPIRED or blob.url is None:
                    raise
                blob = Blob(id=blob.id, available=True)
            except FolderUnusable as error:
                await self._folder_state.failed(error)
            except CivitaiError as error:
                damaged += isinstance(error, DamagedPicture)
                if damaged == MAX_DAMAGED or not error.retryable:
                    raise
                self._line.failed(error)
                await self._sleep(pause_after(error, next(backoff)))
            else:
                self._line.worked()
                self._folder_state.works()
                self._tell(ImageSaved(image))
                return image

    async def _refreshed(self, blob: Blob) -> Blob:
        fresh = await self._line.call(lambda: self._api.refresh(blob.id))
        if fresh.url is None:
            raise GenerationFailed("Civitai gives no address for this picture.")
        return replace(fresh, id=blob.id)

    async def _fetch(self, generation: Generation, index: int, blob: Blob) -> Image:
        begun: list[tuple[PartFile, Path]] = []
        try:
            part, draft = await self._disk.run(self._begin, generation, index, begun)
            await self._download(generation, index, blob, part)
            facts = await self._decoders.run(self._reader.read, part.path, draft)
            file = await self._disk.run(self._keep, generation, index, part, facts)
            image = _image(generation, index, blob.id, file, facts)
            return await self._records.run(self._record, image, file, draft)
        except BaseException:
            # Not awaited: this may be a cancellation. On the disk thread it comes after whatever
            # that is still doing with them.
            self._disk.start(_clear, begun)
            raise

    def _begin(
        self, generation: Generation, index: int, begun: list[tuple[PartFile, Path]]
    ) -> tuple[PartFile, Path]:
        # Written down here, because a cancellation loses what is returned.
        begun.append((self._folder.begin(_name(generation, index)), self._thumbnails.draft()))
        return begun[0]

    async def _download(
        self, generation: Generation, index: int, blob: Blob, part: PartFile
    ) -> None:
        told_at = self._clock() + SLOW_S - _TELL_EVERY_S
        slow = self._line.tell_if_slow()
        try:
            async with (
                self._downloads.open(str(blob.url)) as download,
                # Closed here and now: left to the garbage collector, it would keep its connection.
                aclosing(download.chunks()) as chunks,
            ):
                async for chunk in chunks:
                    # From here on its tile tells how it comes.
                    slow.cancel()
                    await self._disk.run(part.write, chunk)
                    if self._clock() - told_at >= _TELL_EVERY_S:
                        told_at = self._clock()
                        share = part.size_bytes / download.length if download.length else None
                        self._tell(PictureArriving(generation.id, index, share))
        finally:
            slow.cancel()
        await self._disk.run(part.finish, download.length)

    def _keep(
        self, generation: Generation, index: int, part: PartFile, facts: PictureFacts
    ) -> SavedFile:
        if facts.is_shown:
            # What cannot even be looked at is left exactly as it was served.
            self._describe(part.path, generation, index, facts)
        return self._folder.keep(part)

    def _record(self, new: Image, file: SavedFile, draft: Path) -> Image:
        image = self._library.add_image(new, file.seen)
        self._thumbnails.adopt(draft, image.id)
        return image


def _clear(begun: list[tuple[PartFile, Path]]) -> None:
    for part, draft in begun:
        part.discard()
        with suppress(OSError):
            draft.unlink()


def _name(generation: Generation, index: int) -> PictureName:
    request = generation.request
    return PictureName(
        created_at=generation.created_at,
        prompt=request.prompt,
        seed=_seed(generation, index),
        engine=request.engine,
        workflow_id=generation.workflow_id or "",
        index=index,
        quantity=request.quantity,
    )


def _seed(generation: Generation, index: int) -> int | None:
    """Return the seed of one picture: civitai.com labels picture k with seed + k."""
    first = generation.request.seed
    return None if first is None else first + index


def _image(
    generation: Generation, index: int, blob_id: str, file: SavedFile, facts: PictureFacts
) -> Image:
    return Image(
        generation_id=generation.id,
        blob_id=blob_id,
        index=index,
        path=file.path,
        prompt=generation.request.prompt,
        engine=generation.request.engine,
        seed=_seed(generation, index),
        width=facts.width,
        height=facts.height,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        saved_at=datetime.now(UTC),
        micro=facts.micro,
    )
