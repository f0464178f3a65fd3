"""How often a workflow is looked at, and what a failed look costs; hours pass in no time."""

from collections.abc import Callable
from itertools import islice

import pytest

from civitai_desktop.domain.errors import (
    CivitaiError,
    InvalidInput,
    NotAllowed,
    NotEnoughBuzz,
    NotFound,
    RateLimited,
    ServerFault,
    Unreachable,
)
from civitai_desktop.domain.workflow import Workflow, WorkflowStatus
from civitai_desktop.services.polling import LONGEST_PAUSE_S, pause_after, pauses, watch


class Server:
    """Answers looks from a script, on a clock that its answers and the pauses move.

    Attributes:
        holds: Whether it keeps an answer back as long as it is asked to.
        looked: How long each look could have been held, in seconds.
        slept: Every pause, in seconds.
    """

    def __init__(self, *script: str | CivitaiError, holds: bool = True, waits: bool = True) -> None:
        self._script = iter(script)
        self._waits = waits
        self.holds = holds
        self.now_s = 0.0
        self.looked: list[int] = []
        self.slept: list[float] = []
        self.failed: list[CivitaiError] = []

    async def look(self, wait_s: int) -> Workflow:
        self.looked.append(wait_s)
        said = next(self._script)
        if isinstance(said, CivitaiError):
            raise said
        workflow = Workflow(id="wf", status=WorkflowStatus(said))
        if self.holds and not workflow.status.is_terminal:
            self.now_s += wait_s
        return workflow

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds

    async def statuses(self, waits: Callable[[], bool] | None = None) -> list[str]:
        views = watch(
            self.look,
            waits or (lambda: self._waits),
            sleep=self.sleep,
            clock=lambda: self.now_s,
            failed=self.failed.append,
        )
        return [workflow.status.value async for workflow in views]


async def test_a_server_that_holds_its_answers_is_asked_again_at_once() -> None:
    server = Server(*["processing"] * 5, "succeeded")
    assert await server.statuses() == ["processing"] * 5 + ["succeeded"]
    assert server.looked == [3, 5, 10, 10, 10, 10]
    assert server.slept == []


async def test_a_server_that_answers_early_gets_a_pause_each_time() -> None:
    server = Server(*["processing"] * 3, "succeeded", holds=False)
    await server.statuses()
    assert server.slept == [3, 3, 3]


async def test_a_server_that_does_not_wait_is_asked_at_the_documented_pauses() -> None:
    server = Server(*["processing"] * 7, "succeeded", waits=False)
    await server.statuses()
    assert server.looked == [0] * 8
    assert server.slept == [2, 5, 10, 15, 30, 30, 30]


async def test_a_server_that_refuses_to_wait_in_the_middle_gets_the_documented_pauses() -> None:
    server = Server(*["processing"] * 3, "succeeded", holds=False)
    await server.statuses(waits=lambda: not server.looked)
    assert server.looked == [3, 0, 0, 0]
    assert server.slept == [2, 5, 10]


@pytest.mark.parametrize("end", ["succeeded", "failed", "expired", "canceled"])
async def test_an_end_is_told_once_and_nothing_is_asked_after_it(end: str) -> None:
    server = Server(end)
    assert await server.statuses() == [end]
    assert (len(server.looked), server.slept) == (1, [])


async def test_an_unknown_status_is_no_end() -> None:
    assert await Server("dreaming", "succeeded").statuses() == ["unknown", "succeeded"]


async def test_three_hours_offline_cost_a_look_every_half_a_minute_and_no_generation() -> None:
    offline: list[str | CivitaiError] = [Unreachable("Offline.")] * 500
    server = Server("processing", *offline, "succeeded")
    assert await server.statuses() == ["processing", "succeeded"]
    assert len(server.failed) == 500
    assert 2 * 3600 < sum(server.slept) < 500 * LONGEST_PAUSE_S
    assert max(server.slept) <= LONGEST_PAUSE_S


@pytest.mark.parametrize("error", [RateLimited, ServerFault])
async def test_the_servers_own_pause_wins(error: type[CivitaiError]) -> None:
    server = Server(error("Later.", retry_after_s=77), error("Later.", retry_after_s=0), "failed")
    await server.statuses()
    assert server.slept[0] == 77
    assert 1 <= server.slept[1] < 2


async def test_a_success_makes_the_next_failure_a_first_one() -> None:
    down = [Unreachable("Offline.")] * 6
    server = Server(*down, "processing", Unreachable("Offline."), "succeeded")
    await server.statuses()
    assert server.slept[5] > 10
    assert server.slept[6] <= 1


@pytest.mark.parametrize("error", [NotFound, NotAllowed, InvalidInput, NotEnoughBuzz])
async def test_what_asking_again_would_not_mend_is_raised(error: type[CivitaiError]) -> None:
    server = Server("processing", error("No."), "succeeded")
    with pytest.raises(error):
        await server.statuses()
    assert server.slept == []


def test_pauses_double_up_to_half_a_minute() -> None:
    assert list(islice(pauses(draw=lambda: 1.0), 8)) == [1, 2, 4, 8, 16, 30, 30, 30]


def test_at_most_half_of_a_pause_is_chance() -> None:
    assert list(islice(pauses(draw=lambda: 0.0), 8)) == [0.5, 1, 2, 4, 8, 15, 15, 15]
    assert len(set(islice(pauses(), 5, 105))) > 50


def test_only_a_pause_that_was_asked_for_replaces_the_planned_one() -> None:
    assert pause_after(Unreachable("Offline."), 4) == 4
    assert pause_after(ServerFault("Later.", retry_after_s=9), 4) == 9


@pytest.mark.parametrize("wish_s", [0, 0.0, 0.25, 0.999])
def test_a_wish_for_no_pause_becomes_a_second_and_a_part_of_one_by_chance(wish_s: float) -> None:
    error = RateLimited("Later.", retry_after_s=wish_s)
    assert pause_after(error, 4, draw=lambda: 0.0) == 1
    assert pause_after(error, 4, draw=lambda: 0.5) == 1.5
    assert len({pause_after(error, 4) for _ in range(50)}) > 25


async def test_a_storm_of_noughts_is_no_storm_of_requests() -> None:
    storm: list[str | CivitaiError] = [RateLimited("Later.", retry_after_s=0)] * 100
    server = Server(*storm, "succeeded")
    await server.statuses()
    assert len(server.slept) == 100
    assert all(1 <= pause < 2 for pause in server.slept)
    assert 130 < sum(server.slept) < 170
