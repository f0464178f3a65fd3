"""A Civitai that answers what the test says and remembers what it was asked."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
import pytest_asyncio

from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.api.orchestration import OrchestrationApi
from civitai_desktop.api.site import SiteApi
from civitai_desktop.domain.generation import GenerationRequest

API = "https://orchestration.example"
KEY = "a-key-of-a-test"


class Civitai:
    """Stands at the far end of every client; the last answer repeats.

    Attributes:
        answers: What is still to be answered: responses, or errors to raise.
        requests: What was asked, in order.
        key: What the API client sends.
    """

    def __init__(self, stack: AsyncExitStack) -> None:
        self.answers: list[httpx.Response | Exception] = []
        self.requests: list[httpx.Request] = []
        self.key: str | None = KEY
        transport = httpx.MockTransport(self._answer)
        self.http = ApiClient(API, lambda: self.key, transport=transport)
        self.blobs = BlobClient(transport=transport)
        self.orchestration = OrchestrationApi(self.http)
        self.site = SiteApi(self.http)
        stack.push_async_callback(self.http.aclose)
        stack.push_async_callback(self.blobs.aclose)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def says(self, *bodies: Any, status: int = 200, **headers: str) -> None:
        """Answer with these bodies in turn: JSON, or bytes as they are."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        for body in bodies:
            content = {"content": body} if isinstance(body, bytes) else {"json": body}
            self.answers.append(httpx.Response(status, headers=sent, **content))

    def refuses(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer with a failure."""
        self.says(body, status=status, **headers)

    @property
    def asked(self) -> httpx.Request:
        """The one request there was."""
        [request] = self.requests
        return request

    async def downloaded(self, url: str) -> bytes:
        """Fetch a blob as the program does."""
        async with self.blobs.open(url) as download:
            return b"".join([chunk async for chunk in download.chunks()])


@pytest_asyncio.fixture
async def civitai() -> AsyncIterator[Civitai]:
    async with AsyncExitStack() as stack:
        yield Civitai(stack)


@pytest.fixture
def request_of() -> Callable[..., GenerationRequest]:
    """Make requests; keywords change them."""

    def make(**changes: Any) -> GenerationRequest:
        usual = {
            "engine": "z-image-turbo",
            "values": {"prompt": "a paper boat"},
            "step_type": "imageGen",
            "input": {"engine": "sdcpp", "prompt": "a paper boat", "seed": 7},
            "prompt": "a paper boat",
            "seed": 7,
            "id": "0123456789abcdef0123456789abcdef",
        }
        return GenerationRequest(**{**usual, **changes})

    return make
