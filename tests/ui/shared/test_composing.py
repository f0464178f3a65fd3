"""A text that an input method composes: its keys are its own, and nothing is done without it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.ui.gallery.search_field import SearchField
from civitai_desktop.ui.generate.prompt.history_popup import HistoryPopup
from civitai_desktop.ui.generate.prompt.text import PromptText
from civitai_desktop.ui.shared.composing import finish_composing
from civitai_desktop.ui.shared.text_dialog import TextDialog
from civitai_desktop.ui.window.actions import Actions

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

key = Qt.Key
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier

KEYS = [
    (key.Key_Return, CONTROL),
    (key.Key_Enter, CONTROL),
    (key.Key_Return, NONE),
    (key.Key_Enter, NONE),
    (key.Key_Escape, NONE),
    (key.Key_Up, NONE),
    (key.Key_Down, NONE),
    (key.Key_Left, NONE),
    (key.Key_Tab, NONE),
    (key.Key_Up, ALT),
    (key.Key_Down, CONTROL),
    (key.Key_F9, NONE),
]
FIELDS = [QPlainTextEdit, PromptText, QLineEdit, SearchField]


def compose(field: QWidget, text: str) -> None:
    QApplication.sendEvent(field, QInputMethodEvent(text, []))


def commit(field: QWidget, text: str) -> None:
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def text_of(field: QWidget) -> str:
    return field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()


class Window(QWidget):
    """A field, a button, and shortcuts; writes down what was done, with the field's text."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self.field = field
        self.done: list[str] = []
        self.button = QPushButton("Do")
        self.button.clicked.connect(self.act)
        column = QVBoxLayout(self)
        column.addWidget(field)
        column.addWidget(self.button)
        for code, modifiers in KEYS:
            action = QAction(self)
            action.setShortcut(QKeySequence(code | modifiers))
            action.triggered.connect(self.act)
            self.addAction(action)

    def act(self, _said: object = None) -> None:
        self.done.append(text_of(self.field))


@pytest.fixture
def opened(qtbot):
    def open_with(field: QWidget) -> Window:
        window = Window(field)
        qtbot.addWidget(window)
        window.show()
        QTest.qWaitForWindowActive(window)
        field.setFocus()
        return window

    return open_with


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize(("code", "modifiers"), KEYS, ids=repr)
def test_a_key_belongs_to_the_input_method(opened, kind, code, modifiers):
    window = opened(kind())
    field = window.field
    commit(field, "a boat ")
    compose(field, "にほん")
    QTest.keyClick(field, code, modifiers)
    assert window.done == []
    assert field.hasFocus()
    assert text_of(field) == "a boat "
    commit(field, "日本")
    assert text_of(field) == "a boat 日本"


@pytest.mark.parametrize("kind", FIELDS)
def test_afterwards_the_key_is_the_windows_again(opened, kind):
    window = opened(kind())
    compose(window.field, "にほん")
    commit(window.field, "日本")
    QTest.keyClick(window.field, key.Key_F9)
    assert window.done == ["日本"]


@pytest.mark.parametrize("kind", FIELDS)
def test_a_composition_that_was_given_up_holds_nothing_back(opened, kind):
    window = opened(kind())
    compose(window.field, "にほん")
    compose(window.field, "")
    QTest.keyClick(window.field, key.Key_F9)
    assert window.done == [""]


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("policy", [Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.NoFocus])
def test_what_is_composed_is_there_when_a_button_is_clicked(opened, kind, policy):
    window = opened(kind())
    window.button.setFocusPolicy(policy)
    window.button.clicked.disconnect(window.act)
    window.button.clicked.connect(finish_composing)
    window.button.clicked.connect(window.act)
    commit(window.field, "a boat ")
    compose(window.field, "にほん")
    QTest.mouseClick(window.button, Qt.MouseButton.LeftButton)
    assert window.done == ["a boat にほん"]
    finish_composing()
    assert text_of(window.field) == "a boat にほん"


