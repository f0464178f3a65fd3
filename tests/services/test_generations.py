"""Generations: sent once, followed, saved, told; queued, canceled, tried again, taken up again."""

import asyncio
import threading
from dataclasses import replace

import pytest

from civitai_desktop.domain.errors import UnknownEngine
from civitai_desktop.domain.events import (
    ConnectionChanged,
    EngineRefused,
    GenerationChanged,
    GenerationDismissed,
    ImageSaved,
    PaymentNeeded,
    RequestRefused,
    RetryAnswered,
)
from civitai_desktop.domain.generation import Generation, GenerationState
from tests.workshop import NO_WAITING, WORKFLOWS, HeldClock, Sandbox, a_request, opened


def ends(**how) -> dict:
    """Return the rule by which workflows end otherwise than well."""
    return {"method": "POST", "path": "/workflows$", "workflow": how}


# All is well


async def test_four_pictures_arrive_byte_for_byte(workshop, sandbox) -> None:
    request = a_request(quantity=4)
    workshop.generations.start(request)
    generation = await workshop.ended(request)

    [workflow] = sandbox.workflows()
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 4)
    assert (generation.workflow_id, generation.problem) == (workflow["id"], "")
    assert generation.cost == workflow["cost"]["total"]
    assert await workshop.saved() == sandbox.pictures(workflow)
    assert len(set(await workshop.saved())) == 4
    assert len(workshop.files()) == 4
    assert len(workshop.all_told(ImageSaved)) == 4
    for image in await workshop.images():
        assert (image.width, image.height) == (64, 64)
        assert image.seed == request.seed + image.index
        assert workshop.thumbnails.path(image.id).is_file()
        assert len(image.micro) == 48
    states = [event.generation.state for event in workshop.all_told(GenerationChanged)]
    assert list(dict.fromkeys(states)) == ["waiting", "sending", "running", "succeeded"]


async def test_an_end_needs_no_look_more(workshop, sandbox) -> None:
    sandbox.misbehave({"method": "POST", "path": "/workflows$", "delay_s": 0.05})
    request = a_request()
    workshop.generations.start(request)
    await workshop.ended(request)
    assert sandbox.requests()[f"GET {WORKFLOWS}/{{workflow_id}}"] == 1


async def test_the_row_is_there_before_anything_is_sent(home, sandbox) -> None:
    rows: list[Generation] = []
    request = a_request()

    async def moment(where: str) -> None:
        if where.startswith("before POST"):
            rows.append(await workshop.row(request.id))

    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        await workshop.ended(request)
    assert [row.state for row in rows] == [GenerationState.SENDING]


async def test_an_engine_that_is_gone_is_told_and_costs_nothing(workshop, sandbox) -> None:
    gone = {"engine": "sdcpp", "ecosystem": "zImage"}
    sandbox.misbehave({"method": "POST", "path": "/workflows$", "withdrawn": gone})
    request = a_request()
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.FAILED
    assert generation.problem.startswith("Civitai no longer offers this engine. Choose another")
    [event] = workshop.all_told(EngineRefused)
    assert event.discriminators == gone
    assert generation.request.values["prompt"] == "a paper boat"
    assert sandbox.workflows() == []


async def test_the_server_is_shown_two_tags_and_the_form(workshop, sandbox) -> None:
    request = a_request(prompt="déjà vu", seed=7)
    workshop.generations.start(request)
    await workshop.ended(request)
    [workflow] = sandbox.workflows()
    assert workflow["tags"] == ["civitai-desktop", f"civitai-desktop:{request.id}"]
    assert workflow["steps"][0]["input"] == dict(request.input)


# The queue


async def test_more_than_four_wait_in_the_queue(home, slow) -> None:
    async with opened(home, slow) as workshop:
        requests = [a_request() for _ in range(6)]
        for request in requests:
            workshop.generations.start(request)
        for request in requests[:4]:
            await workshop.reached(request, GenerationState.RUNNING)
        assert len(slow.workflows()) == 4
        for request in requests[4:]:
            assert (await workshop.row(request.id)).state is GenerationState.WAITING

        workshop.generations.cancel(requests[0].id)
        await workshop.reached(requests[4], GenerationState.RUNNING)
        assert len(slow.workflows()) == 5
        assert (await workshop.row(requests[5].id)).state is GenerationState.WAITING


