"""A sandbox without sockets on a clock that is moved by hand, and bodies to send to it."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from civitai_desktop.sandbox.app import DEFAULT_KEY, create_app
from civitai_desktop.sandbox.faults.rules import Faults
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.requests.catalogue import Catalogue, read_catalogue

WORKFLOWS = "/v2/consumer/workflows"


class ManualClock:
    """Time that passes when somebody sleeps on it or says so."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.forward(seconds)

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Sandbox:
    """An application in this process, a client with the key and one without."""

    def __init__(self, catalogue: Catalogue, faults: Path, **settings: Any) -> None:
        self.clock = ManualClock()
        self.faults = faults
        self.orchestrator = Orchestrator(catalogue, clock=self.clock, **settings)
        transport = httpx.ASGITransport(create_app(self.orchestrator, faults=Faults(faults)))
        self.anyone = httpx.AsyncClient(transport=transport, base_url="http://api.sandbox")
        self.api = httpx.AsyncClient(
            transport=transport,
            base_url="http://api.sandbox",
            headers={"Authorization": f"Bearer {DEFAULT_KEY}"},
        )

    async def submit(self, body: dict[str, Any], **query: Any) -> dict[str, Any]:
        """Submit what must be accepted and return the workflow."""
        answer = await self.api.post(WORKFLOWS, json=body, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    async def get(self, workflow: dict[str, Any], **query: Any) -> dict[str, Any]:
        """Read a workflow again."""
        answer = await self.api.get(f"{WORKFLOWS}/{workflow['id']}", params=query)
        assert answer.is_success, answer.text
        return answer.json()

    async def finished(self, body: dict[str, Any]) -> dict[str, Any]:
        """Submit and return the workflow once it is over."""
        return await self.get(await self.submit(body), wait=90)

    def misbehave(self, *rules: dict[str, Any]) -> None:
        """Write the faults file."""
        self.faults.write_text(json.dumps(rules))

    async def balance(self) -> int:
        answer = await self.api.get("/api/trpc/buzz.getBuzzAccount")
        return sum(answer.json()["result"]["data"]["json"].values())


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest_asyncio.fixture
async def opened(catalogue: Catalogue, tmp_path: Path) -> AsyncIterator[Callable[..., Sandbox]]:
    """Open sandboxes with settings of the test's own."""
    async with AsyncExitStack() as stack:

        def open_one(**settings: Any) -> Sandbox:
            sandbox = Sandbox(catalogue, tmp_path / "faults.json", **settings)
            stack.callback(sandbox.orchestrator.close)
            stack.push_async_callback(sandbox.api.aclose)
            stack.push_async_callback(sandbox.anyone.aclose)
            return sandbox

        yield open_one


@pytest.fixture
def sandbox(opened: Callable[..., Sandbox]) -> Sandbox:
    return opened()


@pytest.fixture
def turbo() -> Callable[..., dict[str, Any]]:
    """Bodies for Z-Image Turbo in the official shape; keywords change the input."""

    def body(**values: Any) -> dict[str, Any]:
        engine = {
            "engine": "sdcpp",
            "ecosystem": "zImage",
            "model": "turbo",
            "operation": "createImage",
        }
        given = {"prompt": "a paper boat", "width": 256, "height": 256, **values}
        return {"steps": [{"$type": "imageGen", "input": engine | given}]}

    return body


@pytest.fixture
def plain() -> Callable[..., dict[str, Any]]:
    """Bodies in the plain contract's shape; keywords change the input."""

    def body(engine: str = "z-image", **values: Any) -> dict[str, Any]:
        unset = dict.fromkeys(("negativePrompt", "width", "height", "steps", "cfgScale"))
        given = {"engine": engine, "prompt": "a paper boat", **unset, "quantity": None, **values}
        return {"steps": [{"$type": "imageGen", "name": "generate", "input": given}]}

    return body
