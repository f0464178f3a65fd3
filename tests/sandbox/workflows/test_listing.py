"""Tests of the list of workflows."""

from collections.abc import Callable
from typing import Any

import pytest

Body = Callable[..., dict[str, Any]]
WORKFLOWS = "/v2/consumer/workflows"


async def ids(sandbox: Any, **query: Any) -> list[str]:
    answer = await sandbox.api.get(WORKFLOWS, params=query)
    return [item["id"] for item in answer.json()["items"]]


async def test_the_newest_come_first_a_page_at_a_time(sandbox: Any, turbo: Body) -> None:
    made = [(await sandbox.submit(turbo()))["id"] for _ in range(5)]
    pages, cursor = [], ""
    while not pages or cursor:
        answer = await sandbox.api.get(WORKFLOWS, params={"take": 2, "cursor": cursor})
        body = answer.json()
        pages.append([item["id"] for item in body["items"]])
        assert body["next"] == body["nextCursor"]
        cursor = body["next"]
    assert pages == [made[:2:-1], made[2:0:-1], made[:1]]
    assert await ids(sandbox, ascending="true") == made


async def test_a_new_workflow_does_not_shift_the_next_page(sandbox: Any, turbo: Body) -> None:
    made = [(await sandbox.submit(turbo()))["id"] for _ in range(3)]
    first = (await sandbox.api.get(WORKFLOWS, params={"take": 2})).json()
    await sandbox.submit(turbo())
    assert await ids(sandbox, cursor=first["next"]) == made[:1]


async def test_all_tags_must_be_there(sandbox: Any, turbo: Body) -> None:
    both = (await sandbox.submit(turbo() | {"tags": ["a", "b"]}))["id"]
    one = (await sandbox.submit(turbo() | {"tags": ["a"]}))["id"]
    assert await ids(sandbox, tags=["a", "b"]) == [both]
    assert await ids(sandbox, tags="a") == [one, both]


async def test_the_metadata_is_searched(sandbox: Any, turbo: Body) -> None:
    found = (await sandbox.submit(turbo() | {"metadata": {"note": "Ein Fährhaus"}}))["id"]
    await sandbox.submit(turbo())
    assert await ids(sandbox, query="fähr") == [found]


async def test_a_span_of_time_can_be_asked_for(sandbox: Any, turbo: Body) -> None:
    made = []
    for _ in range(3):
        made.append((await sandbox.submit(turbo()))["id"])
        sandbox.clock.forward(3600)
    span = {"fromDate": "2026-11-22T14:30:00Z", "toDate": "2026-11-22T16:30:00+01:00"}
    assert await ids(sandbox, fromDate=span["fromDate"]) == made[:0:-1]
    assert await ids(sandbox, **span) == made[1:2]


async def test_status_and_failure_are_filters(sandbox: Any, turbo: Body) -> None:
    canceled = await sandbox.submit(turbo())
    await sandbox.api.put(f"{WORKFLOWS}/{canceled['id']}", json={"status": "canceled"})
    running = await sandbox.submit(turbo())
    assert await ids(sandbox, excludeFailed="true") == [running["id"]]
    assert await ids(sandbox, status="canceled") == [canceled["id"]]
    assert await ids(sandbox, status="succeeded") == []


@pytest.mark.parametrize(
    "query", [{"take": 0}, {"take": "all"}, {"status": "odd"}, {"fromDate": "2026-11-22T14:00:00"}]
)
async def test_a_wrong_filter_is_named(query: dict[str, Any], sandbox: Any) -> None:
    answer = await sandbox.api.get(WORKFLOWS, params=query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(query))