async def test_the_queue_survives_a_restart(home, sandbox) -> None:
    requests = [a_request() for _ in range(3)]
    async with opened(home, sandbox, in_flight=0) as workshop:
        for request in requests:
            workshop.generations.start(request)
        await workshop.reached(requests[-1], GenerationState.WAITING)
    assert sandbox.workflows() == []
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        for request in requests:
            assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    assert len(sandbox.workflows()) == 3


# Ends other than good ones


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"status": "failed", "reason": "Out of memory."}, "failed. Out of memory."),
        ({"status": "failed"}, "The generation failed."),
        ({"status": "expired"}, "took too long"),
    ],
)
async def test_a_workflow_that_fails_says_why(workshop, sandbox, how, said) -> None:
    sandbox.misbehave(ends(**how))
    request = a_request(quantity=2, steps=150, width=256, height=256)
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.FAILED
    assert said in generation.problem
    [workflow] = sandbox.workflows()
    refunds = [t["amount"] for t in workflow["transactions"]["list"] if t["type"] == "credit"]
    assert generation.cost == workflow["cost"]["total"] - sum(refunds)
    assert generation.cost < workflow["cost"]["total"]


async def test_what_is_withheld_is_told_beside_what_is_not(workshop, sandbox) -> None:
    sandbox.misbehave(ends(blocked=[0, 2], blockedReason="NsfwLevel"))
    request = a_request(quantity=4)
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 2)
    assert generation.problem.startswith("2 of 4 pictures were withheld. The content was rated")
    assert "NsfwLevel" not in generation.problem
    assert [image.index for image in await workshop.images()] == [1, 3]
    assert [image.seed - request.seed for image in await workshop.images()] == [1, 3]


async def test_a_generation_that_is_withheld_whole_has_failed(workshop, sandbox) -> None:
    sandbox.misbehave(ends(blocked=[0, 1]))
    request = a_request(quantity=2)
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.FAILED
    assert "withheld the pictures" in generation.problem
    assert "one of the resources forbids" in generation.problem


async def test_refused_values_are_told_field_by_field(workshop, sandbox) -> None:
    good = a_request()
    request = replace(good, input={**good.input, "width": 1001, "surprise": 1})
    workshop.generations.start(request)
    refused = await workshop.told(RequestRefused)
    assert set(refused.complaints) == {"steps[0].input.width", "steps[0].input.surprise"}
    assert refused.generation.state is GenerationState.FAILED
    assert (await workshop.row(request.id)).problem
    assert sandbox.workflows() == []


async def test_too_little_buzz_ends_it_without_a_second_attempt(home) -> None:
    with Sandbox(home, buzz=0) as sandbox:
        async with opened(home, sandbox) as workshop:
            request = a_request()
            workshop.generations.start(request)
            generation = await workshop.ended(request)
        assert generation.state is GenerationState.FAILED
        assert "not enough Buzz" in generation.problem
        assert sandbox.requests()[f"POST {WORKFLOWS}"] == 1


# Canceling


async def test_what_waits_is_canceled_without_asking_anyone(home, slow) -> None:
    async with opened(home, slow, in_flight=1) as workshop:
        first, second = a_request(), a_request()
        workshop.generations.start(first)
        await workshop.reached(first, GenerationState.RUNNING)
        workshop.generations.start(second)
        await workshop.reached(second, GenerationState.WAITING)
        workshop.generations.cancel(second.id)
        workshop.generations.cancel(second.id)
        assert (await workshop.ended(second)).state is GenerationState.CANCELED
        assert len(slow.workflows()) == 1
        assert slow.requests().get(f"PUT {WORKFLOWS}/{{workflow_id}}") is None


async def test_what_was_never_even_written_down_is_canceled_too(home, slow) -> None:
    async with opened(home, slow) as workshop:
        request, busy = a_request(), threading.Event()
        workshop.disk.start(busy.wait)
        workshop.generations.start(request)
        await asyncio.sleep(0)
        workshop.generations.cancel(request.id)
        for _ in range(9):
            # The cancellation makes its way to the thread's queue.
            await asyncio.sleep(0)
        busy.set()
        assert await workshop.ended(request) is None
        assert workshop.now(request.id).state is GenerationState.CANCELED
        assert slow.workflows() == []


