"""The command palette and the overview of keys in the whole program, by the keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QTextBrowser

from tests.program.conftest import GivenOptions
from tests.program.sandbox_process import Sandbox
from tests.program.screen import Screen, program
from tests.qt_loop import Until

# The platform without a screen has no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CONTROL = Qt.KeyboardModifier.ControlModifier


def press(screen: Screen, key: Qt.Key) -> None:
    QTest.keyClick(screen.window.windowHandle(), key, CONTROL)


def line(screen: Screen) -> QLineEdit:
    field = screen.find("Command")
    assert isinstance(field, QLineEdit)
    return field


async def test_what_one_can_do_is_typed_from_the_prompt_and_from_the_viewer(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox)) as screen:
        screen.type("Prompt", "a boat")
        press(screen, Qt.Key.Key_K)
        assert screen.shows("Command palette")
        QTest.keyClicks(line(screen), "vary")
        assert "Select a picture first" in line(screen).accessibleDescription()
        QTest.keyClick(line(screen), Qt.Key.Key_Return)
        assert screen.shows("Command palette")
        line(screen).setText("generate")
        QTest.keyClick(line(screen), Qt.Key.Key_Return)
        assert not screen.shows("Command palette")
        await until(lambda: screen.has_finished(1))

        screen.select(screen.tiles()[0])
        press(screen, Qt.Key.Key_K)
        QTest.keyClicks(line(screen), "vary")
        QTest.keyClick(line(screen), Qt.Key.Key_Return)
        await until(lambda: "has the picture's settings" in screen.said("Message"))

        QTest.keyClick(screen.find("Gallery"), Qt.Key.Key_Return)
        await until(lambda: screen.shows("Viewer"))
        press(screen, Qt.Key.Key_K)
        QTest.keyClicks(line(screen), "close viewer")
        QTest.keyClick(line(screen), Qt.Key.Key_Return)
        assert not screen.shows("Viewer")
        press(screen, Qt.Key.Key_K)
        QTest.keyClicks(line(screen), "close viewer")
        assert "Open a picture first" in line(screen).accessibleDescription()
        QTest.keyClick(line(screen), Qt.Key.Key_Escape)
        assert screen.shows("Gallery")


async def test_what_was_chosen_last_comes_first_also_after_a_restart(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    async with program(chosen) as screen:
        press(screen, Qt.Key.Key_K)
        QTest.keyClicks(line(screen), "go to prompt")
        QTest.keyClick(line(screen), Qt.Key.Key_Return)
        await until(lambda: QApplication.focusWidget() is screen.find("Prompt"))
    async with program(chosen) as screen:
        press(screen, Qt.Key.Key_K)
        rows = screen.find("Commands")
        assert isinstance(rows, QListView)
        assert rows.model().index(0, 0).data() == "Go to prompt"
        QTest.keyClick(line(screen), Qt.Key.Key_Escape)


async def test_it_makes_way_for_a_list_and_for_whatever_the_user_turns_to(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox)) as screen:
        press(screen, Qt.Key.Key_K)
        await until(lambda: QApplication.focusWidget() is line(screen))
        screen.window.activateWindow()
        await until(lambda: not screen.shows("Command palette"))

        press(screen, Qt.Key.Key_K)
        await until(lambda: QApplication.focusWidget() is line(screen))
        QTest.keyClicks(line(screen), "history")
        QTest.keyClick(line(screen), Qt.Key.Key_Return)
        assert not screen.shows("Command palette")
        search = screen.find("Search prompt history")
        QTest.keyClicks(search, "boat")
        assert screen.shows("Search prompt history")
        QTest.keyClick(screen.find("Search prompt history"), Qt.Key.Key_Escape)


async def test_f1_shows_every_key_also_before_a_key_is_entered_and_follows_the_colours(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox, key=None)) as screen:
        await until(lambda: screen.shows("API key"))
        QTest.keyClick(screen.window.windowHandle(), Qt.Key.Key_F1)
        page = screen.find("Shortcuts")
        assert isinstance(page, QTextBrowser)
        assert "Ctrl+K" in page.toPlainText()

        def text_is_dark() -> bool:
            form = page.document().firstBlock().begin().fragment().charFormat()
            return form.foreground().color().lightness() < 100

        for look, is_dark in (("light", True), ("dark", False)):
            screen.action(look).trigger()
            await until(lambda it=is_dark: text_is_dark() is it)
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert not screen.shows("Shortcuts")


async def test_every_command_is_carried_out_by_somebody_also_in_the_next_world(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox, key=None)) as screen:
        await until(lambda: screen.shows("API key"))
        QTest.keyClick(screen.find("Welcome"), Qt.Key.Key_Escape)
        await until(lambda: screen.window.actions_.unbound == frozenset())
        screen.click("Account")
        screen.type("API key", sandbox.key)
        screen.click("Save key")
        await until(lambda: screen.said("Account") == "sandbox")
        await until(lambda: screen.window.actions_.unbound == frozenset())
        screen.action("reset").trigger()
        await until(lambda: "defaults" in screen.said("Message"))
