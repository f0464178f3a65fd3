"""Tasks with an owner, and threads that are waited for."""

import asyncio
import threading

import pytest

from civitai_desktop.domain.errors import CivitaiError, Unreachable
from civitai_desktop.services.tasks import DiskThread, TaskScope, Workers


async def raising(error: Exception) -> None:
    raise error


async def test_an_expected_error_reaches_the_owner() -> None:
    heard: list[CivitaiError] = []
    error = Unreachable("Offline.")
    await asyncio.wait([TaskScope(heard.append).spawn(raising(error), name="work")])
    await asyncio.sleep(0)
    assert heard == [error]


async def test_a_bug_reaches_the_loops_handler_with_the_tasks_name() -> None:
    contexts: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: contexts.append(context))
    heard: list[CivitaiError] = []
    error = KeyError("bug")
    await asyncio.wait([TaskScope(heard.append).spawn(raising(error), name="work")])
    await asyncio.sleep(0)
    assert heard == []
    [context] = contexts
    assert context["exception"] is error
    assert "'work'" in context["message"]


async def test_closing_ends_every_task_and_waits_for_it() -> None:
    ended = []

    async def work(name: str) -> None:
        try:
            await asyncio.Future()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    scope = TaskScope(pytest.fail)
    for name in ("one", "two"):
        scope.spawn(work(name), name=name)
    await asyncio.sleep(0)
    await scope.aclose()
    assert sorted(ended) == ["one", "two"]


async def test_closing_an_idle_scope_is_nothing() -> None:
    scope = TaskScope(pytest.fail)
    await asyncio.wait([scope.spawn(asyncio.sleep(0), name="work")])
    await scope.aclose()
    await scope.aclose()


async def test_a_canceled_task_is_no_error() -> None:
    task = TaskScope(pytest.fail).spawn(asyncio.sleep(60), name="work")
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)


async def test_work_runs_elsewhere_and_its_answer_and_errors_come_back() -> None:
    workers = Workers("some", 1)
    thread = await workers.run(lambda name, suffix="": threading.current_thread().name + name, "!")
    assert thread == "some_0!"
    with pytest.raises(ZeroDivisionError):
        await workers.run(lambda: 1 / 0)
    workers.close()


async def test_closing_waits_for_what_is_under_way_and_drops_what_has_not_begun() -> None:
    workers, begun, go_on = Workers("some", 1), threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> None:
        begun.set()
        go_on.wait()
        done.append("first")

    workers.start(first)
    begun.wait()
    workers.start(lambda: done.append("second"))
    closing = asyncio.create_task(asyncio.to_thread(workers.close))
    await asyncio.sleep(0)
    go_on.set()
    await closing
    assert done == ["first"]


async def test_the_disk_keeps_order_and_finishes_all_that_was_handed_in() -> None:
    disk, go_on, done = DiskThread(), threading.Event(), []
    disk.start(go_on.wait)
    for number in range(5):
        disk.start(done.append, number)
    canceled = asyncio.create_task(disk.run(done.append, "canceled"))
    await asyncio.sleep(0)
    canceled.cancel()
    await asyncio.wait([canceled])
    go_on.set()
    await asyncio.to_thread(disk.close)
    assert done == [0, 1, 2, 3, 4]
