"""The search for resources in the real window: what is chosen there is there after a restart."""

import pytest

from tests.program.conftest import GivenOptions
from tests.program.sandbox_process import Sandbox
from tests.program.screen import Screen, program
from tests.program.test_engines import pick
from tests.qt_loop import Until

# Said of every popup: there is no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

MATURE = "Mature resources"


async def open_picker(screen: Screen, until: Until) -> None:
    """Open the picker of LoRAs."""
    if not screen.shows("Choose LoRA"):
        screen.click("Advanced")
    screen.click("Choose LoRA")
    await until(lambda: screen.shows(MATURE))


def is_chosen(screen: Screen) -> bool:
    return bool(screen.find(MATURE).property("checked"))


async def test_whether_mature_resources_are_found_is_remembered(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    async with program(chosen) as screen:
        pick(screen, "SDXL")
        await open_picker(screen, until)
        assert not is_chosen(screen)
        screen.click(MATURE)
        assert is_chosen(screen)
        screen.click("Close")
    async with program(chosen) as screen:
        await open_picker(screen, until)
        assert is_chosen(screen)
        screen.click("Close")
