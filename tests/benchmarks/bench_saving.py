"""From finished on the server to saved and shown, against a plain download of the same bytes."""

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from civitai_desktop.api.wire import template
from civitai_desktop.app import Services
from civitai_desktop.domain.events import Event, ImageSaved
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.ui.window.shell import Shell
from tests.benchmarks import inside
from tests.benchmarks.results import Result
from tests.program.sandbox_process import Sandbox, sandbox_process

PICTURES = 4
_SPEED = "4"
_ROUNDS = 7
_WORKFLOWS = "/v2/consumer/workflows"
_numbers = count()


def request(services: Services, pictures: int = PICTURES) -> GenerationRequest:
    """Ask for pictures of 1024 x 1024 that nobody has asked for before."""
    engine = services.catalogue.default
    values = engine.defaults()
    values["prompt"] = f"A lighthouse on a basalt cliff at dusk, take {next(_numbers)}"
    values["quantity"] = pictures
    return engine.request(values)


class Stopwatch:
    """Measures one way and the other in turns, inside the running program."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._folder = folder
        self.ours_s: list[float] = []
        self.plain_s: list[float] = []

    async def work(self, shell: Shell, services: Services) -> None:
        await services.remote.check_key()
        headers = {"Authorization": f"Bearer {self._sandbox.key}"}
        async with httpx.AsyncClient(base_url=self._sandbox.url, headers=headers) as client:
            for _ in range(_ROUNDS):
                self.plain_s.append(await self._plain(client, services))
                self.ours_s.append(await self._ours(client, shell, services))

    async def _ours(self, client: httpx.AsyncClient, shell: Shell, services: Services) -> float:
        """Return the seconds from the server's end of a generation to the last tile shown."""
        saved: list[int] = []

        def note(event: Event) -> None:
            if isinstance(event, ImageSaved):
                saved.append(event.image.id)

        services.events.subscribe(note)
        services.generations.start(request(services))
        view = inside.gallery_view(shell)
        await inside.tiles_shown(view, lambda: saved if len(saved) == PICTURES else ())
        shown_at = time.time()
        newest = (await client.get(_WORKFLOWS, params={"take": 1})).json()["items"][0]
        return shown_at - datetime.fromisoformat(newest["completedAt"]).timestamp()

    async def _plain(self, client: httpx.AsyncClient, services: Services) -> float:
        """Return the seconds that downloading a finished generation takes."""
        body = template(request(services))
        workflow = (await client.post(_WORKFLOWS, json=body, params={"wait": 0})).json()
        while workflow["status"] != "succeeded":
            address = f"{_WORKFLOWS}/{workflow['id']}"
            workflow = (await client.get(address, params={"wait": 5})).json()
        urls = [image["url"] for image in workflow["steps"][0]["output"]["images"]]
        begun = time.perf_counter()
        async with httpx.AsyncClient() as downloads:
            await asyncio.gather(*(self._download(downloads, url) for url in urls))
        return time.perf_counter() - begun

    async def _download(self, client: httpx.AsyncClient, url: str) -> None:
        with (self._folder / f"plain-{next(_numbers)}").open("wb") as file:
            async with client.stream("GET", url) as answer:
                async for chunk in answer.raise_for_status().aiter_bytes(2**16):
                    file.write(chunk)


def run() -> Iterator[Result]:
    with TemporaryDirectory() as folder, sandbox_process("--speed", _SPEED) as sandbox:
        stopwatch = Stopwatch(sandbox, Path(folder))
        inside.run(inside.arguments(sandbox, Path(folder)), stopwatch.work)
    ours, plain = median(stopwatch.ours_s), median(stopwatch.plain_s)
    yield Result(
        name=f"finished on the server to saved and shown, {PICTURES} pictures",
        measured=ours * 1000,
        unit="ms",
        against="plain download of as many bytes",
        limit=plain * 1000,
        goal="at most 1.5x plus 100 ms",
        is_met=ours <= 1.5 * plain + 0.1,
    )
