"""Generation data is offered before it is taken over; nothing that was typed is lost."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from civitai_desktop.ui.generate.prompt.paste_dialog import PasteDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

DATA = """a boat
Negative prompt: blurry
Steps: 28, Sampler: Restart, CFG scale: 2, Seed: 123, Size: 832x1216, Model: dreamshaper"""


def paste(desk, text: str) -> PasteDialog | None:
    """Paste as the keyboard does, and return what asks about it."""
    data = QMimeData()
    data.setText(text)
    prompt = desk.find("prompt")
    prompt.setFocus()
    prompt.insertFromMimeData(data)
    return next(iter(desk.window.findChildren(PasteDialog)), None)


def press(dialog: PasteDialog, name: str) -> None:
    dialog.findChild(QPushButton, name).click()


@pytest.fixture
def typed(desk):
    desk.find("prompt").setPlainText("my own ")
    desk.find("prompt").moveCursor(desk.find("prompt").textCursor().MoveOperation.End)
    return desk


async def test_generation_data_is_shown_and_changes_nothing_yet(typed):
    dialog = paste(typed, DATA)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert said[:5] == [
        "This looks like generation data",
        "Prompt",
        "a boat",
        "Negative prompt",
        "blurry",
    ]
    assert "dreamshaper — Choose it under Advanced." in said
    assert any("“Restart”" in text for text in said)
    assert typed.find("prompt").toPlainText() == "my own "


async def test_taking_over_fills_the_form_and_one_undo_brings_it_back(typed):
    before = typed.presenter.values
    told: list[bool] = []
    typed.presenter.undo_available.connect(told.append)
    press(paste(typed, DATA), "take_over")

    values = typed.presenter.values
    assert (values["prompt"], values["negativePrompt"]) == ("a boat", "blurry")
    assert (values["width"], values["height"], values["seed"]) == (832, 1216, 123)
    assert typed.find("prompt").toPlainText() == "a boat"
    assert values["sampleMethod"] == before["sampleMethod"]

    typed.presenter.undo()
    assert typed.presenter.values == before
    assert told == [True, False]


async def test_pasting_as_text_inserts_at_the_cursor(typed):
    press(paste(typed, DATA), "paste_as_text")
    assert typed.find("prompt").toPlainText() == f"my own {DATA}"
    typed.find("prompt").undo()
    assert typed.find("prompt").toPlainText() == "my own "


async def test_escape_changes_nothing(typed, qtbot):
    dialog = paste(typed, DATA)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert typed.find("prompt").toPlainText() == "my own "


async def test_any_other_text_is_pasted_at_once(typed):
    assert paste(typed, "{red|blue} boat") is None
    assert typed.find("prompt").toPlainText() == "my own {red|blue} boat"


async def test_nothing_to_take_over_cannot_be_taken(typed):
    dialog = paste(typed, "Steps: many, Seed: none, Size: large")
    assert not dialog.findChild(QPushButton, "take_over").isEnabled()
    dialog.reject()
