"""Keys for weights in the prompt: one step, one undo, and nothing where the engine has none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def prompt(desk):
    desk.presenter.choose_engine("sdxl")
    field = desk.find("prompt")
    field.setPlainText("\N{SAILBOAT}\N{GRINNING FACE} a red boat")
    cursor = field.textCursor()
    cursor.setPosition(field.toPlainText().index("red") + 2)
    field.setTextCursor(cursor)
    return field


async def test_up_and_down_change_the_word_at_the_cursor(desk, prompt, qtbot):
    before = prompt.toPlainText()
    qtbot.keyClick(prompt, Qt.Key.Key_Up, CONTROL)
    qtbot.keyClick(prompt, Qt.Key.Key_Up, CONTROL)
    assert prompt.toPlainText() == before.replace("red", "(red:1.1)")
    assert prompt.textCursor().selectedText() == "red"
    assert desk.presenter.values["prompt"] == prompt.toPlainText()
    for _ in range(3):
        qtbot.keyClick(prompt, Qt.Key.Key_Down, CONTROL)
    assert prompt.toPlainText() == before.replace("red", "(red:0.95)")


async def test_each_step_is_one_undo(prompt, qtbot):
    before = prompt.toPlainText()
    qtbot.keyClick(prompt, Qt.Key.Key_Up, CONTROL)
    qtbot.keyClick(prompt, Qt.Key.Key_Up, CONTROL)
    prompt.undo()
    assert prompt.toPlainText() == before.replace("red", "(red:1.05)")
    prompt.undo()
    assert prompt.toPlainText() == before


async def test_a_selection_is_weighted_as_a_whole(prompt, qtbot):
    cursor = prompt.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.StartOfWord)
    end = QTextCursor.MoveOperation.End
    cursor.movePosition(end, QTextCursor.MoveMode.KeepAnchor)
    prompt.setTextCursor(cursor)
    qtbot.keyClick(prompt, Qt.Key.Key_Up, CONTROL)
    assert prompt.toPlainText().endswith(" a (red boat:1.05)")


async def test_the_keys_do_nothing_where_an_engine_weighs_no_words(desk, prompt, qtbot):
    desk.presenter.choose_engine("z-image-turbo")
    field = desk.find("prompt")
    before = field.toPlainText()
    qtbot.keyClick(field, Qt.Key.Key_Up, CONTROL)
    assert field.toPlainText() == before


async def test_the_menu_weighs_what_the_keys_weigh(desk, prompt):
    desk.panel.change_weight(-1)
    assert prompt.toPlainText().endswith("(red:0.95) boat")
    assert prompt.hasFocus()