async def test_pictures_that_are_there_when_it_is_canceled_are_kept(home) -> None:
    clock = HeldClock()
    with Sandbox(home, clock, speed=1.0) as sandbox:
        sandbox.misbehave(NO_WAITING)
        async with opened(home, sandbox) as workshop:
            request = a_request(quantity=4, steps=150)
            workshop.generations.start(request)
            await workshop.reached(request, GenerationState.RUNNING)
            while not sandbox.pictures(*sandbox.workflows()):
                clock.turn(0.1)
            await workshop.told(ImageSaved)
            workshop.generations.cancel(request.id)
            generation = await workshop.ended(request)
            [workflow] = sandbox.workflows()
            served = sandbox.pictures(workflow)
            assert generation.state is GenerationState.CANCELED
            assert len(served) == 1
            assert await workshop.saved() == served
            assert generation.saved == len(served)
            entries = workflow["transactions"]["list"]
            given_back = sum(t["amount"] for t in entries if t["type"] == "credit")
            assert 0 < given_back < workflow["cost"]["total"]
            assert generation.cost == workflow["cost"]["total"] - given_back


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_refused_cancel_lets_the_pictures_come(home, sandbox, status) -> None:
    refused = {"method": "PUT", "path": "/workflows/", "status": status, "body": {"detail": "No."}}
    sandbox.misbehave(refused)
    request = a_request()

    async def moment(where: str) -> None:
        if where.startswith("before POST"):
            workshop.generations.cancel(request.id)

    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        generation = await workshop.ended(request)
        assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 1)
        assert sandbox.requests()[f"PUT {WORKFLOWS}/{{workflow_id}}"] == 1


async def test_canceling_what_nobody_knows_does_nothing(workshop) -> None:
    workshop.generations.cancel("nothing")
    assert workshop.events == []


# Trying again


async def failed(workshop, sandbox, **how) -> Generation:
    sandbox.misbehave(ends(**how))
    request = a_request(quantity=2)
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    sandbox.misbehave()
    return generation


def others(workshop, old: Generation) -> list[Generation]:
    told = [event.generation for event in workshop.all_told(GenerationChanged)]
    return [generation for generation in told if generation.id != old.id]


async def test_a_failed_one_is_run_again_as_a_new_one_once_its_price_is_agreed_to(
    workshop, sandbox
) -> None:
    old = await failed(workshop, sandbox, status="failed")
    workshop.generations.retry(old)
    workshop.generations.retry(old)
    workshop.generations.dismiss(old)
    asked = await workshop.told(PaymentNeeded)
    assert (asked.generation, asked.price) == (old, 1)
    await workshop.told(RetryAnswered, generation_id=old.id)
    assert others(workshop, old) == []
    assert workshop.all_told(GenerationDismissed) == []
    assert len(sandbox.workflows()) == 1

    workshop.generations.pay_again(old)
    workshop.generations.pay_again(old)
    await workshop.told(GenerationDismissed, generation_id=old.id)
    await workshop.until(lambda: others(workshop, old))
    new = await workshop.ended(others(workshop, old)[0].request)

    assert (new.state, new.saved) == (GenerationState.SUCCEEDED, 2)
    assert new.request.values == old.request.values
    assert (await workshop.row(old.id)).dismissed
    assert len(sandbox.workflows()) == 2


async def test_a_retry_while_offline_changes_nothing(workshop, sandbox) -> None:
    old = await failed(workshop, sandbox, status="failed")
    sandbox.misbehave({"path": ".", "drop": True})
    workshop.generations.retry(old)
    lost = await workshop.told(ConnectionChanged, is_offline=True)
    sandbox.misbehave()
    assert lost.problem.endswith("Press Retry again once Civitai can be reached.")
    await workshop.told(RetryAnswered, generation_id=old.id)
    assert await workshop.row(old.id) == old
    assert len(sandbox.workflows()) == 1


async def test_what_never_reached_the_server_is_simply_run_again(workshop, sandbox) -> None:
    good = a_request()
    request = replace(good, input={**good.input, "width": 1001})
    workshop.generations.start(request)
    old = await workshop.ended(request)
    workshop.generations.retry(old)
    await workshop.told(PaymentNeeded)
    workshop.generations.pay_again(old)
    await workshop.told(ImageSaved)
    assert len(sandbox.workflows()) == 1


async def test_a_generation_that_others_cancel_says_so(workshop, sandbox) -> None:
    old = await failed(workshop, sandbox, status="canceled")
    assert old.state is GenerationState.FAILED
    assert old.problem.startswith("Civitai has canceled this generation.")


async def test_what_cannot_be_asked_for_any_more_is_not_put_away(workshop, sandbox) -> None:
    old = await failed(workshop, sandbox, status="failed")
    vanished = replace(old, request=replace(old.request, engine="vanished"))
    workshop.generations.retry(vanished)
    await workshop.until(lambda: workshop.errors)
    assert isinstance(workshop.errors[0], UnknownEngine)
    assert workshop.all_told(GenerationDismissed) == []
    assert not (await workshop.row(old.id)).dismissed


