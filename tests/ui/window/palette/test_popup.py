"""The command palette as keys and a screen reader reach it."""

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt, QTranslator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListView, QWidget

from civitai_desktop.ui.shared.commands import Command
from civitai_desktop.ui.window.commands import COMMANDS
from civitai_desktop.ui.window.palette.popup import CommandPalette

# The platform without a screen has no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

key = Qt.Key
MISSING = "Select a picture first."


def why_not(command: Command) -> str:
    return MISSING if command.needs else ""


def is_chosen(command: Command) -> bool:
    return command.id == "dark"


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    window.resize(1100, 700)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def palette(window) -> CommandPalette:
    palette = CommandPalette(COMMANDS, why_not, is_chosen, window)
    palette.open_over(window, [])
    return palette


def line(palette: CommandPalette) -> QLineEdit:
    return palette.findChild(QLineEdit, "command")


def names(palette: CommandPalette) -> list[str]:
    rows = palette.findChild(QListView, "commands").model()
    return [rows.index(row, 0).data() for row in range(rows.rowCount())]


def chosen(palette: CommandPalette) -> list[str]:
    heard: list[str] = []
    palette.chosen.connect(lambda command: heard.append(command.id))
    return heard


def test_it_opens_with_the_keyboard_in_its_line_and_every_command_below(palette):
    assert palette.accessibleName() == "Command palette"
    assert line(palette).accessibleName() == "Command"
    assert len(names(palette)) == len(COMMANDS)
    assert palette.isVisible()


def test_typing_and_enter_do_it_once_it_is_closed(palette):
    heard = chosen(palette)
    QTest.keyClicks(line(palette), "light")
    QTest.keyClick(line(palette), key.Key_Return)
    assert heard == ["light"]
    assert not palette.isVisible()


def test_arrows_walk_and_go_on_at_the_other_end(palette):
    heard = chosen(palette)
    QTest.keyClicks(line(palette), "dark")
    found = names(palette)
    QTest.keyClick(line(palette), key.Key_Down)
    assert line(palette).accessibleDescription().startswith(found[1])
    QTest.keyClick(line(palette), key.Key_Up)
    QTest.keyClick(line(palette), key.Key_Up)
    assert line(palette).accessibleDescription().startswith(found[-1])
    QTest.keyClick(line(palette), key.Key_PageDown)
    QTest.keyClick(line(palette), key.Key_PageUp)
    QTest.keyClick(line(palette), key.Key_Return)
    assert heard == ["dark"]


def test_what_cannot_be_done_says_why_and_stays_open(palette):
    heard = chosen(palette)
    QTest.keyClicks(line(palette), "delete")
    assert names(palette)[0] == "Delete"
    assert MISSING.removesuffix(".") in line(palette).accessibleDescription()
    QTest.keyClick(line(palette), key.Key_Return)
    assert heard == []
    assert palette.isVisible()


def test_a_screen_reader_hears_the_key_what_it_does_and_what_is_ticked(palette):
    QTest.keyClicks(line(palette), "search prompts")
    said = line(palette).accessibleDescription()
    assert said == "Search prompts. Ctrl+F. Find pictures by the words of their prompts."
    line(palette).setText("dark")
    assert line(palette).accessibleDescription().startswith("Dark. Chosen. ")


def test_nothing_found_is_said_and_enter_does_nothing(palette):
    heard = chosen(palette)
    QTest.keyClicks(line(palette), "zzzz")
    QTest.keyClick(line(palette), key.Key_Return)
    QTest.keyClick(line(palette), key.Key_Down)
    assert line(palette).accessibleDescription() == "Nothing is called that."
    assert (heard, palette.isVisible()) == ([], True)


def test_esc_closes_it_and_it_opens_again_empty(palette, window):
    QTest.keyClicks(line(palette), "dark")
    QTest.keyClick(line(palette), key.Key_Escape)
    assert not palette.isVisible()
    palette.open_over(window, ["about"])
    assert line(palette).text() == ""
    assert names(palette)[0] == "About Civitai Desktop"


def test_a_click_does_it(palette):
    heard = chosen(palette)
    QTest.keyClicks(line(palette), "light")
    rows = palette.findChild(QListView, "commands")
    where: QPoint = rows.visualRect(rows.model().index(0, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert heard == ["light"]


def test_it_is_as_high_as_what_was_found(palette, qtbot):
    before = palette.height()
    line(palette).setText("light")
    qtbot.waitUntil(lambda: palette.height() < before)
    line(palette).setText("")
    qtbot.waitUntil(lambda: palette.height() == before)


@pytest.mark.parametrize("width", [320, 1100])
def test_it_stays_within_the_window(palette, window, width, qtbot):
    window.resize(width, 500)
    palette.open_over(window, [])
    qtbot.waitUntil(lambda: palette.width() <= width)


class Marking(QTranslator):
    def translate(self, context, text, disambiguation=None, n=-1):
        return f"«{text}»" if context == "Commands" else text

    def isEmpty(self):
        return False


def test_every_text_is_translated_and_found_by_its_translation(palette, window, qapp):
    translator = Marking(qapp)
    QCoreApplication.installTranslator(translator)
    try:
        palette.open_over(window, [])
        assert {name[0] for name in names(palette)} == {"«"}
        QTest.keyClicks(line(palette), "«dark")
        assert names(palette)[0] == "«Dark»"
    finally:
        QCoreApplication.removeTranslator(translator)
