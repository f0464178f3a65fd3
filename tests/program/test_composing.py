"""A prompt in Japanese: what is still being composed is neither left out nor paid for without."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from civitai_desktop.options import Options
from tests.program.sandbox_process import Sandbox
from tests.program.screen import Screen, program

# The platform without a screen has no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

GivenOptions = Callable[..., Options]
Until = Callable[..., Awaitable[None]]


def compose(screen: Screen, name: str, text: str) -> None:
    QApplication.sendEvent(screen.find(name), QInputMethodEvent(text, []))


@asynccontextmanager
async def active_program(chosen: Options, until: Until) -> AsyncIterator[Screen]:
    """Run the program with its window in front, where it gets the keys."""
    async with program(chosen) as screen:
        screen.window.activateWindow()
        await until(screen.window.isActiveWindow)
        yield screen


def sent(sandbox: Sandbox) -> list[str]:
    return [each["steps"][0]["input"]["prompt"] for each in sandbox.workflows()]


async def test_keys_do_nothing_and_the_button_takes_all_of_the_prompt(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with active_program(options(sandbox), until) as screen:
        screen.type("Prompt", "a boat ")
        await until(lambda: screen.read("Price") == "8 Buzz")
        compose(screen, "Prompt", "にほん")
        for code, modifiers in (
            (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
            (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier),
            (Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier),
            (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        ):
            QTest.keyClick(screen.find("Prompt"), code, modifiers)
        assert screen.read("Prompt") == "a boat "
        assert screen.is_idle

        # As on macOS, where a click gives no button the keyboard.
        screen.find("Generate").setFocusPolicy(Qt.FocusPolicy.NoFocus)
        screen.click("Generate")
        assert screen.read("Prompt") == "a boat にほん"
        await until(lambda: screen.has_finished(1))
        assert sent(sandbox) == ["a boat にほん"]


async def test_the_menu_takes_all_of_the_prompt(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with active_program(options(sandbox), until) as screen:
        screen.type("Prompt", "a boat ")
        compose(screen, "Prompt", "にほん")
        screen.action("generate").trigger()
        await until(lambda: screen.has_finished(1))
        assert sent(sandbox) == ["a boat にほん"]


async def test_escape_leaves_what_is_looked_for_alone(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with active_program(options(sandbox), until) as screen:
        screen.type("Search prompts", "boat")
        compose(screen, "Search prompts", "にほん")
        QTest.keyClick(screen.find("Search prompts"), Qt.Key.Key_Escape)
        assert screen.read("Search prompts") == "boat"
        assert screen.find("Search prompts").hasFocus()
        compose(screen, "Search prompts", "")
        QTest.keyClick(screen.find("Search prompts"), Qt.Key.Key_Escape)
        assert screen.read("Search prompts") == ""


async def test_what_is_composed_when_the_window_is_closed_is_there_at_the_next_start(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    async with active_program(chosen, until) as screen:
        screen.type("Prompt", "a boat ")
        compose(screen, "Prompt", "にほん")
    async with program(chosen) as screen:
        assert screen.read("Prompt") == "a boat にほん"
