"""Async tests of the window run on the program's own loop, and leave nothing behind."""

import asyncio
import faulthandler
import gc
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication

from civitai_desktop.ui.loop import Loop


def _loop() -> asyncio.AbstractEventLoop:
    application = QApplication.instance() or QApplication(["pytest"])
    # A window that is closed must not stop the loop under the test.
    application.setQuitOnLastWindowClosed(False)
    return Loop(application)


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, object]:
    return {"qt": _loop}


@pytest_asyncio.fixture(autouse=True)
async def nothing_is_left_behind(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Fail on an error that nobody has seen, and on a task that outlives the test."""
    loop = asyncio.get_running_loop()
    problems: list[str] = []

    def note(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        problems.append(f"{context.get('message')}: {context.get('exception')!r}")

    loop.set_exception_handler(note)
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    left = {t for t in asyncio.all_tasks() - before if t is not asyncio.current_task()}
    for task in left:
        task.cancel()
    if left:
        problems.append(f"left behind: {[repr(task.get_coro()) for task in left]}")
        await asyncio.wait(left, timeout=1)
    del left, before
    # Makes a task's error that was never retrieved speak up now, not in another test.
    gc.collect()
    await asyncio.sleep(0)
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A hung teardown is not seen by pytest-timeout, which is disarmed after a failed call."""
    faulthandler.dump_traceback_later(30, exit=True, file=sys.__stderr__)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


Until = Callable[..., object]


@pytest.fixture
def until() -> Until:
    """Wait on the loop until a condition holds; never nests the loop as qtbot.waitUntil does."""

    async def wait(condition: Callable[[], object], *, timeout_s: float = 15.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                await asyncio.sleep(0.01)

    return wait
