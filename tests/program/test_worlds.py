"""From the sandbox to an account and back, and a window that stays closed."""

import asyncio
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from civitai_desktop.app import run
from civitai_desktop.crash import CrashReporter
from civitai_desktop.places import Places
from civitai_desktop.ui.runtime.single_instance import SingleInstance
from civitai_desktop.ui.window.commands import COMMANDS
from civitai_desktop.ui.window.main_window import MainWindow
from tests.program.conftest import GivenOptions, StartSandbox
from tests.program.sandbox_process import Sandbox
from tests.program.screen import program
from tests.qt_loop import Until

SANDBOX = "Sandbox — offline, no Buzz is spent"


async def test_a_key_on_the_first_start_opens_the_account_and_its_removal_the_sandbox(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox, key=None)) as screen:
        await until(lambda: screen.shows("API key"))
        assert screen.said("Account") == SANDBOX

        screen.type("API key", "a-wrong-key")
        screen.click("Save key")
        await until(lambda: "Civitai refuses this key." in " ".join(screen.complaints()))

        screen.type("API key", sandbox.key)
        QTest.keyClick(screen.find("API key"), Qt.Key.Key_Return)
        await until(lambda: screen.said("Account") not in {"", SANDBOX})
        assert not screen.shows("API key")

        screen.click("Account")
        screen.click("Remove key")
        await until(lambda: screen.said("Account") == SANDBOX)


async def test_a_variable_that_holds_no_key_is_said_where_a_key_can_be_entered(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox, key="two words")) as screen:
        await until(lambda: "CIVITAI_API_KEY is left out." in " ".join(screen.complaints()))
        # As it is copied out of a file of settings.
        screen.type("API key", f"export CIVITAI_API_KEY='{sandbox.key}'")
        QTest.keyClick(screen.find("API key"), Qt.Key.Key_Return)
        await until(lambda: screen.said("Account") not in {"", SANDBOX})


async def test_a_variable_that_holds_no_key_is_said_in_the_sandbox_that_was_chosen(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox, key=None)) as screen:
        await until(lambda: screen.shows("Try the sandbox"))
        QTest.keyClick(screen.find("Welcome"), Qt.Key.Key_Escape)
    async with program(options(sandbox, key="caf\xe9")) as screen:
        await until(lambda: "CIVITAI_API_KEY is left out." in screen.said("Message"))


async def test_the_choice_of_the_sandbox_is_not_asked_again(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox, key=None)) as screen:
        await until(lambda: screen.shows("Try the sandbox"))
        QTest.keyClick(screen.find("Welcome"), Qt.Key.Key_Escape)
        await until(lambda: not screen.shows("Try the sandbox"))
    async with program(options(sandbox, key=None)) as screen:
        await until(lambda: screen.said("Balance") != "")
        assert not screen.shows("Try the sandbox")


async def test_nothing_behind_the_welcome_hears_a_key(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox, key=None)) as screen:
        await until(lambda: screen.shows("API key"))
        shortcut = Qt.KeyboardModifier.ControlModifier
        QTest.keyClick(screen.find("API key"), Qt.Key.Key_Return, shortcut)
        QTest.keyClick(screen.find("API key"), Qt.Key.Key_F9)
        usable = {each.id for each in COMMANDS if each.menu and screen.action(each.id).isEnabled()}
        assert usable >= {"quit", "about", "dark"}
        assert not usable & {"account", "generate", "details", "undo"}
        QTest.keyClick(screen.find("Welcome"), Qt.Key.Key_Escape)
        await until(lambda: not screen.shows("API key"))
        assert screen.complaints() == []
        assert screen.shows("Details")
        assert screen.action("account").isEnabled()
        assert not screen.action("undo").isEnabled()
        assert QApplication.focusWidget() is screen.find("Prompt")


async def test_a_program_told_to_stay_in_the_sandbox_keeps_a_key_for_later(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(replace(options(sandbox, key=None), sandbox=True)) as screen:
        await until(lambda: screen.said("Account") == SANDBOX)
        screen.click("Account")
        screen.type("API key", sandbox.key)
        screen.click("Save key")
        await until(lambda: "Start the program without --sandbox" in screen.said("Message"))
        assert screen.said("Account") == SANDBOX


async def test_a_program_that_is_closed_while_it_starts_stays_closed(
    start_sandbox: StartSandbox, options: GivenOptions
) -> None:
    chosen = options(start_sandbox())
    places, application = Places(chosen), QApplication.instance()
    instance = SingleInstance(places.data)
    assert instance.take()
    running = asyncio.create_task(run(application, instance, chosen, places, CrashReporter()))
    await asyncio.sleep(0)  # the window is there, its workspace is being built

    application.quit_wanted.emit()
    async with asyncio.timeout(20):
        await running

    instance.release()
    assert not any(
        isinstance(widget, MainWindow) and widget.isVisible()
        for widget in QApplication.topLevelWidgets()
    )


async def test_what_was_offered_in_one_world_is_not_carried_out_in_another(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox, key=None)) as screen:
        await until(lambda: screen.shows("API key"))
        QTest.keyClick(screen.find("Welcome"), Qt.Key.Key_Escape)
        screen.window.actions_.triggered.emit("reset")
        await until(lambda: "defaults" in screen.said("Message"))

        screen.click("Account")
        screen.type("API key", sandbox.key)
        screen.click("Save key")
        await until(lambda: screen.said("Account") not in {"", SANDBOX})
        assert "defaults" not in screen.said("Message")

        screen.type("Prompt", "a boat")
        screen.click("Generate")
        await until(lambda: screen.has_finished(1))
        screen.select(screen.tiles()[0])
        await until(lambda: screen.shows("Delete"))
        screen.click("Delete")
        screen.window.strip.acted.emit("delete")
        await until(lambda: screen.tiles() == [])
        await until(lambda: screen.read("Pictures") == "0 images")
        assert "unexpected" not in screen.said("Message")
