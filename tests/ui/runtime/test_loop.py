"""The mended loop: timers, cancellation, nested Qt loops."""

import asyncio
from contextlib import suppress

import pytest
from PySide6.QtCore import QEventLoop, QTimer

from civitai_desktop.ui.runtime.loop import Loop, _calls


async def test_the_tests_run_on_the_programs_own_loop():
    assert isinstance(asyncio.get_running_loop(), Loop)


async def test_a_sleep_is_never_early():
    loop = asyncio.get_running_loop()
    for pause_s in (0.001, 0.0105, 0.05, 0.1):
        begun = loop.time()
        await asyncio.sleep(pause_s)
        assert loop.time() - begun >= pause_s


async def test_a_canceled_timer_ends_at_once():
    loop = asyncio.get_running_loop()
    before = len(_calls(loop._timer))
    handles = [loop.call_later(60, int) for _ in range(100)]
    for handle in handles:
        handle.cancel()
    assert len(_calls(loop._timer)) == before


async def test_a_task_survives_a_nested_loop_in_another():
    steps = []

    async def count():
        while True:
            steps.append(1)
            await asyncio.sleep(0.01)

    counting = asyncio.create_task(count())
    await asyncio.sleep(0.03)
    nested = QEventLoop()
    QTimer.singleShot(60, nested.quit)
    nested.exec()
    seen = len(steps)
    await asyncio.sleep(0.2)
    assert len(steps) > seen
    counting.cancel()
    await asyncio.gather(counting, return_exceptions=True)


async def test_calls_are_made_in_the_order_they_were_asked_for():
    made = []
    loop = asyncio.get_running_loop()
    for number in range(200):
        loop.call_soon(made.append, number)
    await asyncio.sleep(0.05)
    assert made == list(range(200))


async def test_a_generator_that_is_left_in_the_middle_is_closed():
    closed = asyncio.Event()

    async def numbers():
        try:
            while True:
                yield 1
        finally:
            await asyncio.sleep(0)
            closed.set()

    async for _ in numbers():
        break
    async with asyncio.timeout(5):
        await closed.wait()


@pytest.fixture
def pause_that_is_over_too_soon(qapp):
    """Begin a pause of the program that is over before the test has begun."""
    loops = []

    def end() -> None:
        with suppress(RuntimeError):
            loops.append(asyncio.get_running_loop())

    QTimer.singleShot(0, qapp, end)
    return loops


async def test_a_pause_that_ends_between_the_parts_of_a_test_finds_its_loop(
    pause_that_is_over_too_soon, until
):
    await until(lambda: pause_that_is_over_too_soon == [asyncio.get_running_loop()])
