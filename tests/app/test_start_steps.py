"""The start step by step: what fails is told once, stops nothing else, and is tried again."""

import asyncio

import pytest

from civitai_desktop.app.start_steps import Start, Step
from civitai_desktop.domain.errors import CivitaiError, StartFailed, Unreachable


class Work:
    """Does what it is told to: `fails` is raised as long as it is there."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.fails = fails
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1
        await asyncio.sleep(0)
        if self.fails is not None:
            raise self.fails


@pytest.fixture
async def reports():
    """What was reported as a bug."""
    found = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: found.append(context["exception"]))
    yield found
    loop.set_exception_handler(None)


def start(*steps: Step) -> tuple[Start, list[CivitaiError]]:
    told: list[CivitaiError] = []
    return Start(steps, told.append), told


async def test_what_fails_unexpectedly_is_reported_told_and_tried_again(reports) -> None:
    bad, good = Work(ZeroDivisionError("a bug")), Work()
    heard: list[CivitaiError] = []
    starting, told = start(
        Step(name="Reaching Civitai", work=bad, failed=heard.append), Step(name="Rest", work=good)
    )
    await starting.run()
    assert [str(error) for error in told] == [
        "Reaching Civitai failed. Press Try again, or start the program again."
    ]
    assert isinstance(told[0], StartFailed)
    assert told[0].retryable, "what waits for it goes on later"
    assert heard == told
    assert reports == [bad.fails]
    assert good.times == 1

    bad.fails = None
    await starting.run()
    assert (bad.times, good.times) == (2, 1)
    assert len(told) == 1
    await starting.run()
    assert (bad.times, good.times) == (2, 1)


async def test_an_expected_failure_is_told_in_its_own_words(reports) -> None:
    error = Unreachable("The sandbox did not start.")
    starting, told = start(Step(name="Reaching", work=Work(error)))
    await starting.run()
    assert told == [error]
    assert reports == []


async def test_what_is_of_no_use_without_another_step_waits_for_it(reports) -> None:
    first, after, free = Work(Unreachable("Offline.")), Work(), Work()
    starting, told = start(
        Step(name="first", work=first),
        Step(name="after", work=after, after="first"),
        Step(name="free", work=free),
    )
    await starting.run()
    assert (after.times, free.times) == (0, 1)
    first.fails = None
    await starting.run()
    assert (after.times, free.times) == (1, 1)
    assert len(told) == 1


async def test_of_several_failures_the_first_is_told(reports) -> None:
    starting, told = start(
        Step(name="first", work=Work(Unreachable("One."))),
        Step(name="second", work=Work(Unreachable("Two."))),
    )
    await starting.run()
    assert [error.message for error in told] == ["One."]


async def test_a_second_press_waits_for_the_first(reports) -> None:
    work = Work(Unreachable("Offline."))
    starting, _ = start(Step(name="first", work=work))
    first = asyncio.create_task(starting.run())
    await asyncio.sleep(0)
    work.fails = None
    await asyncio.gather(first, starting.run(), starting.run())
    assert work.times == 1


async def test_the_end_of_the_window_is_no_failure(reports) -> None:
    starting, told = start(Step(name="first", work=asyncio.Event().wait))
    running = asyncio.create_task(starting.run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
    assert (told, reports) == ([], [])
