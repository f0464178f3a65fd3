"""Every engine of the picker, chosen by hand in the real window: its form is one that is priced."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from civitai_desktop.catalogue import loader
from tests.program.conftest import GivenOptions
from tests.program.sandbox_process import Sandbox
from tests.program.screen import Screen, program
from tests.qt_loop import Until

# Said of every popup: there is no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


SHARES = 8
"""Parts of all engines, so that none takes long and workers share them."""


def pick(screen: Screen, label: str) -> None:
    """Choose an engine as a user does: open the list, type its name, press Enter."""
    screen.click("Engine")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    search = popup.findChild(QLineEdit, "search_engines")
    assert search is not None
    QTest.keyClicks(search, label)
    QTest.keyClick(search, Qt.Key.Key_Return)


@pytest.mark.parametrize("share", range(SHARES))
async def test_the_form_of_every_engine_in_the_picker_is_valid_and_priced(
    sandbox: Sandbox, options: GivenOptions, until: Until, share: int
) -> None:
    async with program(options(sandbox)) as screen:
        screen.type("Prompt", "a boat")
        for engine in list(loader.shipped().from_text())[share::SHARES]:
            pick(screen, engine.label)
            assert screen.said("Engine") == engine.label
            await until(lambda: screen.read("Price").endswith("Buzz"))
            assert screen.complaints() == [], engine.id
            assert screen.read("Prompt") == "a boat"
            assert screen.read("Generate").startswith("Generate 1 image"), engine.id
    assert sandbox.workflows() == []
