"""Civitai as it will be once it is connected: callers wait for it, the window does not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.resource import Resource, ResourcePage, ResourceQuery
from civitai_desktop.domain.service import Service
from civitai_desktop.domain.terms import Buzz
from civitai_desktop.domain.workflow import Blob, Quote, Workflow
from civitai_desktop.services.availability import LiveServices
from civitai_desktop.services.ports import (
    Download,
    Downloads,
    Orchestration,
    ResourceSite,
    Site,
    Uploads,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The doors to Civitai.

    Attributes:
        key: Tells the key in force, which opens them.
    """

    key: Callable[[], str | None]

    orchestration: Orchestration
    services: LiveServices
    downloads: Downloads
    uploads: Uploads
    site: Site
    resources: ResourceSite


class Remote:
    """Hands every call on to a connection that is made after the first paint.

    Loading the HTTP and JSON libraries takes longer than showing the window, and so does
    starting the sandbox.
    """

    def __init__(self) -> None:
        self._connection: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()

    def connecting(self) -> None:
        """Let callers wait: a connection is being made, for the first time or again."""
        if self._connection.done():
            self._connection = asyncio.get_running_loop().create_future()

    def connected(self, connection: Connection) -> None:
        """Let the callers through."""
        self.connecting()
        self._connection.set_result(connection)

    def failed(self, error: CivitaiError) -> None:
        """Tell all callers that there is no connection, until one is made after all."""
        self.connecting()
        self._connection.set_exception(error)
        # Whoever calls sees it; that nobody has called yet is no bug to report.
        self._connection.exception()

    def key(self) -> str | None:
        """Return the key in force; None before there is a connection."""
        there = self._connection
        is_there = there.done() and not there.exception()
        return there.result().key() if is_there else None

    async def ready(self) -> None:
        """Return once there is a connection."""
        await self._there()

    async def _there(self) -> Connection:
        return await asyncio.shield(self._connection)

    @property
    def waits(self) -> bool:
        """See `Orchestration.waits`."""
        there = self._connection
        return not there.done() or bool(there.exception()) or there.result().orchestration.waits

    async def submit(self, request: GenerationRequest) -> Workflow:
        """See `Orchestration.submit`."""
        return await (await self._there()).orchestration.submit(request)

    async def quote(self, request: GenerationRequest) -> Quote:
        """See `Orchestration.quote`."""
        return await (await self._there()).orchestration.quote(request)

    async def workflow(self, workflow_id: str, *, wait_s: int = 0) -> Workflow:
        """See `Orchestration.workflow`."""
        return await (await self._there()).orchestration.workflow(workflow_id, wait_s=wait_s)

    async def find(self, generation_id: str) -> Workflow | None:
        """See `Orchestration.find`."""
        return await (await self._there()).orchestration.find(generation_id)

    async def cancel(self, workflow_id: str) -> None:
        """See `Orchestration.cancel`."""
        await (await self._there()).orchestration.cancel(workflow_id)

    async def refresh(self, blob_id: str) -> Blob:
        """See `Orchestration.refresh`."""
        return await (await self._there()).orchestration.refresh(blob_id)

    async def check_key(self) -> None:
        """See `Orchestration.check_key`."""
        await (await self._there()).orchestration.check_key()

    async def services(self) -> list[Service]:
        """See `LiveServices.services`."""
        return await (await self._there()).services.services()

    @asynccontextmanager
    async def open(self, url: str) -> AsyncIterator[Download]:
        """See `Downloads.open`."""
        async with (await self._there()).downloads.open(url) as download:
            yield download

    async def upload(self, content: bytes, media_type: str, told: Callable[[float], None]) -> Blob:
        """See `Uploads.upload`."""
        return await (await self._there()).uploads.upload(content, media_type, told)

    async def username(self) -> str | None:
        """See `Site.username`."""
        return await (await self._there()).site.username()

    async def balance(self) -> Mapping[Buzz, int] | None:
        """See `Site.balance`."""
        return await (await self._there()).site.balance()

    async def search(self, query: ResourceQuery, cursor: str | None) -> ResourcePage:
        """See `ResourceSite.search`."""
        return await (await self._there()).resources.search(query, cursor)

    async def version(self, version_id: int) -> Resource:
        """See `ResourceSite.version`."""
        return await (await self._there()).resources.version(version_id)

    async def latest(self, resource_id: int) -> Resource:
        """See `ResourceSite.latest`."""
        return await (await self._there()).resources.latest(resource_id)

    async def preview(self, url: str) -> bytes:
        """See `ResourceSite.preview`."""
        return await (await self._there()).resources.preview(url)
