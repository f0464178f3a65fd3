"""How long the UI thread is away while pictures are downloaded, saved and shown."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from civitai_desktop.app import Services
from civitai_desktop.domain.events import Event, ImageSaved
from civitai_desktop.ui.window.shell import Shell
from tests.benchmarks import inside
from tests.benchmarks.bench_saving import request
from tests.benchmarks.results import Result
from tests.program.sandbox_process import sandbox_process

_GENERATIONS, _PICTURES = 4, 4
_ROUNDS = 3
_TICK_MS = 5
_IDLE_S = 3.0
_FRAME_MS = 1000 / 60
_LONGEST_MS = 50.0


class Ticks(QObject):
    """A precise timer on the UI thread.

    Attributes:
        gaps_ms: How far apart the ticks came.
        work_ms: What the UI thread itself worked in between. The rest of a long gap it waited: for
            a processor, on which a server was drawing pictures, or for Python's lock.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self.work_ms: list[float] = []
        self._last = self._last_worked = 0.0
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.gaps_ms, self.work_ms = [], []
        self._last, self._last_worked = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        """End, and sort what was measured."""
        self._timer.stop()
        self.gaps_ms.sort()
        self.work_ms.sort()

    @Slot()
    def _tick(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.gaps_ms.append((now - self._last) * 1000)
        self.work_ms.append((worked - self._last_worked) * 1000)
        self._last, self._last_worked = now, worked


class Watch:
    """Ticks while nothing happens, and while pictures come in."""

    idle: Ticks
    busy: Ticks

    async def work(self, shell: Shell, services: Services) -> None:
        self.idle, self.busy = Ticks(), Ticks()
        await services.remote.check_key()
        await self._generate(shell, services)  # loads what is loaded only once
        self.idle.start()
        await asyncio.sleep(_IDLE_S)
        self.idle.stop()
        self.busy.start()
        for _ in range(_ROUNDS):
            await self._generate(shell, services)
        self.busy.stop()

    async def _generate(self, shell: Shell, services: Services) -> None:
        saved: list[int] = []

        def note(event: Event) -> None:
            if isinstance(event, ImageSaved):
                saved.append(event.image.id)

        services.events.subscribe(note)
        for _ in range(_GENERATIONS):
            services.generations.start(request(services, _PICTURES))
        all_there = _GENERATIONS * _PICTURES
        view = inside.gallery_view(shell)
        await inside.tiles_shown(view, lambda: saved if len(saved) == all_there else ())


def run() -> Iterator[Result]:
    watch = Watch()
    with TemporaryDirectory() as folder, sandbox_process("--speed", "4") as sandbox:
        inside.run(inside.arguments(sandbox, Path(folder)), watch.work)
    busy, idle = watch.busy, watch.idle
    for word, share, goal_ms in (("p99", 0.99, _FRAME_MS), ("longest", 1.0, _LONGEST_MS)):
        yield _bounded(f"gap, {word}", _at(busy.gaps_ms, share), _at(idle.gaps_ms, share), goal_ms)
        yield _bounded(f"work, {word}", _at(busy.work_ms, share), _at(idle.work_ms, share), None)


def _bounded(name: str, busy_ms: float, idle_ms: float, goal_ms: float | None) -> Result:
    return Result(
        name=f"UI thread while {_GENERATIONS} x {_PICTURES} pictures arrive, {name}",
        measured=busy_ms,
        unit="ms",
        against="the same while idle",
        limit=idle_ms,
        goal="" if goal_ms is None else f"at most {goal_ms:.1f} ms",
        is_met=None if goal_ms is None else busy_ms <= goal_ms,
    )


def _at(values: list[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)]
