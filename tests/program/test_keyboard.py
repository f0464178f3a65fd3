"""Everything in the window can be reached by the Tab key, in both directions."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.program.conftest import GivenOptions
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