@pytest.mark.parametrize("kind", FIELDS)
def test_what_is_composed_stays_when_the_keyboard_goes_elsewhere(opened, kind):
    window = opened(kind())
    compose(window.field, "にほん")
    window.button.setFocus()
    assert text_of(window.field) == "にほん"


@pytest.mark.parametrize("kind", FIELDS)
def test_letters_are_typed_as_ever(opened, kind):
    window = opened(kind())
    compose(window.field, "")
    QTest.keyClicks(window.field, "a b")
    assert text_of(window.field) == "a b"


def test_a_line_that_says_something_else_by_now_composes_no_more(opened, qtbot):
    window = opened(QLineEdit())
    compose(window.field, "にほん")
    qtbot.wait(1)
    window.field.setText("from elsewhere")
    QTest.keyClick(window.field, key.Key_F9)
    assert window.done == ["from elsewhere"]


def test_a_number_is_no_exception(opened):
    window = opened(QSpinBox())
    compose(window.field, "\uff11")
    QTest.keyClick(window.field, key.Key_F9)
    assert window.done == []


def test_a_field_that_is_gone_composes_nothing(opened, qtbot):
    window = opened(QLineEdit())
    compose(window.field, "にほん")
    window.field.deleteLater()
    qtbot.wait(1)
    finish_composing()


def test_a_choice_in_the_menu_finds_all_of_the_text(opened, qtbot):
    window = opened(QLineEdit())
    actions = Actions(QMenuBar(window), window)
    actions.triggered.connect(window.act)
    compose(window.field, "にほん")
    actions.findChild(QAction, "action_older_prompt").trigger()
    assert window.done == ["にほん"]


def test_a_dialog_is_neither_closed_nor_accepted(opened, qtbot):
    window = opened(QLineEdit())
    dialog = TextDialog("Save preset", "Name", "", lambda text: ("", bool(text)), window)
    chosen: list[str] = []
    dialog.chosen.connect(chosen.append)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    field = dialog.findChild(QLineEdit)
    field.setFocus()
    commit(field, "x")
    compose(field, "にほん")
    for code in (key.Key_Return, key.Key_Escape):
        QTest.keyClick(field, code)
        assert dialog.isVisible()
        assert chosen == []
    save = dialog.findChild(QPushButton, "save")
    save.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)
    assert chosen == ["xにほん"]


def test_a_text_that_is_finished_by_saving_it_is_judged_first(opened, qtbot):
    window = opened(QLineEdit())

    def judge(text: str) -> tuple[str, bool]:
        return ("Taken.", False) if text == "xに" else ("", bool(text))

    dialog = TextDialog("Save preset", "Name", "", judge, window)
    chosen: list[str] = []
    dialog.chosen.connect(chosen.append)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    field = dialog.findChild(QLineEdit)
    field.setFocus()
    commit(field, "x")
    compose(field, "に")
    save = dialog.findChild(QPushButton, "save")
    save.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert chosen == []


def test_a_popup_is_neither_closed_nor_chosen_from(opened, qtbot):
    window = opened(QLineEdit())
    popup = HistoryPopup(window)
    chosen: list[str] = []
    popup.chosen.connect(chosen.append)
    popup.open_over(window.field)
    popup.show_prompts(["a boat"])
    field = popup.findChild(QLineEdit)
    compose(field, "にほん")
    for code in (key.Key_Return, key.Key_Escape, key.Key_Down):
        QTest.keyClick(field, code)
        assert popup.isVisible()
        assert chosen == []
    compose(field, "")
    QTest.keyClick(field, key.Key_Return)
    assert chosen == ["a boat"]


def test_a_plain_dialogs_escape_belongs_to_the_input_method(qtbot):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    field = QLineEdit(dialog)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    field.setFocus()
    compose(field, "に")
    QTest.keyClick(field, key.Key_Escape)
    assert dialog.isVisible()
