"""What a pasted text with settings would change in the form, before it does."""

import re
from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.services.pasted_form import PastedForm, Setting
from civitai_desktop.ui.shared.theme import EDGE_PX, GAP_PX
from civitai_desktop.ui.shared.widgets import caption, named, plain, rule, styled

_WIDTH_PX = 520
_NAME_PX = 120
_LONGEST_SHOWN = 240
_MOST_LEFT = 8
_ENDLESS = re.compile(r"\S{20}")
"""What a word may be broken after: a label wraps whole words only."""
_AROUND_PX = 200
"""Heading, buttons, and what the system needs of the screen."""


class PasteDialog(QDialog):
    """Opened with `open()`. Closing it changes nothing, and the text is still in the clipboard.

    Signals:
        taken: The `PastedForm` is wanted in the form.
        text_wanted: The text is wanted in the prompt as it is.
    """

    taken = Signal(object)
    text_wanted = Signal(str)

    def __init__(self, pasted: PastedForm, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, self.tr("Generation data"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Generation data"))
        self.setFixedWidth(_WIDTH_PX)
        self._pasted = pasted
        take = styled(named(QPushButton(self.tr("Take over")), "Take over"), "primary")
        text = named(QPushButton(self.tr("Paste as text")), "Paste as text")
        cancel = named(QPushButton(self.tr("Cancel")), "Cancel")
        take.setDefault(True)
        take.setEnabled(bool(pasted.values))
        for button in (text, cancel):
            button.setAutoDefault(False)
        take.clicked.connect(self._take)
        text.clicked.connect(self._paste)
        cancel.clicked.connect(self.reject)

        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        column.setSpacing(EDGE_PX)
        column.addWidget(styled(QLabel(self.tr("This looks like generation data")), "heading"))
        column.addWidget(self._table_area(pasted.settings))
        foot = QHBoxLayout()
        foot.setSpacing(GAP_PX)
        foot.addWidget(cancel)
        foot.addStretch()
        foot.addWidget(text)
        foot.addWidget(take)
        column.addLayout(foot)
        take.setFocus()

    def _table_area(self, settings: Sequence[Setting]) -> QScrollArea:
        """Return all that the text tells, in its full height as far as the screen has room."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(EDGE_PX)
        column.addLayout(self._table(each for each in settings if not each.why))
        left = [each for each in settings if each.why]
        if left:
            column.addWidget(rule())
            column.addWidget(styled(QLabel(self.tr("Cannot be taken over")), "strong"))
            column.addLayout(self._table(left[:_MOST_LEFT]))
            if len(left) > _MOST_LEFT:
                more = self.tr("and {n} more").format(n=len(left) - _MOST_LEFT)
                column.addWidget(caption(more))
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        for label in inside.findChildren(QLabel):
            label.ensurePolished()
        high = column.heightForWidth(_WIDTH_PX - 2 * EDGE_PX)
        room = QGuiApplication.primaryScreen().availableSize().height() - _AROUND_PX
        area.setFixedHeight(min(high, room))
        return area

    @Slot()
    def _take(self) -> None:
        self.accept()
        self.taken.emit(self._pasted)

    @Slot()
    def _paste(self) -> None:
        self.accept()
        self.text_wanted.emit(self._pasted.text)

    def _table(self, settings: Iterable[Setting]) -> QGridLayout:
        table = QGridLayout()
        table.setHorizontalSpacing(EDGE_PX)
        table.setVerticalSpacing(GAP_PX)
        table.setColumnMinimumWidth(0, _NAME_PX)
        table.setColumnStretch(1, 1)
        for row, setting in enumerate(settings):
            value = plain(QLabel(_shown(setting)))
            value.setWordWrap(True)
            value.setMinimumWidth(1)
            name = plain(caption(setting.name))
            table.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            table.addWidget(value, row, 1)
        return table


def _shown(setting: Setting) -> str:
    text = " ".join(setting.text.split())
    text = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    text = _ENDLESS.sub("\\g<0>\N{ZERO WIDTH SPACE}", text)
    return f"{text} — {setting.why}" if setting.why else text
