"""Switching engines: what the UI thread works until the other form stands on the screen.

Every engine of the picker in turn, in the picker's order and in another, in the program's own
style sheet, as the form begins and with the advanced fields unfolded. Prices are answered at once,
by nobody. Rubbish is collected between the switches, as the program does it at moments of its own.

Each switch is made several times and counts by its median: what the machine does meanwhile, which
adds a whole frame to one turn in fifty here, does not meet the same switch thrice.
"""

import asyncio
import gc
import os
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QMainWindow

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.service import Service
from civitai_desktop.domain.workflow import Quote
from civitai_desktop.services.availability import Availability
from civitai_desktop.services.forms import Forms
from civitai_desktop.services.ports import Orchestration
from civitai_desktop.services.presets import Presets
from civitai_desktop.services.prompts import Prompts
from civitai_desktop.services.quotes import Quotes
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.forms import FormFile
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.presets import PresetFile
from civitai_desktop.ui.generate.engines.shelf import EngineShelf
from civitai_desktop.ui.generate.panel import GeneratePanel
from civitai_desktop.ui.generate.presenter import GeneratePresenter
from civitai_desktop.ui.generate.presets.shelf import PresetShelf
from civitai_desktop.ui.runtime.loop import Loop
from civitai_desktop.ui.shared.imaging import warm_up_image_plugins
from civitai_desktop.ui.shared.theme import Theme
from tests.benchmarks.results import Result, against_limit

FRAME_MS = 1000 / 60
ROUNDS = 5
_SHUFFLED_BY = 1
_SETTLED_S = 0.05
"""Shorter than the pause after which the form is checked and priced: that is work of its own."""


class Nobody(Orchestration):
    """Answers for Civitai, and for whoever starts a generation."""

    async def quote(self, request: GenerationRequest) -> Quote:
        return Quote(total=request.quantity)

    async def services(self) -> list[Service]:
        return []

    def start(self, request: GenerationRequest) -> None:
        raise AssertionError("nothing is generated here")


def fail(error: CivitaiError) -> None:
    raise error


@asynccontextmanager
async def panel_shown(folder: Path) -> AsyncIterator[tuple[GeneratePresenter, GeneratePanel]]:
    """Show the form as the program does."""
    catalogue = loader.load(resources.path("catalogue/engines.json"))
    nobody, disk = Nobody(), DiskThread()
    library = await disk.run(Library, folder / "library.sqlite3")
    presenter = GeneratePresenter(
        catalogue,
        SavedForm(),
        EngineShelf(SavedForm(), Availability(nobody, catalogue, time.monotonic), fail),
        nobody,
        Quotes(nobody),
        Forms(FormFile(folder / "form.json"), disk),
        Prompts(library, disk),
        fail,
    )
    presets = PresetShelf(Presets(PresetFile(folder / "presets.json"), disk), presenter, fail)
    panel = GeneratePanel(presenter, presets)
    window = QMainWindow()
    window.resize(panel.width(), 842)
    window.setCentralWidget(panel)
    window.show()
    try:
        yield presenter, panel
    finally:
        await presets.aclose()
        await presenter.aclose()
        await disk.run(library.close)
        disk.close()


async def measure(folder: Path, *, unfolded: bool) -> list[list[float]]:
    """Return what the UI thread worked, in ms, at each turn of each switch.

    Args:
        unfolded: Whether the advanced fields are shown, which is not how the form begins.
    """
    worked: dict[tuple[str, str], list[float]] = defaultdict(list)
    gc.disable()
    gc.freeze()
    async with panel_shown(folder) as (presenter, panel):
        if unfolded:
            panel.form.open_advanced()
        picker = [engine.id for engine in presenter.catalogue.from_text()]
        shuffled = random.Random(_SHUFFLED_BY).sample(picker, len(picker))
        for order in (picker, shuffled):
            former = order[-1]
            presenter.choose_engine(former)
            await asyncio.sleep(1)
            for engine_id in order * ROUNDS:
                gc.collect(1)
                begin = time.thread_time()
                presenter.choose_engine(engine_id)
                # Laying out and painting too.
                await asyncio.sleep(_SETTLED_S)
                worked[former, engine_id].append((time.thread_time() - begin) * 1000)
                former = engine_id
    return list(worked.values())


def run() -> Iterator[Result]:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    warm_up_image_plugins()
    Theme(application).dress()
    with (
        TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=lambda: Loop(application)) as runner,
    ):
        for unfolded in (False, True):
            worked = runner.run(measure(Path(folder), unfolded=unfolded))
            switches = sorted(map(median, worked))
            turns = sorted(took for switch in worked for took in switch)
            name = ", advanced unfolded" if unfolded else ""
            yield _bounded(f"median{name}", median(switches))
            yield _bounded(f"p99 of the switches{name}", _p99(switches), times=1)
            yield _bounded(f"p99 with what the machine adds to a turn{name}", _p99(turns))


def _p99(ascending: Sequence[float]) -> float:
    return ascending[len(ascending) * 99 // 100]


def _bounded(name: str, worked_ms: float, times: float | None = None) -> Result:
    name = f"switching engines, work, {name}"
    return against_limit(name, worked_ms, "ms", "one frame", FRAME_MS, times)
