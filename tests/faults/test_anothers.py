"""Answers about another generation than was asked for: no picture goes astray."""

from dataclasses import replace

from civitai_desktop.domain.generation import GenerationState
from civitai_desktop.storage.journal import Journal
from tests.faults.test_network import LOOK, SUBMIT
from tests.workshop import WORKFLOWS, a_request, opened


async def is_each_with_its_own(workshop, sandbox, *requests) -> None:
    """Hold that each has the pictures of its own workflow, and was paid once."""
    ended = [await workshop.ended(request) for request in requests]
    mine = {each["externalId"]: each for each in sandbox.workflows()}
    assert len(sandbox.workflows()) == len(requests)
    images = await workshop.images()
    for request, generation in zip(requests, ended, strict=True):
        assert generation.state is GenerationState.SUCCEEDED
        assert generation.workflow_id == mine[request.id]["id"]
        steps = sandbox.client.get(f"{WORKFLOWS}/{generation.workflow_id}").json()["steps"]
        blobs = [image["id"] for step in steps for image in step["output"]["images"]]
        saved = [image.blob_id for image in images if image.generation_id == request.id]
        assert sorted(saved) == sorted(blobs)


async def test_a_look_answered_with_anothers_workflow_is_asked_again(workshop, sandbox) -> None:
    first, second = a_request(quantity=2), a_request(quantity=2)
    workshop.generations.start(first)
    done = await workshop.ended(first)
    body = sandbox.client.get(f"{WORKFLOWS}/{done.workflow_id}").json()
    sandbox.misbehave(LOOK | {"status": 200, "body": body, "times": 2})
    workshop.generations.start(second)
    await is_each_with_its_own(workshop, sandbox, first, second)


async def test_a_look_that_names_another_generation_is_asked_again(workshop, sandbox) -> None:
    first, second = a_request(quantity=2), a_request(quantity=2)
    workshop.generations.start(first)
    done = await workshop.ended(first)
    body = sandbox.client.get(f"{WORKFLOWS}/{done.workflow_id}").json() | {"id": "{id}"}
    sandbox.misbehave(LOOK | {"status": 200, "body": body, "times": 2})
    workshop.generations.start(second)
    await is_each_with_its_own(workshop, sandbox, first, second)


async def test_a_submission_answered_with_anothers_workflow_finds_its_own(
    workshop, sandbox
) -> None:
    first, second = a_request(), a_request()
    workshop.generations.start(first)
    done = await workshop.ended(first)
    body = sandbox.client.get(f"{WORKFLOWS}/{done.workflow_id}").json()
    sandbox.misbehave(SUBMIT | {"status": 202, "body": body, "times": 1})
    workshop.generations.start(second)
    await is_each_with_its_own(workshop, sandbox, first, second)


async def test_no_two_generations_have_the_same_workflow(workshop, sandbox) -> None:
    """Even where the answer says nothing of whose it is."""
    first, second = a_request(), a_request()
    workshop.generations.start(first)
    done = await workshop.ended(first)
    body = {"id": done.workflow_id, "status": "processing"}
    sandbox.misbehave(SUBMIT | {"status": 202, "body": body, "times": 1})
    workshop.generations.start(second)
    await is_each_with_its_own(workshop, sandbox, first, second)


async def test_a_row_with_anothers_workflow_finds_its_own(home, sandbox) -> None:
    """As an earlier version may have left it."""
    first, second = a_request(), a_request()
    async with opened(home, sandbox) as workshop:
        for request in (first, second):
            workshop.generations.start(request)
            await workshop.ended(request)
        one = await workshop.ended(first)
        other = await workshop.ended(second)
        for image in await workshop.images():
            if image.generation_id == second.id:
                workshop.library.delete_image(image.id)
        wrong = replace(other, workflow_id=one.workflow_id, state=GenerationState.RUNNING)
        workshop.library.update_generation(wrong)
    assert [kept.generation.id for kept in Journal(home / "under-way").read()] == [second.id]
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        assert (await workshop.ended(second)).workflow_id == other.workflow_id
