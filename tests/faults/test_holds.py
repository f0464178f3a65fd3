"""What is paid for and does not come: asked for again by itself until it is certainly gone."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from civitai_desktop.domain.events import GenerationChanged, PictureArriving
from civitai_desktop.domain.generation import GenerationRequest, GenerationState
from civitai_desktop.domain.hold import HeldBy
from civitai_desktop.domain.workflow import Workflow
from civitai_desktop.services.deviations import Done
from civitai_desktop.services.following import GONE, NO_PICTURE, TOO_OLD
from tests.faults.test_network import HTML, LIST, LOOK
from tests.faults.test_pictures import BLOB, FETCHED, announced, is_whole
from tests.workshop import WORKFLOWS, a_request, opened

LOOKED = f"GET {WORKFLOWS}/{{workflow_id}}"
REFRESH = {"method": "POST", "path": "/refresh$"}
NO = {"body": {"detail": "No."}}
NAMELESS = {"status": 200, "body": {"id": "b"}}
"""A blob without an address."""


# A captive portal, and a server in a bad moment


@pytest.mark.parametrize(
    ("faults", "by"),
    [
        *[([LOOK | {"status": status} | NO], HeldBy.WORKFLOW) for status in (400, 402, 403, 404)],
        *[([LOOK | {"status": s, "body": HTML}], HeldBy.WORKFLOW) for s in (402, 403, 404)],
        ([BLOB | {"status": 200, "body": HTML}], HeldBy.PICTURES),
        ([BLOB | {"status": 200, "body": "{}"}], HeldBy.PICTURES),
        *[([BLOB | {"status": status} | NO], HeldBy.PICTURES) for status in (400, 402, 410, 451)],
        *[
            ([BLOB | {"expire": True}, REFRESH | {"status": status} | NO], HeldBy.PICTURES)
            for status in (400, 402, 403, 404)
        ],
        (
            [BLOB | {"expire": True}, REFRESH | {"status": 200, "body": {"id": "b"}}],
            HeldBy.PICTURES,
        ),
    ],
    ids=str,
)
async def test_no_refusal_in_the_middle_ends_what_is_paid_for(
    workshop, sandbox, faults, by
) -> None:
    sandbox.misbehave(*faults)
    request = a_request(quantity=2)
    workshop.generations.start(request)
    held = await workshop.held(request, by)
    assert (held.state, held.problem) == (GenerationState.RUNNING, "")
    assert held.hold.reason.endswith("It is asked for again by itself; nothing is paid twice.")

    workshop.calendar.turn(minutes=1)
    await workshop.held(request, by, tries=2)
    sandbox.misbehave()
    workshop.calendar.turn(minutes=2)
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 2)
    assert generation.hold is None
    await is_whole(workshop, sandbox, 2)


async def test_a_single_refusal_costs_seconds_and_the_progress_is_seen_again(
    workshop, sandbox
) -> None:
    still = LOOK | {"status": 200, "body": {"id": "{id}", "status": "processing"}, "times": 2}
    sandbox.misbehave(LOOK | {"status": 404, "times": 1}, still)
    request = a_request()
    workshop.generations.start(request)
    held = await workshop.held(request, HeldBy.WORKFLOW)
    assert (held.hold.again_at - workshop.calendar.now()).total_seconds() == 15
    workshop.calendar.turn(seconds=15)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    told = [event.generation for event in workshop.all_told(GenerationChanged)]
    after = told[[each.hold is not None for each in told].index(True) :]
    assert [each.hold is None for each in after if each.state is GenerationState.RUNNING][-1]


async def test_the_schedule_goes_on_across_restarts(home, sandbox) -> None:
    sandbox.misbehave(LOOK | {"status": 404})
    request = a_request()
    async with opened(home, sandbox) as workshop:
        workshop.generations.start(request)
        await workshop.held(request, HeldBy.WORKFLOW)
        workshop.calendar.turn(minutes=1)
        held = await workshop.held(request, HeldBy.WORKFLOW, tries=2)
    looked = sandbox.requests()[LOOKED]
    today = held.hold.again_at - (held.hold.again_at - held.hold.since) / 10
    async with opened(home, sandbox, today=today) as workshop:
        await workshop.generations.resume()
        await workshop.told(GenerationChanged)
        assert workshop.now(request.id) == held
        assert sandbox.requests()[LOOKED] == looked
        workshop.calendar.turn(minutes=1)
        again = await workshop.held(request, HeldBy.WORKFLOW, tries=3)
        assert again.hold.since == held.hold.since
        sandbox.misbehave()
        workshop.calendar.turn(minutes=5)
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
        await is_whole(workshop, sandbox, 1)


async def test_it_can_be_tried_at_once(workshop, sandbox) -> None:
    sandbox.misbehave(BLOB | {"corrupt": True})
    request = a_request()
    workshop.generations.start(request)
    held = await workshop.held(request, HeldBy.PICTURES)
    sandbox.misbehave()
    workshop.generations.retry(held)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    await is_whole(workshop, sandbox, 1)


async def test_another_key_is_tried_at_once(workshop, sandbox) -> None:
    sandbox.misbehave(LOOK | {"status": 403} | NO)
    request = a_request()
    workshop.generations.start(request)
    await workshop.held(request, HeldBy.WORKFLOW)
    sandbox.misbehave()
    workshop.line.key_changed()
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED


async def test_what_is_held_can_be_put_away_and_stays_away(home, sandbox) -> None:
    sandbox.misbehave(LOOK | {"status": 403} | NO)
    request = a_request()
    async with opened(home, sandbox) as workshop:
        workshop.generations.start(request)
        await workshop.held(request, HeldBy.WORKFLOW)
        workshop.generations.cancel(request.id)
        canceled = await workshop.ended(request)
        assert (canceled.state, canceled.hold) == (GenerationState.CANCELED, None)
        await workshop.until(lambda: sandbox.requests().get(f"PUT {WORKFLOWS}/{{workflow_id}}"))
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        assert workshop.events == []


@pytest.mark.parametrize("restarts", [False, True])
async def test_what_was_canceled_and_paid_for_can_be_put_away_too(home, sandbox, restarts) -> None:
    refused = {"method": "PUT", "path": "/workflows/", "status": 404}
    sandbox.misbehave(BLOB | {"corrupt": True}, refused)
    request = a_request()

    async def moment(where: str) -> None:
        if where.startswith("before POST"):
            workshop.generations.cancel(request.id)

    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        held = await workshop.held(request, HeldBy.PICTURES)
        assert held.state is GenerationState.RUNNING
        if not restarts:
            workshop.generations.cancel(request.id)
            assert (await workshop.ended(request)).state is GenerationState.CANCELED
            return
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        await workshop.held(request, HeldBy.PICTURES)
        workshop.generations.cancel(request.id)
        assert (await workshop.ended(request)).state is GenerationState.CANCELED


# When it is certain


async def test_what_civitai_does_not_know_for_a_day_has_failed(home, slow) -> None:
    async with opened(home, slow) as workshop:
        request = a_request()
        workshop.generations.start(request)
        running = await workshop.reached(request, GenerationState.RUNNING)
        slow.client.delete(f"{WORKFLOWS}/{running.workflow_id}").raise_for_status()
        first = await workshop.held(request, HeldBy.WORKFLOW)
        for tries in (2, 3, 4):
            workshop.calendar.turn(hours=6)
            held = await workshop.held(request, HeldBy.WORKFLOW, tries=tries)
            assert held.hold.since == first.hold.since
        workshop.calendar.turn(hours=6)
        generation = await workshop.ended(request)
        assert generation.state is GenerationState.FAILED
        assert generation.problem == f"{GONE} Retry makes it again."
        assert generation.hold is None


@pytest.mark.parametrize(
    "faults",
    [
        [LOOK | {"status": 404}],
        [LOOK | {"status": 404}, LIST | {"status": 404}],
        [LOOK | {"status": 404, "body": HTML}, LIST | {"status": 200, "body": HTML, "times": 30}],
        [LOOK | {"status": 403}],
        [BLOB | {"corrupt": True}],
        [LOOK | announced([{"id": "late", "available": False}])],
    ],
    ids=str,
)
async def test_what_civitai_may_still_have_is_asked_for_for_a_month(
    workshop, sandbox, faults
) -> None:
    sandbox.misbehave(*faults)
    request = a_request()
    workshop.generations.start(request)
    by = HeldBy.WORKFLOW if "wf_" in faults[0]["path"] else HeldBy.PICTURES
    by = HeldBy.PICTURES if faults[0].get("body", "") and faults[0]["status"] == 200 else by
    for tries in (1, 2, 3):
        await workshop.held(request, by, tries=tries)
        workshop.calendar.turn(days=9)
    await workshop.held(request, by, tries=4)
    workshop.calendar.turn(days=9)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.FAILED
    assert generation.problem.startswith(TOO_OLD)


async def test_a_success_without_any_picture_is_believed_after_a_day(workshop, sandbox) -> None:
    sandbox.misbehave(LOOK | announced([]))
    request = a_request()
    workshop.generations.start(request)
    await workshop.held(request, HeldBy.PICTURES)
    workshop.calendar.turn(days=1)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.FAILED
    assert generation.problem.startswith(NO_PICTURE)


async def test_a_workflow_that_is_found_by_its_tag_under_another_id_is_followed(
    home, sandbox
) -> None:
    request = a_request()
    async with opened(home, sandbox, in_flight=0) as workshop:
        workshop.generations.start(request)
        row = await workshop.reached(request, GenerationState.WAITING)
        await workshop.api.submit(request)
        lost = replace(row, state=GenerationState.RUNNING, workflow_id="wf_of_nobody")
        workshop.library.update_generation(lost)
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        await workshop.held(request, HeldBy.WORKFLOW)
        workshop.calendar.turn(minutes=1)
        generation = await workshop.ended(request)
        assert generation.workflow_id == sandbox.workflows()[0]["id"]
        await is_whole(workshop, sandbox, 1)


# The others go on


async def test_what_is_held_keeps_no_place_in_the_queue(home, sandbox) -> None:
    sandbox.misbehave(LOOK | {"status": 404, "times": 3})
    requests = [a_request() for _ in range(4)]
    async with opened(home, sandbox, in_flight=1) as workshop:
        for request in requests:
            workshop.generations.start(request)
        assert (await workshop.ended(requests[3])).state is GenerationState.SUCCEEDED
        for request in requests[:3]:
            assert (await workshop.row(request.id)).hold is not None
        workshop.calendar.turn(minutes=1)
        for request in requests[:3]:
            assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED


async def test_pictures_that_do_not_come_hold_no_other_generation(home, sandbox) -> None:
    hung = asyncio.Event()
    first, second = a_request(), a_request()

    async def moment(where: str) -> None:
        if where == "after GET /v2/consumer/blobs" and not hung.is_set():
            hung.set()
            await asyncio.Future()

    async with opened(home, sandbox, moment=moment, in_flight=1) as workshop:
        workshop.generations.start(first)
        await hung.wait()
        workshop.generations.start(second)
        assert (await workshop.ended(second)).state is GenerationState.SUCCEEDED
        assert workshop.now(first.id).state is GenerationState.RUNNING


async def test_a_picture_that_takes_long_says_how_far_it_is(home, sandbox) -> None:
    async with opened(home, sandbox, seconds_a_look=2.0) as workshop:
        request = a_request(width=512, height=512)
        workshop.generations.start(request)
        await workshop.ended(request)
        shares = [event.share for event in workshop.all_told(PictureArriving)]
        assert shares
        assert shares == sorted(shares)
        assert all(0 < share <= 1 for share in shares)


# A bug


async def test_a_run_that_meets_a_bug_is_put_aside_and_can_be_tried_at_once(home, sandbox) -> None:
    bugs: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: bugs.append(context))
    broken = True
    request = a_request()

    async def moment(where: str) -> None:
        if broken and where == "before decoding":
            raise ZeroDivisionError("nobody thought of it")

    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        held = await workshop.held(request, HeldBy.FAULT)
        assert held.state is GenerationState.RUNNING
        assert held.hold.reason.startswith("Something unexpected went wrong")
        assert [type(bug["exception"]) for bug in bugs] == [ZeroDivisionError]
        workshop.generations.retry(held)
        held = await workshop.held(request, HeldBy.FAULT, tries=2)
        assert len(bugs) == 1
        broken = False
        workshop.generations.retry(held)
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
        await is_whole(workshop, sandbox, 1)


@pytest.mark.parametrize(
    "place", ["before POST /v2/consumer", "before GET /v2/consumer/workflows", "before _keep"]
)
async def test_the_next_start_goes_on_with_what_met_a_bug(home, sandbox, place) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    request = a_request()

    async def moment(where: str) -> None:
        if where == place:
            raise RecursionError("nested")

    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        held = await workshop.held(request, HeldBy.FAULT)
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        generation = await workshop.ended(request)
        assert (generation.state, generation.hold) == (GenerationState.SUCCEEDED, None)
        assert held.owner == generation.owner
        await is_whole(workshop, sandbox, 1)
    assert sandbox.requests()[FETCHED] >= 1


async def test_a_bug_that_keeps_the_row_from_being_written_is_shown_all_the_same(
    home, sandbox
) -> None:
    bugs: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: bugs.append(context))
    broken = True
    request = a_request()

    async def moment(where: str) -> None:
        if broken and where == "before update_generation":
            raise sqlite3.OperationalError("no such column: nobody's")

    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        held = await workshop.held(request, HeldBy.FAULT)
        assert held.hold is None
        assert len(bugs) == 1
        broken = False
        workshop.generations.retry(held)
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
        await is_whole(workshop, sandbox, 1)


async def test_what_meets_a_bug_while_it_is_watched_is_brought_home_all_the_same(
    home, sandbox
) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    request = a_request()

    def compare(_request: GenerationRequest, workflow: Workflow) -> Done:
        raise ZeroDivisionError(workflow.id)

    async with opened(home, sandbox, compare=compare) as workshop:
        workshop.generations.start(request)
        await workshop.until(lambda: workshop.library.saved_blobs(request.id))
        await workshop.held(request, HeldBy.FAULT)


async def test_what_met_a_bug_and_is_put_away_is_canceled_at_civitai(home, sandbox) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    request = a_request()

    async def moment(where: str) -> None:
        if where == "before GET /v2/consumer/workflows":
            raise ZeroDivisionError("nobody thought of it")

    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        await workshop.held(request, HeldBy.FAULT)
        workshop.generations.cancel(request.id)
        assert (await workshop.ended(request)).state is GenerationState.CANCELED
        await workshop.until(lambda: sandbox.requests().get(f"PUT {WORKFLOWS}/{{workflow_id}}"))


async def test_what_waited_for_a_month_to_be_sent_is_not_given_up_at_once(home, sandbox) -> None:
    request = a_request()
    async with opened(home, sandbox, in_flight=0) as workshop:
        workshop.generations.start(request)
        await workshop.reached(request, GenerationState.WAITING)
        today = workshop.calendar.now() + timedelta(days=40)
    sandbox.misbehave(BLOB | {"corrupt": True})
    async with opened(home, sandbox, today=today) as workshop:
        await workshop.generations.resume()
        await workshop.held(request, HeldBy.PICTURES)
        sandbox.misbehave()
        workshop.calendar.turn(minutes=1)
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
