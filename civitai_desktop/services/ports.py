"""What the services need from outside, as Protocols: paid, slow, or only there with Qt."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from civitai_desktop.domain.generation import GenerationRequest, PictureFacts
from civitai_desktop.domain.resource import Resource, ResourcePage, ResourceQuery
from civitai_desktop.domain.terms import Buzz
from civitai_desktop.domain.workflow import Blob, Quote, Workflow

Sleep = Callable[[float], Awaitable[None]]
"""Pauses for a number of seconds."""

Clock = Callable[[], float]
"""Tells seconds that only ever grow; the zero means nothing."""


class Orchestration(Protocol):
    """Civitai's Orchestration API, as far as a generation needs it.

    Every call may raise `NotSignedIn`, `NotAllowed`, `RateLimited`, `Unreachable` or
    `ServerFault` besides what is named.
    """

    async def submit(self, request: GenerationRequest) -> Workflow:
        """Submit; Buzz is spent here. Raises `InvalidInput`, `NotEnoughBuzz`."""

    async def quote(self, request: GenerationRequest) -> Quote:
        """Ask for the price; nothing runs. Raises `InvalidInput`."""

    @property
    def waits(self) -> bool:
        """Tell whether the server holds a look's answer as it is asked to."""

    async def workflow(self, workflow_id: str, *, wait_s: int = 0) -> Workflow:
        """Look at a workflow, up to `wait_s` seconds later or when it ends. Raises `NotFound`."""

    async def find(self, generation_id: str) -> Workflow | None:
        """Return the workflow this generation was submitted as, found by its tag, or None."""

    async def cancel(self, workflow_id: str) -> None:
        """Ask for the end of a workflow; it may still succeed. Raises `NotFound`."""

    async def refresh(self, blob_id: str) -> Blob:
        """Return the blob with a fresh address. Raises `NotFound`."""

    async def check_key(self) -> None:
        """Make sure that the key is taken."""


class Download(Protocol):
    """The bytes of a blob on their way.

    Attributes:
        length: Size in bytes as the server announced it; None if it did not.
    """

    length: int | None

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes as they come, at most 64 KiB at a time."""


class Downloads(Protocol):
    """Fetches blobs; never sends the key."""

    def open(self, url: str) -> AbstractAsyncContextManager[Download]:
        """Start a download. Raises `NotFound` where the address has expired (401, 403, 404)."""


class Uploads(Protocol):
    """Takes pictures to Civitai."""

    async def upload(self, content: bytes, media_type: str, told: Callable[[float], None]) -> Blob:
        """Upload a picture and return its blob; `told` hears the share that is sent.

        May raise what `Orchestration` may; `InvalidInput` where this picture is refused.
        """


class Site(Protocol):
    """What civitai.com knows of the account; fails softly."""

    async def username(self) -> str | None:
        """Return the name the key belongs to, or None."""

    async def balance(self) -> Mapping[Buzz, int] | None:
        """Return the Buzz in each wallet, or None."""


class ResourceSite(Protocol):
    """What civitai.com knows of resources.

    Every call may raise `NotAllowed`, `RateLimited`, `Unreachable` or `ServerFault`.
    """

    async def search(self, query: ResourceQuery, cursor: str | None) -> ResourcePage:
        """Return one page of finds; a page may be short or empty and still have a next one."""

    async def version(self, version_id: int) -> Resource:
        """Return a version with its AIR. Raises `NotFound`."""

    async def latest(self, resource_id: int) -> Resource:
        """Return the newest version of a resource with its AIR. Raises `NotFound`."""

    async def preview(self, url: str) -> bytes:
        """Fetch a preview picture, without the key. Raises `NotFound`, `DamagedPicture`."""


class PictureReader(Protocol):
    """Decodes a picture file. Called on a worker thread."""

    def read(self, picture: Path, thumbnail: Path) -> PictureFacts:
        """Decode `picture` once and write its thumbnail, a JPEG of at most 320 px a side.

        A whole file that only cannot be shown here is told without a preview, and has no
        thumbnail: it is kept all the same.

        Raises:
            DamagedPicture: The file does not decode.
        """


class FolderLook(Protocol):
    """Keeps the library in step with the pictures folder."""

    async def run(self, *, quiet: bool = False) -> None:
        """Look through the folder; see `Imports.run`. Raises `FolderUnusable`."""
