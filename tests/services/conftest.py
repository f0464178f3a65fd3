"""A sandbox and the services over it, for each test its own; no error goes unseen."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.workshop import Sandbox, Workshop, opened


@pytest_asyncio.fixture(autouse=True)
async def nothing_is_left_behind() -> AsyncIterator[None]:
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


@pytest.fixture
def sandbox(home: Path) -> Iterator[Sandbox]:
    with Sandbox(home) as running:
        yield running


@pytest_asyncio.fixture
async def workshop(home: Path, sandbox: Sandbox) -> AsyncIterator[Workshop]:
    async with opened(home, sandbox) as workshop:
        yield workshop
