"""The asyncio loop on Qt's: qasync with its timers, re-entrancy and generators mended.

Four faults of qasync 0.28, each measured: timers are coarse and fire up to 84 ms early; a
canceled timer lives on until it would have fired (a large download leaves thousands); a task
that is woken while a coroutine spins a nested Qt loop loses that wake-up for good; and nobody
closes an asynchronous generator that is left in the middle, so that whatever it holds stays open
(a hundred aborted downloads left no connection for another). The mending uses private names, so
pyproject.toml pins the release line and tests/ui/runtime/test_loop.py guards it.
"""

import asyncio
import contextvars
import math
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import qasync
from PySide6.QtCore import QObject, Qt

T = TypeVar("T")

_COARSE_FROM_MS = 20_000
"""From here on a few percent do not matter, and a coarse timer wakes the processor less."""

_NESTED_RETRY_MS = 10


class LoopStopped(Exception):
    """Qt has ended its loop under the program, as it does when the display is gone.

    Nothing asynchronous can run any more, not even what would put things away.
    """


class Loop(qasync.QEventLoop):
    """A qasync loop whose timers are never early, end when canceled, and are never lost.

    Asynchronous generators that are dropped are closed, as in asyncio's own loops.
    """

    def run_forever(self) -> int:  # type: ignore[override]
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook,  # type: ignore[attr-defined]
            finalizer=self._asyncgen_finalizer_hook,  # type: ignore[attr-defined]
        )
        try:
            return super().run_forever()  # type: ignore[return-value]
        finally:
            sys.set_asyncgen_hooks(*hooks)

    def run_until_complete(self, future: Awaitable[T]) -> T:  # type: ignore[override]
        task = asyncio.ensure_future(future, loop=self)
        try:
            return super().run_until_complete(task)
        except RuntimeError as error:
            if task.done():
                raise
            raise LoopStopped from error

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> "_Handle":
        handle = _Handle(callback, args, self, context=context)
        handle.arm(max(0, math.ceil(delay * 1000)))
        handle.due = self.time() + delay
        return handle


class _Handle(asyncio.Handle):
    """A call that waits for a Qt timer of its own."""

    __slots__ = ("_is_running", "_timer_id", "due")

    due: float
    _loop: Loop
    _timer_id: int

    def when(self) -> float:
        """Return the loop time at which the call is due."""
        return self.due

    def arm(self, pause_ms: int) -> None:
        """Start the timer that makes the call."""
        timer = self._timer()
        kind = Qt.TimerType
        precision = kind.PreciseTimer if pause_ms < _COARSE_FROM_MS else kind.CoarseTimer
        self._is_running = False
        self._timer_id = timer.startTimer(pause_ms, precision)
        _calls(timer)[self._timer_id] = self

    def cancel(self) -> None:
        timer = self._timer()
        # While it runs, qasync itself is about to remove the entry.
        if not self.cancelled() and not self._is_running:
            calls = _calls(timer)
            if calls.get(self._timer_id) is self:
                timer.killTimer(self._timer_id)
                del calls[self._timer_id]
        super().cancel()

    def _run(self) -> None:
        if not self._loop.is_running() or asyncio.current_task(self._loop) is not None:
            # Qt's events are processed although the loop is stopped, or a coroutine spins a nested
            # Qt loop. A task stepped now would raise and never be woken again.
            self.arm(_NESTED_RETRY_MS)
            return
        self._is_running = True
        super()._run()

    def _timer(self) -> QObject:
        return self._loop._timer  # type: ignore[attr-defined, no-any-return]


def _calls(timer: QObject) -> dict[int, _Handle]:
    return timer._SimpleTimer__callbacks  # type: ignore[attr-defined, no-any-return]
