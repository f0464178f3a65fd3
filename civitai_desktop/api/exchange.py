"""One question and its answer: what every client does with both, whoever is asked."""

import asyncio
import logging
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from civitai_desktop import __version__
from civitai_desktop.api import bodies, errors
from civitai_desktop.api.bodies import Bounds
from civitai_desktop.domain.errors import CivitaiError

log = logging.getLogger(__name__)

USER_AGENT = f"civitai-desktop/{__version__} (desktop program)"
_FAILURE = Bounds(what="The answer", largest=1 << 20, whole_s=10.0)
_LOCATION = "civitai_desktop.location"


def client_of(transport: httpx.AsyncBaseTransport, **settings: Any) -> httpx.AsyncClient:
    """Return a client that reads no environment, keeps no cookies and follows no redirects."""
    client = httpx.AsyncClient(
        **settings,
        transport=transport,
        trust_env=False,
        # Nobody's cookies are kept: what identifies an account is its key.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        event_hooks={"response": [_keep_location]},
    )
    client.headers["User-Agent"] = USER_AGENT
    return client


def moved_to(response: httpx.Response) -> str | None:
    """Return where an answer sends one, as it stands there; None where it does not."""
    return response.extensions.get(_LOCATION) if response.is_redirect else None


async def _keep_location(response: httpx.Response) -> None:
    # httpx reads the address of a move before anybody asks for it, and fails at an odd one.
    if "location" in response.headers:
        response.extensions[_LOCATION] = response.headers.pop("location")


async def sent(
    client: httpx.AsyncClient, request: httpx.Request, patience_s: float
) -> httpx.Response:
    """Return the answer to a request, whose body is still to be read.

    Raises:
        Unreachable: None has begun within `patience_s` seconds.
    """
    try:
        async with asyncio.timeout(patience_s):
            return await client.send(request, stream=True)
    except errors.TROUBLE as error:
        raise errors.from_exception(error) from error


async def failure_of(response: httpx.Response, clock: Callable[[], float]) -> CivitaiError:
    """Return what a failed answer means; its status says it, even where its body does not come."""
    try:
        return errors.from_response(await bodies.whole(response, _FAILURE, clock))
    except CivitaiError as error:
        log.info("A failed answer says no more than its status: %s", error)
        return errors.from_response(bodies.with_content(response, b""))
