"""A generation that is stopped or canceled at every single await."""

import asyncio
from itertools import count

import pytest

from civitai_desktop.domain.generation import GenerationRequest, GenerationState
from tests.workshop import Sandbox, Workshop, a_request, opened

LOST_ANSWERS = {"method": "POST", "path": "/workflows$", "lose_answer": True}

SHARES = 6
"""Parts of all moments, so that none takes long and workers share them."""


class Stop:
    """Lets so many moments pass, and holds the next one for ever."""

    def __init__(self, passing: int) -> None:
        self._left = passing
        self.where = ""
        self.reached = asyncio.Event()

    async def __call__(self, where: str) -> None:
        self._left -= 1
        if self._left < 0:
            self.where = self.where or where
            self.reached.set()
            await asyncio.Future()


async def is_stopped(workshop: Workshop, request: GenerationRequest, stop: Stop) -> bool:
    """Run a generation until it is stopped, or ends before that."""
    workshop.generations.start(request)
    ended = asyncio.create_task(workshop.ended(request))
    stopped = asyncio.create_task(stop.reached.wait())
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in (ended, stopped):
        task.cancel()
    await asyncio.gather(ended, stopped, return_exceptions=True)
    return stop.reached.is_set()


def submissions(sandbox: Sandbox, request: GenerationRequest) -> list[dict]:
    tag = f"civitai-desktop:{request.id}"
    return [workflow for workflow in sandbox.workflows() if tag in workflow["tags"]]


async def test_it_can_be_stopped_at_everything_it_does(home, sandbox) -> None:
    places = set()

    async def moment(where: str) -> None:
        places.add(where)

    async with opened(home, sandbox, moment=moment) as workshop:
        request = a_request(quantity=2)
        workshop.generations.start(request)
        await workshop.ended(request)
    assert {"before POST /v2/consumer", "before _begin", "after _record"} <= places


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("faults", [[], [LOST_ANSWERS]], ids=["all is well", "answers are lost"])
async def test_wherever_it_stops_every_picture_comes_once_and_is_paid_once(
    home, sandbox, faults, share
) -> None:
    sandbox.misbehave(*faults)
    for passing in count(share, SHARES):
        request, stop, here = a_request(quantity=2), Stop(passing), home / str(passing)
        here.mkdir()
        async with opened(here, sandbox, moment=stop) as workshop:
            if not await is_stopped(workshop, request, stop):
                break
        async with opened(here, sandbox) as workshop:
            await workshop.generations.resume()
            generation = await workshop.row(request.id)
            if generation is None:
                assert stop.where == "before add_generation"
                assert submissions(sandbox, request) == []
                continue
            if not generation.state.is_terminal:
                generation = await workshop.ended(request)
            [workflow] = submissions(sandbox, request)
            assert (generation.state, generation.saved) == ("succeeded", 2), stop.where
            assert generation.workflow_id == workflow["id"]
            assert await workshop.saved() == sandbox.pictures(workflow), stop.where
            workshop.folder.sweep()
            assert len(workshop.files()) == 2, stop.where


@pytest.mark.parametrize("closes", [False, True], ids=["and goes on", "and closes"])
@pytest.mark.parametrize("passing", range(14))
async def test_whenever_it_is_canceled_nothing_runs_on_and_nothing_is_sent_again(
    home, slow, passing, closes
) -> None:
    request, left = a_request(quantity=2), passing
    canceled = asyncio.Event()

    async def moment(_where: str) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            workshop.generations.cancel(request.id)
            canceled.set()

    async with opened(home, slow, moment=moment) as workshop:
        workshop.generations.start(request)
        await canceled.wait()
        if closes:
            # The click has been written down; then the window closes.
            await workshop.until(lambda: is_canceled(workshop, request))
        else:
            assert (await workshop.ended(request)).state is GenerationState.CANCELED
    async with opened(home, slow) as workshop:
        await workshop.generations.resume()
        row = await workshop.row(request.id)
        if not row.state.is_terminal:
            row = await workshop.ended(request)
        assert row.state is GenerationState.CANCELED
    found = [workflow["status"] for workflow in submissions(slow, request)]
    assert found in ([], ["canceled"])


def is_canceled(workshop: Workshop, request: GenerationRequest) -> bool:
    now = workshop.now(request.id)
    return now is not None and (now.dismissed or now.state is GenerationState.CANCELED)
