"""The services put together as the program does it, over a real sandbox, library and folder.

Time is the one thing that is not real: a pause only lets the loop go round once.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from PIL import Image as Pillow

from civitai_desktop import resources
from civitai_desktop.api.blobs import BlobApi
from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.api.orchestration import OrchestrationApi
from civitai_desktop.api.site import SiteApi
from civitai_desktop.catalogue.loader import load
from civitai_desktop.domain.errors import CivitaiError, DamagedPicture
from civitai_desktop.domain.events import Event, GenerationChanged
from civitai_desktop.domain.generation import (
    GalleryQuery,
    Generation,
    GenerationRequest,
    GenerationState,
    Image,
    PictureFacts,
)
from civitai_desktop.domain.hold import HeldBy
from civitai_desktop.sandbox.clock import Clock
from civitai_desktop.sandbox.server import SandboxServer, Settings
from civitai_desktop.services.accounts import Accounts
from civitai_desktop.services.describing import Describer
from civitai_desktop.services.deviations import Comparison
from civitai_desktop.services.generations import Generations
from civitai_desktop.services.line import Line
from civitai_desktop.services.quotes import Quotes
from civitai_desktop.services.records import Records
from civitai_desktop.services.row import Parts
from civitai_desktop.services.saving import PictureSaver
from civitai_desktop.services.sources import Sources
from civitai_desktop.services.tasks import DiskThread, Workers
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.sources import SourceFolder
from civitai_desktop.storage.thumbnails import Thumbnails

CATALOGUE = load(resources.path("catalogue/engines.json"))
WORKFLOWS = "/v2/consumer/workflows"
NO_WAITING = {"path": "[?&]wait=[1-9]", "method": "GET", "status": 400, "body": {"detail": "No."}}
"""A rule by which the server refuses to hold answers, as older ones do."""
TODAY = datetime.now(UTC)
"""When the tests began; hours pass as a test lets them."""
PATIENCE_S = 30.0
"""Longer than anything here takes; a test that hangs fails with a sentence."""

Moment = Callable[[str], Awaitable[None]]
"""Awaited wherever the program may be stopped; told where that is."""


def a_request(**values: Any) -> GenerationRequest:
    """Build a request for small pictures; keywords change the form."""
    engine = CATALOGUE.engine("z-image-turbo")
    usual = {"prompt": "a paper boat", "width": 64, "height": 64, "outputFormat": "png"}
    return engine.request(engine.defaults() | usual | values)


class HeldClock:
    """A sandbox's time, which passes only as a test lets it."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Let the server look again; no answer is held by a time that stands still."""
        await asyncio.sleep(0.001)

    def turn(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class Sandbox(SandboxServer):
    """The product's own server, told to misbehave, and looked into without the program."""

    def __init__(self, home: Path, clock: Clock | None = None, **settings: Any) -> None:
        self._faults = home / "faults.json"
        self._faults.touch()
        usual = {"speed": 5000.0, "buzz": 1_000_000, "faults": self._faults}
        super().__init__(Settings(**usual | settings), clock)
        headers = {"Authorization": f"Bearer {self.key}"}
        self.client = httpx.Client(base_url=self.url, headers=headers, verify=False)

    def stop(self) -> None:
        self.client.close()
        super().stop()

    def misbehave(self, *rules: dict[str, Any]) -> None:
        """Write the faults file."""
        self._faults.write_text(json.dumps(rules))

    def workflows(self) -> list[dict[str, Any]]:
        """List what was submitted, newest first."""
        return self.client.get(WORKFLOWS).json()["items"]

    def requests(self) -> dict[str, int]:
        """Count what was asked, by method and route."""
        return self.client.get("/sandbox/requests").json()

    def pictures(self, workflow: dict[str, Any]) -> list[bytes]:
        """Fetch the bytes of a workflow's pictures, as they are served."""
        again = self.client.get(f"{WORKFLOWS}/{workflow['id']}").json()
        outputs = [step["output"] for step in again["steps"] if "output" in step]
        urls = [image.get("url") for output in outputs for image in output["images"]]
        return [self.client.get(url).content for url in urls if url]


class PillowReader:
    """Decodes with Pillow, which is at hand where Qt is not."""

    def read(self, picture: Path, thumbnail: Path) -> PictureFacts:
        try:
            with Pillow.open(picture) as opened:
                image = opened.convert("RGB")
        except Pillow.DecompressionBombError:
            return PictureFacts(width=0, height=0, micro=b"")
        except (OSError, SyntaxError) as error:
            raise DamagedPicture("The picture does not decode.") from error
        micro = image.resize((4, 4)).tobytes()
        image.thumbnail((320, 320))
        image.save(thumbnail, "JPEG")
        return PictureFacts(width=image.width, height=image.height, micro=micro)


async def nothing(_where: str) -> None:
    """Stop nowhere."""


class PaperCalendar:
    """A calendar whose leaves the test turns."""

    def __init__(self, today: datetime) -> None:
        self._now = today
        self._turned = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    async def until(self, moment: datetime) -> None:
        while self._now < moment:
            await self._turned.wait()

    def turn(self, **how_far: float) -> None:
        """Let hours or days pass."""
        self._now += timedelta(**how_far)
        self._turned.set()
        self._turned = asyncio.Event()


class Workshop:
    """One run of the program without its window.

    Attributes:
        key: What the API client sends.
        events: Everything that was told, in order.
        errors: What could not be written into a row.
        slept: Every pause that was made, in seconds.
    """

    def __init__(self, home: Path, url: str, key: str, moment: Moment, **settings: Any) -> None:
        self.key: str | None = key
        self.events: list[Event] = []
        self.errors: list[CivitaiError] = []
        self.slept: list[float] = []
        self.pictures = home / "pictures"
        self.pictures.mkdir(exist_ok=True)
        self._moment = moment
        self._news = asyncio.Event()
        self.http = ApiClient(url, lambda: self.key, transport=_Wire(moment))
        self.blobs = BlobClient(transport=_Wire(moment))
        self.disk = _Disk(moment)
        self.decoders = _Decoders(moment)
        self.library = Library(home / "library.sqlite3")
        self.folder = PictureFolder(self.pictures)
        self.thumbnails = Thumbnails(home / "thumbnails")
        self.line = Line(self.tell)
        self.api = settings.pop("api", None) or OrchestrationApi(self.http)
        uploads = BlobApi(self.http, self.blobs)
        self.source_folder = SourceFolder(home / "sources")
        self.sources = Sources(
            self.api, uploads, self.line, self.source_folder, self.decoders, self.tell
        )
        self.records = Records(self.disk, self.tell, self.sleep)
        self._seconds_a_look = settings.pop("seconds_a_look", 0.0)
        self._looks = 0
        self.calendar = PaperCalendar(settings.pop("today", TODAY))
        self.accounts = settings.pop("accounts", None) or Accounts(
            lambda: self.key, SiteApi(self.http), partial(nothing, "connected")
        )
        saver = PictureSaver(
            self.api,
            self.line,
            self.blobs,
            self.library,
            self.records,
            self.folder,
            self.thumbnails,
            PillowReader(),
            self.disk,
            self.decoders,
            self.tell,
            sleep=self.sleep,
            clock=self.clock,
            describe=Describer(CATALOGUE),
        )
        parts = Parts(
            api=self.api,
            line=self.line,
            accounts=self.accounts,
            sources=self.sources,
            library=self.library,
            records=self.records,
            saver=saver,
            tell=self.tell,
            sleep=self.sleep,
            clock=time.monotonic,
            compare=settings.pop("compare", None) or Comparison(CATALOGUE, lambda _air: ""),
            calendar=self.calendar,
        )
        self.generations = Generations(
            parts,
            renew=CATALOGUE.renew,
            quote=Quotes(self.api).quote,
            on_error=self._on_error,
            **settings,
        )

    async def close(self) -> None:
        """Close in the program's own order."""
        await self.generations.aclose()
        await self.http.aclose()
        await self.blobs.aclose()
        await asyncio.to_thread(self.decoders.close)
        await asyncio.to_thread(self.disk.close)
        self.library.close()

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self._news.set()

    def _on_error(self, error: CivitaiError) -> None:
        self.errors.append(error)
        self._news.set()

    def clock(self) -> float:
        """Tell the time; each look at it may take so many seconds more than it does."""
        self._looks += 1
        return time.monotonic() + self._looks * self._seconds_a_look

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self._moment("asleep")
        await asyncio.sleep(0)

    async def until(self, condition: Callable[[], object]) -> None:
        """Return when `condition` holds; it is asked again after every event."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def told(self, kind: type[Event], **attributes: Any) -> Any:
        """Return the first event of this kind with these attributes, once it is told."""
        await self.until(lambda: self.all_told(kind, **attributes))
        return self.all_told(kind, **attributes)[0]

    def all_told(self, kind: type[Event], **attributes: Any) -> list[Any]:
        """Return what was told of this kind with these attributes."""
        found = [event for event in self.events if isinstance(event, kind)]
        return [e for e in found if all(getattr(e, n) == v for n, v in attributes.items())]

    def now(self, generation_id: str) -> Generation | None:
        """Return a generation as it was told last."""
        told = (e.generation for e in reversed(self.events) if isinstance(e, GenerationChanged))
        return next((each for each in told if each.id == generation_id), None)

    async def reached(self, request: GenerationRequest, *states: GenerationState) -> Generation:
        """Return a generation once it is in one of `states`."""

        def there() -> bool:
            told = self.now(request.id)
            return told is not None and told.state in states

        await self.until(there)
        return await self.row(request.id)

    async def ended(self, request: GenerationRequest) -> Generation:
        """Return a generation at its end, as the library has it."""
        return await self.reached(request, *(s for s in GenerationState if s.is_terminal))

    async def held(self, request: GenerationRequest, by: HeldBy, *, tries: int = 1) -> Generation:
        """Return a generation once it is held by this, for so many tries in vain, as its row is."""

        def there() -> bool:
            told = self.now(request.id)
            hold = told and told.hold
            return bool(hold and hold.by is by and hold.tries >= tries)

        await self.until(there)
        return await self.row(request.id)

    async def row(self, generation_id: str) -> Generation:
        """Return a generation as the library has it."""
        return await DiskThread.run(self.disk, self.library.generation, generation_id)

    async def images(self) -> list[Image]:
        """Return all saved pictures by their place in their generation."""
        listing = await DiskThread.run(self.disk, self.library.listing, GalleryQuery())
        rows = await DiskThread.run(self.disk, self.library.images, listing.ids)
        return sorted(rows, key=lambda image: image.index)

    async def saved(self) -> list[bytes]:
        """Return the bytes of all saved pictures, in the order of `images`."""
        return [self.folder.absolute(image.path).read_bytes() for image in await self.images()]

    def files(self) -> list[Path]:
        """Return every file in the pictures folder, parts too."""
        return sorted(path for path in self.pictures.rglob("*") if path.is_file())


class _Disk(DiskThread):
    def __init__(self, moment: Moment) -> None:
        super().__init__()
        self._moment = moment

    async def run(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        await self._moment(f"before {work.__name__}")
        result = await super().run(work, *args, **kwargs)
        await self._moment(f"after {work.__name__}")
        return result


class _Decoders(Workers):
    def __init__(self, moment: Moment) -> None:
        super().__init__("decode", 2)
        self._moment = moment

    async def run(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        await self._moment("before decoding")
        result = await super().run(work, *args, **kwargs)
        await self._moment("after decoding")
        return result


class _Wire(httpx.AsyncHTTPTransport):
    def __init__(self, moment: Moment) -> None:
        # Everything is plain HTTP here; loading certificates takes longer than a generation.
        super().__init__(verify=False)
        self._moment = moment

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        what = f"{request.method} {request.url.path.rpartition('/')[0]}"
        await self._moment(f"before {what}")
        response = await super().handle_async_request(request)
        try:
            await self._moment(f"after {what}")
        except BaseException:
            await response.aclose()
            raise
        return response


@asynccontextmanager
async def opened(
    home: Path, sandbox: SandboxServer, *, moment: Moment = nothing, **settings: Any
) -> AsyncIterator[Workshop]:
    """Run the services while the block lasts; the next block finds what this one has left."""
    async with AsyncExitStack() as stack:
        settings = {"url": sandbox.url, "key": sandbox.key} | settings
        workshop = Workshop(home, moment=moment, **settings)
        stack.push_async_callback(workshop.close)
        yield workshop
