"""What Civitai answers beyond pictures, in the real window: loading, doing otherwise, refusing."""

import json
from pathlib import Path

import pytest

from civitai_desktop.options import Options
from civitai_desktop.ui.gallery.model import GalleryListModel
from tests.program.conftest import GivenOptions, StartSandbox
from tests.program.screen import program
from tests.program.test_engines import pick
from tests.program.test_prompt_to_tile import generate
from tests.qt_loop import Until
from tests.workshop import NO_WAITING, HeldClock
from tests.workshop import Sandbox as HeldSandbox

# Said of every popup: there is no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LIVE = GalleryListModel.LiveRole
DIFFERENCES = "Differences of the picture"


@pytest.fixture
def faults(tmp_path: Path) -> Path:
    return tmp_path / "faults.json"


async def test_what_was_done_otherwise_is_told_and_there_after_a_restart(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until, faults: Path
) -> None:
    rule = {"method": "POST", "path": "/workflows$", "ran": {"quantity": 2}}
    faults.write_text(json.dumps([rule]))
    chosen = options(start_sandbox("--faults", str(faults)))
    async with program(chosen) as screen:
        generate(screen, images=4)
        await until(lambda: screen.has_finished(2))
        assert "did not do everything as it was asked" in screen.said("Message")
        screen.select(screen.tiles()[0])
        await until(lambda: screen.read(DIFFERENCES) == "Images: asked 4, ran 2.")
    async with program(chosen) as screen:
        await until(lambda: screen.has_finished(2))
        screen.select(screen.tiles()[0])
        await until(lambda: screen.read(DIFFERENCES) == "Images: asked 4, ran 2.")
        assert not screen.shows("Message")


async def test_what_civitai_does_not_know_for_the_moment_waits_and_is_counted(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until, faults: Path
) -> None:
    faults.write_text(json.dumps([{"method": "GET", "path": "/workflows/[^/?]+", "status": 404}]))
    async with program(options(start_sandbox("--faults", str(faults)))) as screen:
        generate(screen)
        await until(lambda: screen.read("Queue") == "1 waiting")
        tile = screen.tiles()[0].data(LIVE)
        assert tile.brief.endswith("Nothing is paid twice.")
        screen.select(screen.tiles()[0])
        await until(lambda: screen.read("Problem of the picture") == tile.problem)


async def test_an_engine_that_is_gone_costs_nothing_and_leaves_the_form(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until, faults: Path
) -> None:
    gone = {"engine": "sdcpp", "ecosystem": "sdxl"}
    faults.write_text(json.dumps([{"path": "/workflows$", "withdrawn": gone}]))
    sandbox = start_sandbox("--faults", str(faults))
    async with program(options(sandbox)) as screen:
        screen.type("Prompt", "a boat")
        pick(screen, "SDXL")
        await until(lambda: screen.read("Price") == "Price unknown")
        await until(lambda: screen.said("Engine") == "SDXL. No longer offered")
        screen.click("Generate")
        await until(lambda: "no longer offers this engine" in screen.said("Message"))
        assert screen.read("Prompt") == "a boat"
        pick(screen, "Z-Image Turbo")
        assert "no longer offers this engine" not in screen.said("Message")
        await until(lambda: screen.read("Price").endswith("Buzz"))
        assert screen.read("Prompt") == "a boat"
    assert sandbox.workflows() == []


async def test_what_is_loaded_is_said_by_its_name(
    tmp_path: Path, options: GivenOptions, until: Until
) -> None:
    clock = HeldClock()
    with HeldSandbox(tmp_path, clock, speed=1.0) as sandbox:
        sandbox.misbehave(NO_WAITING)
        await see_it_loading(options(sandbox), clock, sandbox, until)


async def see_it_loading(
    options: Options, clock: HeldClock, sandbox: HeldSandbox, until: Until
) -> None:
    async with program(options) as screen:
        pick(screen, "SDXL")
        generate(screen)
        await until(sandbox.workflows)
        while sandbox.workflows()[0]["status"] != "preparing":
            clock.turn(0.1)
        seen: list[str] = []

        def loading() -> bool:
            texts = [tile.data(LIVE).text for tile in screen.tiles() if tile.data(LIVE)]
            seen.extend(texts)
            return any(text.startswith("Loading SD XL, ") for text in texts)

        await until(loading)
        assert not any("urn:" in text or "civitai:" in text for text in seen)
