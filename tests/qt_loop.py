"""Lets async tests run on the program's own loop, and sees to it that they leave nothing behind.

A conftest imports these names, and they hold for the tests below it.
"""

import asyncio
import faulthandler
import gc
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from civitai_desktop.ui.runtime.application import Application
from civitai_desktop.ui.runtime.loop import Loop

__all__ = [
    "Until",
    "nothing_is_left_behind",
    "pytest_asyncio_loop_factories",
    "pytest_runtest_teardown",
    "qapp_cls",
    "until",
]


class _Tested(Application):
    """The program's own application, whose events are met on a running loop as in the program.

    pytest-qt processes events between the parts of a test, while its loop stands still. On a slow
    machine a pause of the program may be over by then, and what it leads to would find no loop.
    """

    loop: asyncio.AbstractEventLoop | None = None

    def processEvents(self, *_: object) -> None:
        """Have the test's loop count as running meanwhile; it will run on."""
        before = asyncio._get_running_loop()
        if before is None and self.loop is not None and not self.loop.is_closed():
            asyncio._set_running_loop(self.loop)
        try:
            QApplication.processEvents()
        finally:
            asyncio._set_running_loop(before)


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """There is one application for all tests, whoever comes first; so it is the program's own."""
    return _Tested


def _loop() -> asyncio.AbstractEventLoop:
    application = QApplication.instance() or _Tested(["pytest"])
    application.loop = Loop(application)
    return application.loop


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
    if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        problems.append("A mouse button is still pressed.")
    if QApplication.instance():
        # The offscreen platform lets go of what is on it only after Python's end, and crashes.
        QApplication.clipboard().clear()
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

    async def wait(condition: Callable[[], object], *, timeout_s: float = 30.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                await asyncio.sleep(0.01)

    return wait
