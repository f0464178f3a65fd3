"""A picker over a sandbox, or over nothing."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QLabel, QListView, QPushButton, QWidget

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.ui.resource_picker.dialog import PickerDialog
from civitai_desktop.ui.resource_picker.finds import Wish
from tests.ui.resource_shop import NOWHERE, Shop, shop_opened
from tests.workshop import Sandbox

W = TypeVar("W", bound=QWidget)


@dataclass(kw_only=True)
class Picker:
    """A dialog that is open, and what it told."""

    shop: Shop
    dialog: PickerDialog
    used: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def find(self, name: str, kind: type[W] = QPushButton) -> W:
        """Return the control of that objectName."""
        found = self.dialog.findChild(kind, name)
        assert found is not None, f"no {name}"
        return found

    def said(self, name: str) -> str:
        """Return what a label says; nothing while it is hidden."""
        label = self.find(name, QLabel)
        return label.text() if label.isVisible() else ""

    @property
    def grid(self) -> QListView:
        return self.find("resources", QListView)

    def names(self) -> list[str]:
        """Return the cards' names, from the first."""
        rows = self.grid.model()
        return [str(rows.index(row, 0).data()) for row in range(rows.rowCount())]

    def choose(self, row: int) -> None:
        """Make a card the current one."""
        self.grid.setCurrentIndex(self.grid.model().index(row, 0))


Open = Callable[..., AbstractAsyncContextManager[Picker]]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return loader.load(resources.path("catalogue/engines.json"))


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def open_picker(qtbot, tmp_path: Path, catalogue: Catalogue) -> Open:
    """Open the picker for a field of an engine, by its role; without a sandbox it is offline."""

    @asynccontextmanager
    async def opened(
        sandbox: Sandbox | None = None, engine: str = "sdxl", role: str = "loras"
    ) -> AsyncIterator[Picker]:
        url, key = (sandbox.url, sandbox.key) if sandbox else (NOWHERE, "key")
        window = QWidget()
        qtbot.addWidget(window)
        window.show()
        chosen = catalogue.engine(engine)
        taken = chosen.by_role(role)
        assert taken is not None
        async with shop_opened(tmp_path, catalogue, url, key) as shop:
            shop.picker.begin(Wish(engine=chosen, field=taken))
            dialog = PickerDialog(shop.picker, shop.theme, shop.pictures, window)
            picker = Picker(shop=shop, dialog=dialog)
            shop.picker.used.connect(picker.used.append)
            dialog.words_wanted.connect(picker.words.append)
            dialog.open()
            yield picker
            if not picker.used:
                dialog.reject()

    return opened
