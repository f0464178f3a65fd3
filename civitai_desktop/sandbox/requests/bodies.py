"""Bodies of requests, read as JSON."""

from typing import Any

import msgspec
from starlette.requests import Request

from civitai_desktop.sandbox.requests.problems import Problem


async def read_json(request: Request) -> Any:
    """Return a request's body.

    Raises:
        Problem: 400; it is no JSON.
    """
    try:
        return msgspec.json.decode(await request.body())
    except (ValueError, RecursionError) as error:
        raise Problem(400, "The body is not JSON.", {"$": ["Must be JSON."]}) from error
