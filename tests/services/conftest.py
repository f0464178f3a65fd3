"""A sandbox and the services over it, for each test its own; no error goes unseen."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio

from tests.workshop import NO_WAITING, Sandbox, Workshop, opened


@pytest.fixture(scope="session")
def only_new_garbage() -> Iterator[None]:
    """Make looking for garbage cheap: what was there before the first test is left out."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest_asyncio.fixture(autouse=True)
async def nothing_is_left_behind(only_new_garbage: None) -> AsyncIterator[None]:
    """Fail on an error that nobody has seen, and on a task that outlives the test."""
    problems: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: problems.append(str(context)))
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    problems += [f"left behind: {task.get_coro()!r}" for task in left]
    for task in left:
        task.cancel()
    del left, before
    # Makes a task's error that was never retrieved speak up now, not in another test.
    gc.collect()
    await asyncio.sleep(0)
    assert not problems, "\n".join(problems)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(scope="session")
def in_the_background() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Take down servers while the next test runs; what fails at it is told at the end."""
    with ThreadPoolExecutor(4) as threads:
        endings = []
        yield lambda ending: endings.append(threads.submit(ending))
        for ending in endings:
            ending.result()


@pytest.fixture
def sandbox(home: Path, in_the_background) -> Iterator[Sandbox]:
    running = Sandbox(home)
    yield running
    in_the_background(running.stop)


@pytest.fixture
def slow(home: Path, in_the_background) -> Iterator[Sandbox]:
    """A sandbox that holds no answer, and in which nothing comes to its end by itself."""
    running = Sandbox(home, speed=0.001)
    running.misbehave(NO_WAITING)
    yield running
    in_the_background(running.stop)


@pytest_asyncio.fixture
async def workshop(home: Path, sandbox: Sandbox) -> AsyncIterator[Workshop]:
    async with opened(home, sandbox) as workshop:
        yield workshop