async def test_what_was_put_away_stays_away(home, sandbox) -> None:
    async with opened(home, sandbox) as workshop:
        kept = await failed(workshop, sandbox, status="failed")
        put_away = await failed(workshop, sandbox, status="failed")
        workshop.generations.dismiss(put_away)
        await workshop.told(GenerationDismissed, generation_id=put_away.id)
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        assert [e.generation for e in workshop.all_told(GenerationChanged)] == [kept]


# Taking up again


async def test_pictures_saved_by_the_last_run_are_not_fetched_again(home, sandbox) -> None:
    stopped = 0

    async def moment(where: str) -> None:
        nonlocal stopped
        if where == "before _record":
            stopped += 1
            if stopped > 2:
                await workshop.until(lambda: False)

    request = a_request(quantity=4)
    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        await workshop.until(lambda: len(workshop.all_told(ImageSaved)) == 2)
    before = sandbox.requests()["GET /v2/consumer/blobs/{blob_id}"]
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        generation = await workshop.ended(request)
        assert generation.saved == 4
        assert len(workshop.all_told(ImageSaved)) == 2
        assert await workshop.saved() == sandbox.pictures(sandbox.workflows()[0])
    assert before == 4
    assert sandbox.requests()[f"POST {WORKFLOWS}"] == 1


async def test_a_damaged_library_loses_nothing_that_is_under_way(home, sandbox) -> None:
    stopped = 0

    async def moment(where: str) -> None:
        nonlocal stopped
        if where == "before _record":
            stopped += 1
            if stopped > 1:
                await workshop.until(lambda: False)

    request = a_request(quantity=4)
    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        await workshop.until(lambda: len(workshop.all_told(ImageSaved)) == 1)
    (home / "library.sqlite3").write_bytes(b"no database " * 1000)
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        generation = await workshop.ended(request)
        assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 4)
        assert await workshop.saved() == sandbox.pictures(sandbox.workflows()[0])
        assert len(workshop.files()) == 4
    assert sandbox.requests()[f"POST {WORKFLOWS}"] == 1


async def test_pictures_the_user_deleted_meanwhile_are_not_fetched_again(home, sandbox) -> None:
    async with opened(home, sandbox) as workshop:
        request = a_request(quantity=2)
        workshop.generations.start(request)
        generation = await workshop.ended(request)
        [first, _] = await workshop.images()
        workshop.library.delete_image(first.id)
        running = replace(generation, state=GenerationState.RUNNING)
        workshop.library.update_generation(running)
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
        assert workshop.all_told(ImageSaved) == []
        assert [image.index for image in await workshop.images()] == [1]


async def test_what_was_started_before_the_last_run_is_taken_up_is_started_once(
    workshop, sandbox
) -> None:
    request = a_request()
    workshop.generations.start(request)
    await workshop.reached(request, GenerationState.WAITING)
    await workshop.generations.resume()
    await workshop.ended(request)
    assert sandbox.requests()[f"POST {WORKFLOWS}"] == 1


async def test_closing_in_the_middle_of_a_long_look_loses_nothing(home) -> None:
    request = a_request()
    with Sandbox(home, speed=0.001) as slow:
        async with opened(home, slow) as workshop:
            workshop.generations.start(request)
            running = await workshop.reached(request, GenerationState.RUNNING)
        async with opened(home, slow) as workshop:
            await workshop.generations.resume()
            workshop.generations.cancel(request.id)
            assert (await workshop.ended(request)).workflow_id == running.workflow_id
        assert slow.requests()[f"POST {WORKFLOWS}"] == 1


async def test_a_retry_that_meets_a_bug_can_be_pressed_again(home, sandbox) -> None:
    bugs: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: bugs.append(context))
    broken = False

    async def moment(where: str) -> None:
        if broken and where == "before GET /v2/consumer/workflows":
            raise ZeroDivisionError("nobody thought of it")

    async with opened(home, sandbox, moment=moment) as workshop:
        old = await failed(workshop, sandbox, status="failed")
        broken = True
        workshop.generations.retry(old)
        await workshop.told(RetryAnswered, generation_id=old.id)
        for _ in range(9):
            # The task ends, and its scope hears of it.
            await asyncio.sleep(0)
        assert [type(bug["exception"]) for bug in bugs] == [ZeroDivisionError]
        broken = False
        workshop.generations.retry(old)
        asked = await workshop.told(PaymentNeeded)
        assert asked.generation == old
