"""Answers that are lost, late, refused or no answers at all: one workflow all the same."""

import pytest

from civitai_desktop.domain.events import ConnectionChanged, KeyRefused
from civitai_desktop.domain.generation import GenerationState
from civitai_desktop.domain.hold import HeldBy
from tests.workshop import NO_WAITING, WORKFLOWS, a_request, opened

SUBMIT = {"method": "POST", "path": "/workflows$"}
LOOK = {"method": "GET", "path": "/workflows/wf_"}
LIST = {"method": "GET", "path": r"/workflows\?"}
HTML = "<!DOCTYPE html><html><body>503 Service Unavailable</body></html>"


@pytest.mark.parametrize(
    ("fault", "posts"),
    [
        ({"lose_answer": True}, 1),
        ({"drop": True}, 2),
        ({"status": 503, "body": HTML}, 2),
        ({"status": 500, "body": {"title": "Oops"}}, 2),
        ({"status": 429, "headers": {"retry-after": "17"}}, 2),
        ({"status": 200, "body": HTML}, 2),
        ({"status": 302, "headers": {"location": "http://hotel.example/"}}, 2),
    ],
    ids=["lost", "dropped", "unavailable", "failed", "too many", "hotel page", "hotel redirect"],
)
async def test_a_submission_without_an_answer_is_looked_up_before_it_is_sent_again(
    workshop, sandbox, fault, posts
) -> None:
    sandbox.misbehave(SUBMIT | fault | {"times": 1})
    request = a_request(quantity=2)
    workshop.generations.start(request)
    generation = await workshop.ended(request)

    [workflow] = sandbox.workflows()
    assert (generation.state, generation.workflow_id) == ("succeeded", workflow["id"])
    assert await workshop.saved() == sandbox.pictures(workflow)
    assert sandbox.requests()[f"POST {WORKFLOWS}"] == posts
    assert sandbox.requests()[f"GET {WORKFLOWS}"] >= 1
    first, *_, last = workshop.all_told(ConnectionChanged)
    assert first.problem
    assert not last.problem


async def test_a_submission_whose_look_up_fails_too_is_still_sent_once(workshop, sandbox) -> None:
    sandbox.misbehave(
        SUBMIT | {"lose_answer": True, "times": 1},
        LIST | {"drop": True, "times": 3},
    )
    request = a_request()
    workshop.generations.start(request)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    assert sandbox.requests()[f"POST {WORKFLOWS}"] == 1


async def test_a_key_that_may_not_list_submits_again_under_the_same_id(workshop, sandbox) -> None:
    sandbox.misbehave(
        SUBMIT | {"lose_answer": True, "times": 1},
        LIST | {"status": 403, "times": 1},
    )
    request = a_request()
    workshop.generations.start(request)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    assert sandbox.requests()[f"POST {WORKFLOWS}"] == 2
    assert len(sandbox.workflows()) == 1


@pytest.mark.parametrize("may_list", [True, False], ids=["found", "sent again under its id"])
async def test_what_got_no_answer_is_looked_up_again_by_itself_and_paid_once(
    workshop, sandbox, may_list
) -> None:
    """It runs at Civitai, and nobody knows as what: the key may neither list nor submit now."""
    sandbox.misbehave(
        SUBMIT | {"lose_answer": True, "times": 1},
        SUBMIT | {"status": 403},
        LIST | {"status": 403},
    )
    request = a_request()
    workshop.generations.start(request)
    held = await workshop.held(request, HeldBy.WORKFLOW)
    assert (held.state, held.workflow_id) == (GenerationState.SENDING, None)
    assert "nothing is paid twice" in held.hold.reason

    sandbox.misbehave(*[] if may_list else [LIST | {"status": 403}])
    workshop.calendar.turn(minutes=1)
    generation = await workshop.ended(request)
    sandbox.misbehave()
    [workflow] = sandbox.workflows()
    assert generation.state is GenerationState.SUCCEEDED
    assert generation.hold is None
    assert (generation.workflow_id, generation.cost) == (workflow["id"], workflow["cost"]["total"])
    assert await workshop.saved() == sandbox.pictures(workflow)


async def test_the_servers_pause_is_kept(workshop, sandbox) -> None:
    sandbox.misbehave(SUBMIT | {"status": 429, "headers": {"retry-after": "17"}, "times": 1})
    request = a_request()
    workshop.generations.start(request)
    await workshop.ended(request)
    assert workshop.slept[0] == 17


@pytest.mark.parametrize("status", [400, 402, 403, 404])
async def test_what_is_refused_is_never_sent_again(workshop, sandbox, status) -> None:
    sandbox.misbehave(SUBMIT | {"status": status, "body": {"detail": "No."}})
    request = a_request()
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.FAILED
    assert generation.problem
    assert sandbox.requests()[f"POST {WORKFLOWS}"] == 1


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
async def test_a_single_failed_look_ends_nothing(workshop, sandbox, status) -> None:
    sandbox.misbehave(LOOK | {"status": status, "body": HTML, "times": 1})
    request = a_request()
    workshop.generations.start(request)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED


async def test_offline_is_said_and_gone_through(workshop, sandbox) -> None:
    sandbox.misbehave(LOOK | {"drop": True, "times": 8})
    request = a_request(quantity=2)
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 2)
    problems = [event.problem for event in workshop.all_told(ConnectionChanged)]
    assert all(problems[:-1])
    assert len(problems) == 9
    assert problems[-1] == ""
    assert 16 < sum(workshop.slept) < 240


@pytest.mark.parametrize(
    "faults",
    [
        [SUBMIT | {"status": 401}],
        [LOOK | {"status": 401}],
        [SUBMIT | {"lose_answer": True}, LIST | {"status": 401}],
    ],
    ids=["submitting", "looking", "looking up"],
)
async def test_a_refused_key_stops_everything_until_there_is_another(
    workshop, sandbox, faults
) -> None:
    sandbox.misbehave(*faults)
    requests = [a_request() for _ in range(4)]
    for request in requests:
        workshop.generations.start(request)
    await workshop.told(KeyRefused)
    for request in requests:
        await workshop.reached(request, GenerationState.SENDING, GenerationState.RUNNING)
    assert not any(workshop.now(request.id).state.is_terminal for request in requests)

    sandbox.misbehave()
    workshop.line.key_changed()
    for request in requests:
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    assert len(workshop.all_told(KeyRefused)) == 1
    assert len(sandbox.workflows()) == 4


async def test_without_a_key_a_generation_waits_for_one(workshop, sandbox) -> None:
    workshop.key = None
    request = a_request()
    workshop.generations.start(request)
    await workshop.told(KeyRefused)
    workshop.key = "wrong"
    workshop.line.key_changed()
    await workshop.until(lambda: len(workshop.all_told(KeyRefused)) == 2)
    workshop.key = sandbox.key
    workshop.line.key_changed()
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED


async def test_a_server_that_holds_no_answers_is_asked_at_the_documented_pauses(
    home, sandbox
) -> None:
    running = LOOK | {"status": 200, "body": {"id": "{id}", "status": "processing"}, "times": 6}
    sandbox.misbehave(NO_WAITING, running)
    async with opened(home, sandbox) as workshop:
        request = a_request()
        workshop.generations.start(request)
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
        assert workshop.slept == [2, 5, 10, 15, 30, 30]


async def test_a_status_of_tomorrow_is_waited_through(workshop, sandbox) -> None:
    sandbox.misbehave(
        LOOK | {"status": 200, "body": {"id": "{id}", "status": "dreaming"}, "times": 3}
    )
    request = a_request()
    workshop.generations.start(request)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    assert workshop.slept == [3, 3, 3]
