"""The keyboard: Tab reaches everything, and no key does what cannot be seen."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.program.conftest import GivenOptions, StartSandbox
from tests.program.sandbox_process import Sandbox
from tests.program.screen import Screen, program
from tests.qt_loop import Until


def round_trip(screen: Screen, key: Qt.Key) -> list[str]:
    """Press a key until the focus is where it was; return the names it has visited."""
    window = screen.window.windowHandle()
    screen.find("Prompt").setFocus()
    visited: list[str] = []
    while len(visited) < 100:
        QTest.keyClick(window, key)
        focused = QApplication.focusWidget()
        assert focused is not None
        visited.append(focused.accessibleName())
        if visited[-1] == "Prompt":
            return visited
    raise AssertionError(f"{key} never comes back: {visited}")


async def test_tab_leads_through_the_whole_window_and_back(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox)) as screen:
        await until(lambda: screen.shows("Balance"))
        for engine in ("z-image-turbo", "sdxl", "z-image-turbo"):
            assert screen.window.workspace is not None
            screen.window.workspace.form._presenter.choose_engine(engine)
            forth = round_trip(screen, Qt.Key.Key_Tab)
            back = round_trip(screen, Qt.Key.Key_Backtab)
            assert forth[-2::-1] == back[:-1]
            assert len(set(forth)) == len(forth)
            wanted = ["Engine", "Presets", "Generate", "Search prompts", "Gallery", "Account"]
            assert set(wanted) <= set(forth), forth
            assert forth.index("Search prompts") == forth.index("Generate") + 1


async def test_nothing_is_bought_or_typed_behind_the_viewer(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    async with program(options(sandbox)) as screen:
        screen.type("Prompt", "a boat")
        screen.click("Generate")
        await until(lambda: screen.has_finished(1))
        screen.select(screen.tiles()[0])
        window = screen.window.windowHandle()
        QTest.keyClick(window, Qt.Key.Key_Return)
        await until(lambda: screen.shows("Viewer"))

        for favourite in (True, False):
            QTest.keyClick(window, Qt.Key.Key_D, control)
            await until(lambda it=favourite: screen.pictures()[0].favourite is it)
        assert screen.window.workspace is not None
        assert screen.window.workspace.selected_ids() == [screen.pictures()[0].id]

        QTest.keyClick(window, Qt.Key.Key_Return, control)
        assert not screen.shows("Viewer")
        assert screen.is_idle
        assert QApplication.focusWidget() is screen.find("Gallery")

        QTest.keyClick(window, Qt.Key.Key_Return)
        await until(lambda: screen.shows("Viewer"))
        QTest.keyClick(window, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        assert not screen.shows("Viewer")
        assert QApplication.focusWidget() is screen.find("Prompt")
    assert len(sandbox.workflows()) == 1


async def test_a_purchase_is_not_offered_over_another_picture(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(start_sandbox("--buzz", "12"))) as screen:
        screen.type("Prompt", "a boat")
        screen.click("Generate")
        await until(lambda: screen.has_finished(1) and screen.read("Balance") == "4 Buzz")
        screen.type("Prompt", "a ship")
        await until(lambda: "Not enough Buzz: 4" in screen.said("Price"))
        screen.click("Generate")
        await until(lambda: screen.shows("Generate all the same"))
        screen.select(screen.tiles()[0])
        screen.find("Gallery").setFocus()
        QTest.keyClick(screen.window.windowHandle(), Qt.Key.Key_Return)
        await until(lambda: screen.shows("Viewer"))
        assert not screen.shows("Generate all the same")
        QTest.keyClick(screen.window.windowHandle(), Qt.Key.Key_Escape)

        screen.click("Generate")
        await until(lambda: screen.shows("Generate all the same"))
        screen.click("Generate all the same")
        await until(lambda: screen.is_idle and "a ship" in screen.names())
        screen.select(screen.tiles()[0])
        await until(lambda: screen.shows("Retry"))
        screen.click("Retry")
        await until(lambda: screen.shows("Generate again for 8 Buzz"))
        screen.select(screen.tiles()[-1])
        await until(lambda: not screen.shows("Generate again for 8 Buzz"))


async def test_the_keyboard_is_in_the_gallery_once_a_failed_tile_is_put_away(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(start_sandbox("--buzz", "5"))) as screen:
        screen.type("Prompt", "a boat")
        await until(lambda: "Not enough Buzz" in screen.said("Price"))
        screen.click("Generate")
        await until(lambda: screen.shows("Generate all the same"))
        screen.click("Generate all the same")
        await until(lambda: screen.is_idle and screen.names() == ["a boat"])
        screen.select(screen.tiles()[0])
        await until(lambda: screen.shows("Dismiss"))
        screen.find("Dismiss").setFocus()
        QTest.keyClick(screen.window.windowHandle(), Qt.Key.Key_Space)
        await until(lambda: screen.names() == [])
        assert QApplication.focusWidget() is screen.find("Gallery")
