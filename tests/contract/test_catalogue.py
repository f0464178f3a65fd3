"""Every engine of the catalogue against the sandbox: what the form sends is what is taken."""

from collections.abc import AsyncIterator
from math import ceil
from typing import Any

import httpx
import pytest
import pytest_asyncio

from civitai_desktop import resources
from civitai_desktop.api import wire
from civitai_desktop.catalogue import loader
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.sandbox.app import DEFAULT_KEY, create_app
from civitai_desktop.sandbox.faults.rules import Faults
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.requests.catalogue import read_catalogue
from tests.contract.forms import complete, filled

CATALOGUE = loader.load(resources.path("catalogue/engines.json"))
ENGINES = list(CATALOGUE)
FAMILIES = {engine.family: engine for engine in reversed(ENGINES)}
"""The last entry of each family that stands first, so that every family is run once."""

SUBMIT = "/v2/consumer/workflows"

of_every_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.id)


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a sandbox in this process, so quick that everything is done at once."""
    orchestrator = Orchestrator(read_catalogue(), speed=1e6, buzz=1_000_000)
    transport = httpx.ASGITransport(create_app(orchestrator, faults=Faults(None)))
    headers = {"Authorization": f"Bearer {DEFAULT_KEY}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://api.sandbox", headers=headers
    ) as client:
        yield client
    orchestrator.close()


async def quoted(sandbox: httpx.AsyncClient, request: GenerationRequest) -> dict[str, Any]:
    answer = await sandbox.post(SUBMIT, params={"whatif": "true"}, json=wire.quoted(request))
    assert answer.status_code == 200, answer.text
    workflow: dict[str, Any] = answer.json()
    return workflow


@of_every_engine
def test_each_default_lies_in_its_range(engine):
    wrong = {field.name: field.complaint(field.default) for field in engine.fields}
    missing = {field.name for field in engine.fields if field.required and field.default is None}
    assert {name for name, text in wrong.items() if text} == missing


@of_every_engine
def test_a_prompt_and_a_picture_where_one_is_needed_are_enough(engine):
    assert engine.complaints(filled(engine)) == {}


@of_every_engine
def test_nothing_is_sent_that_the_catalogue_does_not_list(engine):
    sent = engine.request(complete(engine)).input
    names = {field.name for field in engine.fields}
    known = {*engine.discriminators, *engine.constants, *names}
    assert set(sent) == known


@of_every_engine
async def test_the_sandbox_takes_the_least_and_the_most_that_a_form_sends(engine, sandbox):
    await quoted(sandbox, engine.request(filled(engine)))
    await quoted(sandbox, engine.request(complete(engine)))


@of_every_engine
async def test_the_sandbox_refuses_what_the_engine_does_not_take(engine, sandbox):
    body = wire.quoted(engine.request(filled(engine)))
    body["steps"][0]["input"]["surprise"] = 1
    answer = await sandbox.post(SUBMIT, params={"whatif": "true"}, json=body)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["steps[0].input.surprise"]


@of_every_engine
async def test_the_sandbox_asks_what_the_catalogue_estimates(engine, sandbox):
    values = complete(engine)
    roles = {field.role: values[field.name] for field in engine.fields}
    estimate = engine.price.per_picture(roles)
    request = engine.request(values)
    asked = (await quoted(sandbox, request))["cost"]["total"]
    if estimate is not None:
        assert asked == ceil(round(estimate * request.quantity, 6))


@pytest.mark.parametrize("engine", FAMILIES.values(), ids=FAMILIES.keys())
async def test_one_engine_of_each_family_makes_pictures(engine, sandbox):
    request = engine.request({**filled(engine), "outputFormat": "jpeg"})
    answer = await sandbox.post(SUBMIT, params={"wait": 5}, json=wire.template(request))
    assert answer.status_code in {200, 202}, answer.text
    done = await sandbox.get(f"{SUBMIT}/{answer.json()['id']}", params={"wait": 5})
    workflow = wire.workflow(done.content)
    assert workflow.status == "succeeded"
    assert len(workflow.blobs) == request.quantity
    picture = await sandbox.get(str(workflow.blobs[0].url), follow_redirects=True)
    assert picture.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("engine_id", "values", "size"),
    [
        ("nano-banana-pro", {"aspectRatio": "16:9", "resolution": "2K"}, (2736, 1536)),
        ("krea2-medium", {"aspectRatio": "2.35:1"}, (1568, 672)),
        ("grok", {"aspectRatio": "9:19.5"}, (688, 1504)),
        ("grok-2", {"aspectRatio": "1:1"}, (2048, 2048)),
        ("grok-2", {"aspectRatio": "1:1", "resolution": "1k"}, (1024, 1024)),
        ("qwen2", {"imageSize": "portrait_16_9"}, (576, 1024)),
        ("dall-e-3", {"size": "1792x1024"}, (1792, 1024)),
        ("mai-image-2.5", {"aspectRatio": "auto"}, (1024, 1024)),
        ("gemini-2.5-flash", {}, (1024, 1024)),
        ("sdxl", {"width": 640, "height": 320}, (640, 320)),
    ],
)
async def test_a_shape_in_words_becomes_a_size_in_pixels(engine_id, values, size, sandbox):
    engine = CATALOGUE.engine(engine_id)
    body = wire.template(engine.request({**filled(engine), **values}))
    made = (await sandbox.post(SUBMIT, params={"wait": 5}, json=body)).json()
    done = await sandbox.get(f"{SUBMIT}/{made['id']}", params={"wait": 5})
    [blob] = wire.workflow(done.content).blobs
    assert (blob.width, blob.height) == size


def test_related_entries_are_each_others():
    for engine in ENGINES:
        for operation, other in engine.related.items():
            assert CATALOGUE.engine(other).operation == operation, engine.id
            if engine.operation != "text-to-image":
                assert engine.operation in CATALOGUE.engine(other).related, engine.id


def test_every_operation_with_a_picture_can_be_reached_from_text():
    reached = {other for engine in CATALOGUE.from_text() for other in engine.related.values()}
    assert reached == {engine.id for engine in ENGINES if engine.operation != "text-to-image"}
