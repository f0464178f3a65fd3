"""Choosing what pictures are called."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from civitai_desktop.services.file_names import DEFAULT_PATTERN, usable
from civitai_desktop.ui.preferences.file_names import file_names_dialog


@pytest.fixture
def dialog(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    dialog = file_names_dialog(DEFAULT_PATTERN, window)
    dialog.open()
    yield dialog
    window.close()


def type_over(dialog, pattern):
    dialog.findChild(QLineEdit, "file_name_pattern").setText(pattern)


def sample(dialog):
    return dialog.findChild(QLabel, "verdict").text()


def test_the_sample_follows_what_is_typed(dialog):
    before = sample(dialog)
    type_over(dialog, "{seed}-{engine}")
    assert sample(dialog) != before


def test_a_pattern_is_chosen(dialog, qtbot):
    type_over(dialog, "{engine}-{seed}")
    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.mouseClick(dialog.findChild(QPushButton, "save"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["{engine}-{seed}"]


def test_a_token_that_does_not_exist_is_named_and_cannot_be_chosen(dialog):
    type_over(dialog, "{nonsense}")
    assert "{nonsense}" in sample(dialog)
    assert not dialog.findChild(QPushButton, "save").isEnabled()


def test_a_pattern_that_was_spoiled_by_hand_counts_as_the_default():
    assert usable("{nonsense}") == DEFAULT_PATTERN
    assert usable("{seed}") == "{seed}"
