"""How long the UI thread is away while pictures are downloaded, saved and shown."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from civitai_desktop.app import Services
from civitai_desktop.domain.events import Event, ImageSaved
from civitai_desktop.ui.shell import Shell
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
    """A precise timer on the UI thread, and how far apart its ticks came in ms."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.gaps_ms = []
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> list[float]:
        """Return the gaps since the start, sorted."""
        self._timer.stop()
        return sorted(self.gaps_ms)

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps_ms.append((now - self._last) * 1000)
        self._last = now


class Watch:
    """Ticks while nothing happens, and while pictures come in."""

    def __init__(self) -> None:
        self.idle_ms: list[float] = []
        self.busy_ms: list[float] = []

    async def work(self, shell: Shell, services: Services) -> None:
        await services.remote.check_key()
        await self._generate(shell, services)  # loads what is loaded only once
        ticks = Ticks()
        ticks.start()
        await asyncio.sleep(_IDLE_S)
        self.idle_ms = ticks.stop()
        ticks.start()
        for _ in range(_ROUNDS):
            await self._generate(shell, services)
        self.busy_ms = ticks.stop()

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
    for word, share, limit_ms in (("p99", 0.99, _FRAME_MS), ("longest", 1.0, _LONGEST_MS)):
        busy, idle = (_at(gaps, share) for gaps in (watch.busy_ms, watch.idle_ms))
        yield Result(
            name=f"UI thread gap while {_GENERATIONS} x {_PICTURES} pictures arrive, {word}",
            measured=busy,
            unit="ms",
            against="the same while idle",
            limit=idle,
            goal=f"at most {limit_ms:.1f} ms",
            is_met=busy <= limit_ms,
        )


def _at(values: list[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)]
