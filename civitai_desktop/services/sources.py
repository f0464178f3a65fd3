"""Pictures that generations start from: kept when chosen, uploaded when a generation is sent."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary

from civitai_desktop.domain.errors import InvalidInput, NotAllowed, NotFound
from civitai_desktop.domain.events import Event, SourceUploading
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.source import addressed, local_pictures, media_type
from civitai_desktop.domain.workflow import Blob
from civitai_desktop.services.line import Line
from civitai_desktop.services.named_pictures import decoded
from civitai_desktop.services.ports import Orchestration, Uploads
from civitai_desktop.services.tasks import Workers
from civitai_desktop.storage.sources import SourceFolder

log = logging.getLogger(__name__)


class Sources:
    """Keeps chosen pictures, and gives requests their addresses right before they are sent.

    Nothing leaves this machine until Generate is pressed; a picture is uploaded once and its blob
    refreshed from then on.
    """

    def __init__(
        self,
        api: Orchestration,
        uploads: Uploads,
        line: Line,
        folder: SourceFolder,
        workers: Workers,
        tell: Callable[[Event], None],
    ) -> None:
        self._api = api
        self._uploads = uploads
        self._line = line
        self._folder = folder
        self._workers = workers
        self._tell = tell
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def keep_file(self, path: Path) -> str:
        """Keep a picture file and return its reference.

        Raises:
            SourceUnusable: Civitai would refuse it.
        """
        return await self._workers.run(self._folder.keep_file, path)

    async def keep(self, content: bytes) -> str:
        """Keep a picture and return its reference.

        Raises:
            SourceUnusable: Civitai would refuse it.
        """
        return await self._workers.run(self._folder.keep, content)

    async def keep_data(self, address: str) -> str:
        """Keep the picture that a `data:` address holds and return its reference.

        Raises:
            SourceUnusable: Civitai would refuse it, or there is none in it.
        """

        def work() -> str:
            return self._folder.keep(decoded(address))

        return await self._workers.run(work)

    async def missing(self, references: Iterable[str]) -> frozenset[str]:
        """Return those of `references` whose pictures are gone."""
        there = self._folder.has
        return await self._workers.run(
            lambda: frozenset(each for each in references if not there(each))
        )

    def path(self, reference: str) -> Path:
        """Return where a reference's picture lies."""
        return self._folder.path(reference)

    async def addressed(self, request: GenerationRequest) -> GenerationRequest:
        """Return the request with the address of a blob for each picture of this machine.

        Raises:
            InvalidInput: A picture is refused, or gone; its field is named.
            CivitaiError: As of the upload; the same request may succeed later if it is retryable.
        """
        addresses = {}
        for reference, field in local_pictures(request).items():
            try:
                addresses[reference] = await self._address(request.id, reference)
            except (InvalidInput, NotFound) as error:
                complaints = {field: str(error)}
                raise InvalidInput(error.message, complaints, next_step=error.next_step) from error
        return addressed(request, addresses.__getitem__)

    async def _address(self, generation_id: str, reference: str) -> str:
        # Several generations of one picture that start together wait for one upload.
        turn = self._turns.setdefault(reference, asyncio.Lock())
        async with turn:
            blob = await self._known(reference)
            if blob is None or blob.url is None:
                blob = await self._uploaded(generation_id, reference)
            if blob.url is None:
                raise InvalidInput("Civitai withholds this picture.", next_step="Choose another.")
            return blob.url

    async def _known(self, reference: str) -> Blob | None:
        """Return the blob of an earlier upload with a fresh address; None if it is gone."""
        blob_id = await self._workers.run(self._folder.uploaded, reference)
        if blob_id is None:
            return None
        try:
            return await self._line.call(lambda: self._api.refresh(blob_id))
        except (NotFound, NotAllowed, InvalidInput):
            # Too old, or another account's.
            return None

    async def _uploaded(self, generation_id: str, reference: str) -> Blob:
        content = await self._workers.run(self._folder.read, reference)
        told = partial(self._tell_share, generation_id)
        blob = await self._line.call(
            lambda: self._uploads.upload(content, media_type(reference), told), is_quick=False
        )
        try:
            await self._workers.run(self._folder.remember, reference, blob.id)
        except OSError as error:
            log.warning("The upload will be repeated the next time: %s", error)
        return blob

    def _tell_share(self, generation_id: str, share: float) -> None:
        self._tell(SourceUploading(generation_id, share))
