"""One template on its whole way: two pictures, the prompt that Reuse takes, the history."""

from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from civitai_desktop.options import Options
from tests.program.sandbox_process import Sandbox
from tests.program.screen import program

# The platform without a screen has no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

GivenOptions = Callable[..., Options]
Until = Callable[..., Awaitable[None]]

TEMPLATE = "a {red|blue} boat"
PROMPTS = {"a red boat", "a blue boat"}


async def test_a_template_makes_a_picture_of_each_prompt_and_comes_back_from_the_history(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    async with program(chosen) as screen:
        screen.type("Prompt", TEMPLATE)
        assert screen.read("Generate") == "Generate 2 images"
        await until(lambda: screen.read("Price") == "16 Buzz")
        screen.click("Generate")
        await until(lambda: screen.has_finished(2))

        assert set(screen.names()) == PROMPTS
        sent = [each["steps"][0]["input"]["prompt"] for each in sandbox.workflows()]
        assert set(sent) == PROMPTS

        tile = next(tile for tile in screen.tiles() if tile.data() == "a blue boat")
        screen.select(tile)
        await until(lambda: screen.shows("Reuse settings"))
        screen.click("Reuse settings")
        await until(lambda: screen.read("Prompt") == "a blue boat")
        assert screen.read("Generate") == "Generate 1 image"

    async with program(chosen) as screen:
        QTest.keyClick(screen.find("Prompt"), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        await until(lambda: screen.read("Prompt") == TEMPLATE)
        QTest.keyClick(screen.find("Prompt"), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert screen.read("Prompt") == "a blue boat"
