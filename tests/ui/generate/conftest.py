"""A form with its real parts: catalogue, quotes, file on disk; only Civitai's answers are ours."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QLabel, QWidget

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.catalogue.loader import Catalogue
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


class PriceList(Orchestration):
    """Answers what-ifs with 8 Buzz per picture, or as it is told; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[GenerationRequest] = []
        self.refusal: CivitaiError | None = None
        self.insufficient: bool | None = None
        self.held: dict[int, asyncio.Event] = {}

    def hold(self, quantity: int) -> asyncio.Event:
        """Keep answers for this many pictures back until the event is set."""
        return self.held.setdefault(quantity, asyncio.Event())

    async def quote(self, request: GenerationRequest) -> Quote:
        self.asked.append(request)
        if request.quantity in self.held:
            await self.held[request.quantity].wait()
        if self.refusal is not None:
            raise self.refusal
        return Quote(
            total=8 * request.quantity,
            base=8,
            factors={"quantity": request.quantity},
            fees={"additionalNetworks": 1},
            insufficient=self.insufficient,
        )


class Live:
    """Answers with the live list of services it was given."""

    def __init__(self, *listed: Service) -> None:
        self.listed = list(listed)

    async def services(self) -> list[Service]:
        return self.listed


class Starts:
    """Takes requests over and keeps them."""

    def __init__(self) -> None:
        self.requests: list[GenerationRequest] = []

    def start(self, request: GenerationRequest) -> None:
        self.requests.append(request)


@dataclass(kw_only=True)
class Desk:
    """A panel with all it stands on."""

    window: QWidget
    presenter: GeneratePresenter
    presets: PresetShelf
    panel: GeneratePanel
    api: PriceList
    starts: Starts
    live: Live
    errors: list[CivitaiError] = field(default_factory=list)

    def is_priced(self) -> bool:
        """Tell whether an answer about the price is there, and Generate so acts at once."""
        return not self.presenter.price.is_awaited

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """Return the control of that objectName that is shown now."""
        found = [w for w in self.panel.findChildren(kind, name) if w.isVisibleTo(self.panel)]
        assert found, f"no {name}"
        return found[-1]

    def complaints(self) -> list[str]:
        """Return the sentences that stand under fields, top to bottom."""
        labels = self.panel.findChildren(QLabel)
        return [
            label.text()
            for label in labels
            if label.property("kind") == "complaint" and label.isVisible() and label.text()
        ]

    @property
    def price(self) -> str:
        label = self.find("price")
        assert isinstance(label, QLabel)
        return label.text()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return loader.load(resources.path("catalogue/engines.json"))


@pytest.fixture
def form_file(tmp_path: Path) -> FormFile:
    return FormFile(tmp_path / "form.json")


Open = Callable[..., Desk]


@pytest_asyncio.fixture
async def open_desk(
    qtbot, catalogue: Catalogue, form_file: FormFile, tmp_path: Path
) -> AsyncIterator[Open]:
    disk = DiskThread()
    library = await disk.run(Library, tmp_path / "library.sqlite3")
    desks: list[Desk] = []

    def opened(saved: SavedForm | None = None) -> Desk:
        api, starts, live, errors = PriceList(), Starts(), Live(), []
        presenter = GeneratePresenter(
            catalogue,
            saved or SavedForm(),
            EngineShelf(
                saved or SavedForm(), Availability(live, catalogue, time.monotonic), errors.append
            ),
            starts,
            Quotes(api),
            Forms(form_file, disk),
            Prompts(library, disk),
            errors.append,
        )
        # The panel's fixed width would make the offscreen platform complain about a window.
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(340, 842)
        presets = PresetShelf(
            Presets(PresetFile(tmp_path / "presets.json"), disk), presenter, errors.append
        )
        panel = GeneratePanel(presenter, presets)
        panel.setParent(window)
        panel.resize(340, 842)
        window.show()
        desk = Desk(
            window=window,
            presenter=presenter,
            panel=panel,
            api=api,
            starts=starts,
            presets=presets,
            live=live,
            errors=errors,
        )
        desks.append(desk)
        return desk

    yield opened
    for desk in desks:
        await desk.presets.aclose()
        await desk.presenter.aclose()
    await disk.run(library.close)
    disk.close()


@pytest.fixture
def desk(open_desk: Open) -> Desk:
    return open_desk()
