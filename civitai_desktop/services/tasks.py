"""Tasks with an owner, and the threads that blocking work runs on."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from civitai_desktop.domain.errors import CivitaiError

P = ParamSpec("P")
T = TypeVar("T")


class TaskScope:
    """The tasks one owner has started. They end when the owner ends, and none fails unheard.

    An expected error goes to `on_error`; anything else is a bug and goes to the loop's
    exception handler, which reports it.
    """

    def __init__(self, on_error: Callable[[CivitaiError], None]) -> None:
        self._on_error = on_error
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Start `work` now and keep it alive until it ends or the scope closes."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def aclose(self) -> None:
        """Cancel what is still running and wait until it has stopped."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, CivitaiError):
            self._on_error(error)
        elif error is not None:
            task.get_loop().call_exception_handler(
                {"message": f"Task {task.get_name()!r} failed", "exception": error, "task": task}
            )


class Workers:
    """A few threads for work that blocks.

    Close them before what they use: cancelling an awaiting task does not stop its thread.
    """

    def __init__(self, name: str, count: int) -> None:
        self._executor = ThreadPoolExecutor(max_workers=count, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on a thread and return what it returns."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, partial(work, *args, **kwargs))

    def start(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Begin `work` on a thread and let it end by itself; it must not raise."""
        self._executor.submit(work, *args, **kwargs)

    def close(self) -> None:
        """Wait for the work under way; what has not begun is dropped."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class DiskThread(Workers):
    """One thread for the database and the files, so that no two writers ever meet."""

    def __init__(self) -> None:
        super().__init__("disk", 1)

    def close(self) -> None:
        """Wait for all that was handed in: it is little, and some of it tidies up."""
        self._executor.shutdown(wait=True)
