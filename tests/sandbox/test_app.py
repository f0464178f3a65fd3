"""Tests of what holds for every route: the key, the counting, the unknown."""

from collections.abc import Callable
from typing import Any

import pytest

WORKFLOWS = "/v2/consumer/workflows"


@pytest.mark.parametrize("header", [None, "Bearer wrong", "civitai-sandbox-key", "Bearer ☃"])
@pytest.mark.parametrize(
    "path", [WORKFLOWS, f"{WORKFLOWS}/x", "/v2/consumer/blobs/x", "/api/v1/me", "/nowhere"]
)
async def test_without_the_key_nothing_is_told(header: str | None, path: str, sandbox: Any) -> None:
    headers = {"authorization": header.encode()} if header else {}
    answer = await sandbox.anyone.get(path, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_unknown_route_is_a_problem_too(sandbox: Any) -> None:
    missing = await sandbox.api.get("/v3/anything")
    wrong = await sandbox.api.post(f"{WORKFLOWS}/x")
    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert missing.headers["content-type"] == "application/problem+json"


async def test_requests_are_counted_by_route(
    sandbox: Any, turbo: Callable[..., dict[str, Any]]
) -> None:
    workflow = await sandbox.submit(turbo())
    await sandbox.get(workflow)
    await sandbox.get(workflow)
    await sandbox.api.get("/nowhere")
    assert (await sandbox.anyone.get("/sandbox/requests")).json() == {
        "POST /v2/consumer/workflows": 1,
        "GET /v2/consumer/workflows/{workflow_id}": 2,
        "GET (unknown)": 1,
    }
