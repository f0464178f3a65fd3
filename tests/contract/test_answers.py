"""The sandbox's answers against the vendor's newest contract, by JSON Schema.

What it serves of the plain contract beside the official one is named here.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from civitai_desktop.api import wire
from civitai_desktop.catalogue import loader
from civitai_desktop.sandbox.app import DEFAULT_KEY, create_app
from civitai_desktop.sandbox.faults.rules import Faults
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.requests.catalogue import read_catalogue
from tests.contract.forms import complete
from tests.contract.vendor import FOLDER, Contract
from tests.sandbox.conftest import ManualClock

CATALOGUE = loader.shipped()
NEWEST = Contract(FOLDER / "contract.json")
SUBMIT = "/v2/consumer/workflows"
QUEUE = "/v2/resources"
PAGE = "CursedArrayOfStringAndResourceInfo"

BESIDE = ("result", "reason", "blockedReason")
"""What a job has of the plain contract, beside what the official one knows."""


def officially(workflow: dict[str, Any]) -> dict[str, Any]:
    """Return a workflow without what the plain contract adds."""
    for step in workflow["steps"]:
        step["jobs"] = [{k: v for k, v in job.items() if k not in BESIDE} for job in step["jobs"]]
    return workflow


class House:
    """A sandbox on a clock that is moved by hand, and a client of it."""

    def __init__(self, client: httpx.AsyncClient, clock: ManualClock) -> None:
        self.client = client
        self.clock = clock

    async def answer(self, path: str, **query: Any) -> Any:
        answer = await self.client.get(path, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    async def submitted(self, engine_id: str) -> str:
        engine = CATALOGUE.engine(engine_id)
        answer = await self.client.post(
            SUBMIT, json=wire.template(engine.request(complete(engine)))
        )
        assert answer.is_success, answer.text
        return str(answer.json()["id"])


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    clock = ManualClock()
    orchestrator = Orchestrator(read_catalogue(), clock=clock, buzz=1_000_000)
    transport = httpx.ASGITransport(create_app(orchestrator, faults=Faults(None)))
    headers = {"Authorization": f"Bearer {DEFAULT_KEY}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://api.sandbox", headers=headers
    ) as client:
        yield House(client, clock)
    orchestrator.close()


@pytest.mark.parametrize("engine_id", ["sdxl", "flux1-comfy", "grok-2-edit"])
async def test_a_workflow_is_as_the_contract_has_it_at_every_moment(engine_id, house):
    workflow_id = await house.submitted(engine_id)
    statuses = {}
    while "succeeded" not in statuses:
        workflow = await house.answer(f"{SUBMIT}/{workflow_id}")
        assert NEWEST.complaints("Workflow", officially(workflow)) == set()
        statuses[workflow["status"]] = workflow
        house.clock.forward(0.5)
    assert list(statuses) == ["unassigned", "preparing", "scheduled", "processing", "succeeded"]
    [blob] = statuses["succeeded"]["steps"][0]["output"]["images"]
    assert isinstance(blob["tier"], str)


async def test_the_list_holds_workflows_as_the_contract_has_them(house):
    await house.submitted("sdxl")
    [workflow] = (await house.answer(SUBMIT))["items"]
    assert NEWEST.complaints("Workflow", officially(workflow)) == set()


async def test_a_what_if_is_a_workflow_as_the_contract_has_it(house):
    request = CATALOGUE.default.request(complete(CATALOGUE.default))
    answer = await house.client.post(SUBMIT, params={"whatif": "true"}, json=wire.quoted(request))
    assert NEWEST.complaints("Workflow", officially(answer.json())) == set()


async def test_the_queue_holds_what_is_being_loaded_and_nothing_else(house):
    assert await house.answer(QUEUE, view="queue") == {"items": [], "next": None}
    workflow_id = await house.submitted("flux1-comfy")
    seen: dict[str, Any] = {}
    while True:
        [step] = (await house.answer(f"{SUBMIT}/{workflow_id}"))["steps"]
        queue = await house.answer(QUEUE, view="queue")
        assert NEWEST.complaints(PAGE, queue) == set()
        loading = [step["preparation"]["resource"]] if "preparation" in step else []
        assert [each["air"] for each in queue["items"]] == loading
        for each in queue["items"]:
            seen[each["availability"]["status"]] = each
            assert await house.answer(f"{QUEUE}/{each['air']}") == each
        if step["status"] == "succeeded":
            break
        house.clock.forward(0.25)
    assert list(seen) == ["unavailable", "loading"]
    info = await house.answer(f"{QUEUE}/{seen['loading']['air']}")
    assert info["availability"]["status"] == "available"
    assert NEWEST.complaints("ResourceInfo", info) == set()


async def test_the_queue_comes_in_pages(house):
    for engine_id in ("flux1-comfy", "sdxl", "sd1"):
        await house.submitted(engine_id)
    house.clock.forward(1.5)
    whole = [each["air"] for each in (await house.answer(QUEUE, view="queue"))["items"]]
    assert len(whole) == 3
    walked, query = [], {}
    for _ in whole:
        page = await house.answer(QUEUE, view="queue", take=1, **query)
        walked += [each["air"] for each in page["items"]]
        query = {"cursor": page["next"]}
    assert (walked, page["next"]) == (whole, None)


@pytest.mark.parametrize("query", [{}, {"view": "all"}, {"view": "queue", "take": "0"}])
async def test_a_wrong_question_about_the_queue_is_refused(query, house):
    answer = await house.client.get(QUEUE, params=query)
    assert answer.status_code == 400
    assert NEWEST.complaints("ProblemDetails", answer.json()) == set()


async def test_every_service_is_as_the_contract_has_it(house):
    listed = await house.answer("/v2/services", limit=500)
    assert len(listed["items"]) == len(CATALOGUE)
    for service in listed["items"]:
        assert NEWEST.complaints("ServiceResponse", service) == set()
