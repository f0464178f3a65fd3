"""From a picture to its variant: the real window, a real server, real files."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QAction

from civitai_desktop.options import Options
from civitai_desktop.ui.gallery.view import GalleryView
from tests.program.sandbox_process import Sandbox
from tests.program.screen import Screen, program
from tests.ui.generate.sources.test_sources import drop, files

# The platform without a screen has no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

GivenOptions = Callable[..., Options]
Until = Callable[..., Awaitable[None]]

PROMPT = "a lighthouse at dusk"


def a_picture(path: Path) -> Path:
    Image.new("RGB", (90, 60), "red").save(path)
    return path


def choose(screen: Screen, engine_id: str) -> None:
    """Choose an engine; how that is done by hand is another test's."""
    screen.window.workspace.form._presenter.choose_engine(engine_id)


async def test_a_dropped_picture_is_varied_and_its_settings_bring_it_back(
    sandbox: Sandbox, options: GivenOptions, until: Until, tmp_path: Path
) -> None:
    async with program(options(sandbox)) as screen:
        choose(screen, "sd1")
        screen.type("Prompt", PROMPT)
        drop(screen.find("Source picture"), files(a_picture(tmp_path / "a.png")))
        await until(lambda: screen.shows("Source 1"))
        assert screen.read("Prompt") == PROMPT
        screen.click("Generate")
        await until(lambda: screen.has_finished(1))
        [workflow] = sandbox.workflows()
        sent = workflow["steps"][0]["input"]
        assert sent["operation"] == "createVariant"
        assert "/v2/consumer/blobs/up" in sent["image"]

        screen.click("Remove source 1")
        assert not screen.shows("Source 1")
        screen.select(screen.tiles()[0])
        await until(lambda: screen.shows("Reuse settings"))
        screen.click("Reuse settings")
        await until(lambda: screen.shows("Source 1"))

    async with program(options(sandbox)) as screen:
        await until(lambda: screen.shows("Source 1"))


async def test_a_picture_of_the_gallery_is_a_source_by_button_menu_and_drag(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox)) as screen:
        screen.type("Prompt", PROMPT)
        screen.click("Generate")
        await until(lambda: screen.has_finished(1))
        choose(screen, "sd1")
        screen.select(screen.tiles()[0])
        await until(lambda: screen.shows("Use as source"))
        screen.click("Use as source")
        await until(lambda: screen.shows("Source 1"))

        screen.click("Remove source 1")
        screen.window.findChild(QAction, "action_source").trigger()
        await until(lambda: screen.shows("Source 1"))

        screen.click("Remove source 1")
        dragged = screen.window.findChild(GalleryView).dragged()
        assert drop(screen.find("Source picture"), dragged)
        await until(lambda: screen.shows("Source 1"))


async def test_an_upload_that_is_refused_is_said_under_the_picture(
    start_sandbox, options: GivenOptions, until: Until, tmp_path: Path
) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(
        '[{"method": "POST", "path": "/v2/consumer/blobs$", "status": 422,'
        ' "body": {"detail": "It shows a real person."}}]'
    )
    sandbox = start_sandbox("--faults", str(faults))
    async with program(options(sandbox)) as screen:
        choose(screen, "sd1")
        screen.type("Prompt", PROMPT)
        drop(screen.find("Source picture"), files(a_picture(tmp_path / "a.png")))
        await until(lambda: screen.shows("Source 1"))
        screen.click("Generate")
        await until(lambda: "It shows a real person." in screen.read("Source message"))
        assert sandbox.workflows() == []
        assert screen.read("Prompt") == PROMPT
