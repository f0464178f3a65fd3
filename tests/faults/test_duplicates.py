"""The same blob named twice: one picture, nothing withheld, and quantities as they are."""

import pytest

from civitai_desktop.domain.events import ImageSaved
from civitai_desktop.domain.generation import GenerationState
from civitai_desktop.domain.workflow import Blob, Workflow, WorkflowStatus
from civitai_desktop.services.endings import missing
from tests.faults.test_network import LOOK
from tests.faults.test_pictures import FETCHED
from tests.workshop import WORKFLOWS, a_request

TWICE = {
    "in one answer": lambda a, b: [{"output": {"images": [a, a, b, b]}}],
    "in two steps": lambda a, b: [{"output": {"images": [a, b]}}, {"output": {"blobs": [a, b]}}],
    "as image and as job's blob": lambda a, b: [
        {"output": {"images": [a, b]}},
        {"jobs": [{"result": {"blobs": [{**a, "blobId": a["id"]}, b]}}]},
    ],
    "with two signatures": lambda a, b: [
        {"output": {"images": [a, b]}},
        {"output": {"images": [{**each, "url": f"{each['url']}&again=1"} for each in (a, b)]}},
    ],
    "first without an address": lambda a, b: [
        {"output": {"images": [{"id": a["id"]}, {"id": b["id"]}]}},
        {"output": {"images": [b, a]}},
    ],
}


async def made(workshop, sandbox, request) -> list[dict]:
    """Let Civitai make the pictures of a request, and return them as its answer names them."""
    workflow = await workshop.api.submit(request)
    while not (await workshop.api.workflow(workflow.id, wait_s=5)).status.is_terminal:
        pass
    answer = sandbox.client.get(f"{WORKFLOWS}/{workflow.id}").json()
    return [image for step in answer["steps"] for image in step["output"]["images"]]


@pytest.mark.parametrize("steps", TWICE.values(), ids=TWICE)
async def test_a_blob_that_is_named_twice_is_one_picture(workshop, sandbox, steps) -> None:
    request = a_request(quantity=2)
    one, two = await made(workshop, sandbox, request)
    body = {"id": "{id}", "status": "succeeded", "steps": steps(one, two)}
    sandbox.misbehave(LOOK | {"status": 200, "body": body})
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 2)
    assert generation.problem == ""
    assert [image.index for image in await workshop.images()] == [0, 1]
    assert [image.blob_id for image in await workshop.images()] == [one["id"], two["id"]]
    assert sandbox.requests()[FETCHED] == 2
    assert len(workshop.files()) == 2


async def test_one_picture_for_two_is_not_called_withheld(workshop, sandbox) -> None:
    request = a_request(quantity=2)
    one, _ = await made(workshop, sandbox, request)
    body = {"id": "{id}", "status": "succeeded", "steps": [{"output": {"images": [one, one]}}]}
    sandbox.misbehave(LOOK | {"status": 200, "body": body})
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 1)
    assert generation.problem == "Civitai has made 1 of 2 pictures and no more."


async def test_the_same_blob_in_two_workflows_is_a_picture_of_each(workshop, sandbox) -> None:
    first, second = a_request(), a_request()
    [image] = await made(workshop, sandbox, first)
    body = {"id": "{id}", "status": "succeeded", "steps": [{"output": {"images": [image]}}]}
    sandbox.misbehave(LOOK | {"status": 200, "body": body})
    for request in (first, second):
        workshop.generations.start(request)
        generation = await workshop.ended(request)
        assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 1)
        assert generation.problem == ""
    assert len(workshop.all_told(ImageSaved)) == 2
    pictures = await workshop.images()
    assert {image.generation_id for image in pictures} == {first.id, second.id}
    assert len({workshop.folder.absolute(image.path).read_bytes() for image in pictures}) == 1


NAMED = {
    "one id at several addresses": lambda a, b: [{**a, "id": "same"}, {**b, "id": "same"}],
    "one of them twice": lambda a, b: [{**each, "id": "same"} for each in (a, b, a, b)],
    "no id": lambda a, b: [{**a, "id": None}, {**b, "id": None}],
    "an id and none": lambda a, b: [a, {**b, "id": None}],
    "odd ids": lambda a, b: [{**a, "id": ["x"]}, {**b, "id": 7}],
    "none, and an empty one": lambda a, b: [{**a, "id": None}, {**b, "id": ""}],
}


@pytest.mark.parametrize("images", NAMED.values(), ids=NAMED)
async def test_pictures_at_addresses_of_their_own_are_all_saved(workshop, sandbox, images) -> None:
    request = a_request(quantity=2)
    one, two = await made(workshop, sandbox, request)
    steps = [{"output": {"images": images(one, two)}}]
    body = {"id": "{id}", "status": "succeeded", "steps": steps}
    begun = body | {"status": "processing"}
    sandbox.misbehave(
        LOOK | {"status": 200, "body": begun, "times": 2}, LOOK | {"status": 200, "body": body}
    )
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 2)
    assert generation.problem == ""
    assert [image.index for image in await workshop.images()] == [0, 1]
    served = [sandbox.client.get(each["url"]).content for each in (one, two)]
    assert await workshop.saved() == served
    assert sandbox.requests()[FETCHED] == 4


async def test_what_is_announced_without_an_id_is_waited_for(workshop, sandbox) -> None:
    request = a_request(quantity=2)
    one, two = await made(workshop, sandbox, request)
    late = [{**one, "id": None}, {"id": None, "available": False, "url": None}]
    there = [{**one, "id": None}, {**two, "id": None}]
    answers = [
        {"id": "{id}", "status": "succeeded", "steps": [{"output": {"images": images}}]}
        for images in (late, there)
    ]
    sandbox.misbehave(
        LOOK | {"status": 200, "body": answers[0], "times": 2},
        LOOK | {"status": 200, "body": answers[1]},
    )
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 2)
    assert generation.problem == ""


BLOCKED = Blob(id="x", blocked_reason="NsfwLevel")


@pytest.mark.parametrize(
    ("blobs", "saved", "quantity", "said"),
    [
        ((), 4, 4, ""),
        ((), 5, 4, ""),
        ((BLOCKED,), 3, 4, "1 of 4 pictures was withheld."),
        ((BLOCKED, BLOCKED), 3, 4, "1 of 4 pictures was withheld."),
        ((BLOCKED,), 1, 4, "Civitai has made 2 of 4 pictures and no more."),
        ((BLOCKED,), 4, 4, ""),
        ((), 3, 4, "Civitai has made 3 of 4 pictures and no more."),
    ],
)
def test_what_is_missing_is_counted_right(blobs, saved, quantity, said) -> None:
    workflow = Workflow(id="w", status=WorkflowStatus.SUCCEEDED, blobs=blobs)
    told = missing(workflow, saved, quantity)
    assert said in told
    assert bool(told) == bool(said)
