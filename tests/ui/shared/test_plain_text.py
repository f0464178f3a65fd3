"""Lines and texts that leave Undo to the form."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from civitai_desktop.ui.gallery.search_field import SearchField
from civitai_desktop.ui.shared.plain_text import PlainLine, PlainText


@pytest.mark.parametrize("kind", [PlainLine, PlainText, SearchField])
def test_what_has_nothing_to_take_back_leaves_the_key_to_the_window(kind, qtbot):
    widget = kind()
    qtbot.addWidget(widget)
    undo = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    undo.ignore()
    QApplication.sendEvent(widget, undo)
    assert not undo.isAccepted()
    qtbot.keyClicks(widget, "a")
    QApplication.sendEvent(widget, undo)
    assert undo.isAccepted()
