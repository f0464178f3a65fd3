"""What the viewer's tests share."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest


@pytest.fixture
def until(until) -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Wait until a condition holds and nothing is under way any more.

    Between a test and its teardown pytest-qt turns Qt's loop without asyncio's, and a task that
    is woken there fails.
    """

    async def wait(condition: Callable[[], object]) -> None:
        await until(lambda: condition() and asyncio.all_tasks() == {asyncio.current_task()})

    return wait
