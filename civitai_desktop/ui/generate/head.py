"""The form's head: which engine is chosen, how it is doing, and the presets."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.ui.generate.engines.picker import EnginePicker
from civitai_desktop.ui.generate.engines.rows import trouble
from civitai_desktop.ui.generate.engines.shelf import EngineShelf
from civitai_desktop.ui.generate.presets.button import PresetButton
from civitai_desktop.ui.generate.presets.shelf import PresetShelf
from civitai_desktop.ui.shared.widgets import caption, plain, plain_tip, styled

_CAPTION_PX = 17
_UNDER_CAPTION_PX = 5


class FormHead(QWidget):
    """The engine's field under its caption; says beside it if the engine cannot be had now.

    The presets' button stands in the same line.

    Signals:
        engine_chosen: The id of the engine that was picked.
    """

    engine_chosen = Signal(str)

    def __init__(self, catalogue: Catalogue, shelf: EngineShelf, presets: PresetShelf) -> None:
        super().__init__()
        self._shelf = shelf
        self._engine = catalogue.default
        self.picker = EnginePicker(catalogue, shelf)
        self.presets = PresetButton(presets)
        self._trouble = styled(plain(QLabel()), "dim")
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        label = caption(self.tr("Engine"), self.picker)
        for each in (label, self._trouble):
            each.setFixedHeight(_CAPTION_PX)
            self._row.addWidget(each)
        # A long sentence gives way to the presets' button.
        self._trouble.setMinimumWidth(1)
        self._row.setStretchFactor(self._trouble, 1)
        self.presets.setFixedHeight(_CAPTION_PX)
        self._row.addWidget(self.presets)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_UNDER_CAPTION_PX)
        column.addLayout(self._row)
        column.addWidget(self.picker)
        self.picker.chosen.connect(self.engine_chosen)
        shelf.changed.connect(self._show_trouble)

    def show_engine(self, engine: Engine) -> None:
        """Show that `engine` is the chosen one."""
        self._engine = engine
        self.picker.show_engine(engine)
        self._show_trouble()

    @Slot()
    def _show_trouble(self) -> None:
        said = trouble(self._shelf.status(self._engine.id))
        self._trouble.setText(f" — {said[0].lower()}{said[1:]}" if said else "")
        self._trouble.setToolTip(plain_tip(said))
