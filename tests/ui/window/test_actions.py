"""The menu's actions as keys reach them."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from civitai_desktop.ui.window.actions import ROWS, Actions


@pytest.fixture
def window(qtbot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.mark.parametrize("action_id", [row.id for row in ROWS])
def test_a_key_that_is_held_down_acts_once(window, action_id):
    actions = Actions(window.menuBar(), window)
    assert not actions.findChild(QAction, f"action_{action_id}").autoRepeat()
