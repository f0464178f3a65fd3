"""From the prompt to the tile and back: the real window, a real server, real files."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest

from civitai_desktop.options import Options
from civitai_desktop.ui.gallery.model import GalleryListModel
from tests.program.sandbox_process import Sandbox
from tests.program.screen import Screen, program
from tests.workshop import NO_WAITING, HeldClock
from tests.workshop import Sandbox as HeldSandbox

# The platform without a screen has no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

GivenOptions = Callable[..., Options]
StartSandbox = Callable[..., Sandbox]
Until = Callable[..., Awaitable[None]]

SIGN_IN_PAGE = "<!DOCTYPE html><html><body>Welcome to the Grand Hotel. Sign in.</body></html>"
PROMPT = "a lighthouse at dusk"


def files_in(folder: Path) -> list[Path]:
    """Return every file below a folder, hidden ones included."""
    return [path for path in folder.rglob("*") if path.is_file()]


def texts(screen: Screen) -> list[str]:
    """Return what the live tiles say."""
    told = (tile.data(GalleryListModel.LiveRole) for tile in screen.tiles())
    return [each.text for each in told if each is not None]


def generate(screen: Screen, images: int = 1) -> None:
    """Fill in the form and press the button."""
    screen.type("Prompt", PROMPT)
    screen.type("Images", str(images))
    screen.click("Generate")


async def generate_unpriced(screen: Screen, until: Until) -> None:
    """Fill in the form, press the button, and go on although nobody names the price."""
    generate(screen)
    await until(lambda: screen.shows("Generate all the same"))
    screen.click("Generate all the same")


async def test_a_typed_prompt_becomes_four_pictures_that_are_there_after_a_restart(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    async with program(chosen) as screen:
        generate(screen, images=4)
        assert screen.read("Generate") == "Generate 4 images"
        await until(lambda: screen.names() == [PROMPT] * 4)
        await until(lambda: screen.has_finished(4))
        await until(lambda: all(map(screen.has_painted, screen.tiles())))

        files = files_in(chosen.pictures_dir)
        today = {image.saved_at.astimezone().date().isoformat() for image in screen.pictures()}
        assert {file.parent.name for file in files} == today
        assert sorted(file.read_bytes() for file in files) == sorted(sandbox.pictures()), files
        assert len(files_in(chosen.data_dir / "cache" / "thumbnails")) == 4

        screen.select(screen.tiles()[0])
        cost = sandbox.workflows()[0]["cost"]["total"]
        await until(lambda: screen.read("Cost of the picture") == f"{cost} Buzz for 4 images")

    async with program(chosen) as screen:
        await until(lambda: screen.has_finished(4))
        assert screen.names() == [PROMPT] * 4
        assert screen.read("Prompt") == PROMPT
        assert screen.find("Images").text() == "4"
        await until(lambda: all(map(screen.has_painted, screen.tiles())))
    assert len(sandbox.workflows()) == 1


async def test_control_and_return_generate_from_within_the_prompt(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox)) as screen:
        screen.type("Prompt", PROMPT)
        control = Qt.KeyboardModifier.ControlModifier
        QTest.keyClick(screen.find("Prompt"), Qt.Key.Key_Return, control)
        await until(lambda: screen.has_finished(1))
        assert screen.names() == [PROMPT]


async def test_in_the_sandbox_neither_a_server_nor_a_key_is_needed(
    tmp_path: Path, until: Until
) -> None:
    chosen = Options(sandbox=True, data_dir=tmp_path / "data", pictures_dir=tmp_path / "pictures")
    async with program(chosen) as screen:
        assert screen.read("Account") == "Sandbox — offline, no Buzz is spent"
        generate(screen)
        await until(lambda: screen.has_finished(1), timeout_s=40)
        assert len(files_in(chosen.pictures_dir)) == 1


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        ("Prompt", "", "Type what the picture should show."),
        ("Prompt", "x" * 10_001, "Prompt is 1 character too long; this engine takes 10,000."),
        ("Width", "1000", "Width must be a multiple of 16; 992 would do."),
        ("Width", "4096", "Width must be between 64 and 2048."),
    ],
    ids=["no prompt", "a long prompt", "a width off the grid", "a width out of limits"],
)
async def test_what_no_engine_takes_is_refused_under_its_field_and_never_sent(
    sandbox: Sandbox, options: GivenOptions, until: Until, field: str, text: str, complaint: str
) -> None:
    async with program(options(sandbox)) as screen:
        await until(lambda: screen.said("Price").startswith("8 Buzz. "))
        screen.type("Prompt", PROMPT)
        screen.click("Custom size")
        screen.paste(field, text)
        screen.click("Generate")
        assert screen.said(field) == complaint
        assert complaint in screen.complaints()
        assert screen.names() == []
    assert sandbox.workflows() == []


async def test_the_price_is_said_before_generate_is_pressed(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox)) as screen:
        await until(lambda: screen.read("Price") == "8 Buzz")
        screen.type("Images", "4")
        await until(lambda: screen.read("Price") == "32 Buzz")
    assert sandbox.workflows() == []


async def test_too_little_buzz_is_said_before_and_after_and_costs_nothing(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until
) -> None:
    poor = start_sandbox("--buzz", "5")
    chosen = options(poor)
    async with program(chosen) as screen:
        await until(lambda: "Not enough Buzz: 3 missing" in screen.said("Price"))
        generate(screen)
        await until(lambda: screen.said("Message").startswith("Not enough Buzz: 3 missing."))
        assert screen.names() == []
        screen.click("Generate all the same")
        await until(lambda: screen.is_idle and screen.names() == [PROMPT])
        screen.select(screen.tiles()[0])
        await until(lambda: "Add Buzz on civitai.com" in screen.read("Problem of the picture"))
        assert screen.shows("Retry")
        assert screen.read("Balance") == "5 Buzz"
    assert poor.workflows() == []
    assert files_in(chosen.pictures_dir) == []


async def test_a_refused_key_is_replaced_in_the_dialog_and_the_generation_goes_on(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until, tmp_path: Path
) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text('[{"path": "whatif=false", "status": 401, "times": 1}]')
    sandbox = start_sandbox("--faults", str(faults))
    async with program(options(sandbox)) as screen:
        generate(screen)
        await until(lambda: "The key was refused." in screen.said("Message"))
        await until(lambda: screen.names() == [PROMPT])

        screen.click("Enter key…")
        screen.type("API key", sandbox.key)
        screen.click("Save key")
        await until(lambda: screen.has_finished(1))
        assert "refused" not in screen.said("Message")
    assert len(sandbox.workflows()) == 1


async def test_a_refused_key_is_told_at_the_start(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    async with program(options(sandbox, key="wrong")) as screen:
        await until(lambda: "The key was refused." in screen.said("Message"))
        assert screen.read("Account") == "Key refused"


async def test_a_start_without_a_network_is_told_and_made_up_for(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until, unused_tcp_port: int
) -> None:
    nobody = Sandbox(f"http://127.0.0.1:{unused_tcp_port}", "civitai-sandbox-key")
    async with program(options(nobody)) as screen:
        await until(lambda: "Civitai cannot be reached." in screen.said("Message"))
        assert screen.read("Account") == "Offline"

        start_sandbox("--port", str(unused_tcp_port))
        await until(lambda: screen.read("Price") == "8 Buzz")
        await until(lambda: screen.shows("Balance"))
        await until(lambda: not screen.shows("Message"))


async def test_a_server_that_asks_for_a_pause_is_not_offline(
    start_sandbox: StartSandbox,
    options: GivenOptions,
    until: Until,
    unused_tcp_port: int,
    tmp_path: Path,
) -> None:
    nobody = Sandbox(f"http://127.0.0.1:{unused_tcp_port}", "civitai-sandbox-key")
    async with program(options(nobody)) as screen:
        await until(lambda: screen.read("Account") == "Offline")
        faults = tmp_path / "faults.json"
        faults.write_text('[{"path": "workflows", "status": 429}]')
        start_sandbox("--port", str(unused_tcp_port), "--faults", str(faults))
        await until(lambda: "asks for a pause" in screen.said("Message"))
        assert screen.read("Account") != "Offline"


async def test_a_network_that_wants_a_sign_in_is_what_everything_waits_for(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until, tmp_path: Path
) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"path": "", "status": 200, "body": SIGN_IN_PAGE}]))
    async with program(options(start_sandbox("--faults", str(faults)))) as screen:
        await until(lambda: screen.read("Account") == "Waiting for the network")
        await generate_unpriced(screen, until)
        await until(lambda: texts(screen) == ["Waiting for the network"])
        faults.write_text("[]")
        await until(lambda: screen.has_finished(1))
        assert screen.read("Account") != "Waiting for the network"
        await until(lambda: not screen.shows("Message"))


async def test_a_key_that_is_refused_once_is_forgiven_by_the_first_good_answer(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until, tmp_path: Path
) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"path": "/workflows", "status": 401}]))
    async with program(options(start_sandbox("--faults", str(faults)))) as screen:
        await until(lambda: screen.read("Account") == "Key refused")
        faults.write_text("[]")
        screen.type("Images", "2")
        await until(lambda: screen.read("Price").endswith("Buzz"))
        assert screen.read("Account") != "Key refused"
        assert "refused" not in screen.said("Message")


async def test_a_generation_waits_until_civitai_can_be_reached(
    start_sandbox: StartSandbox, options: GivenOptions, until: Until, unused_tcp_port: int
) -> None:
    nobody = Sandbox(f"http://127.0.0.1:{unused_tcp_port}", "civitai-sandbox-key")
    async with program(options(nobody)) as screen:
        await generate_unpriced(screen, until)
        await until(lambda: "Civitai cannot be reached." in screen.said("Message"))
        await until(lambda: screen.names() == [PROMPT])

        somebody = start_sandbox("--port", str(unused_tcp_port))
        await until(lambda: screen.has_finished(1))
        assert not screen.shows("Message")
    assert len(somebody.workflows()) == 1


async def test_pictures_wait_until_their_folder_is_there_again(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    async with program(chosen) as screen:
        await until(lambda: screen.shows("Balance"))
        chosen.pictures_dir.rmdir()
        generate(screen)
        await until(lambda: "is missing" in screen.said("Message"))
        assert screen.shows("Choose folder…")

        chosen.pictures_dir.mkdir()
        await until(lambda: screen.has_finished(1))
        assert not screen.shows("Message")
    assert len(files_in(chosen.pictures_dir)) == 1


async def test_a_folder_that_cannot_be_used_is_told_at_the_start_and_taken_back(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    chosen.pictures_dir.write_text("a file in its place")
    async with program(chosen) as screen:
        await until(lambda: "is not a folder" in screen.said("Message"))
        chosen.pictures_dir.unlink()
        # The program tries by itself, and may have made it already.
        chosen.pictures_dir.mkdir(exist_ok=True)
        generate(screen)
        await until(lambda: screen.has_finished(1))
        assert not screen.shows("Message")


async def test_a_picture_deleted_outside_is_told_and_loses_only_what_needs_its_file(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    async with program(chosen) as screen:
        generate(screen)
        await until(lambda: screen.has_finished(1))
        for file in files_in(chosen.pictures_dir):
            file.unlink()
        screen.select(screen.tiles()[0])
        await until(lambda: "The file is missing" in screen.said_of_preview())
        usable = {
            name: screen.find(name).isEnabled()
            for name in ("Reuse settings", "Copy image", "Show in folder", "Delete")
        }
    assert usable == {
        "Reuse settings": True,
        "Copy image": False,
        "Show in folder": False,
        "Delete": True,
    }


async def test_a_damaged_library_is_set_aside_and_the_program_goes_on_without(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    chosen.data_dir.mkdir()
    damaged = b"no database at all" * 1000
    (chosen.data_dir / "library.sqlite3").write_bytes(damaged)
    async with program(chosen) as screen:
        await until(lambda: "damaged" in screen.said("Message"))
        generate(screen)
        await until(lambda: screen.has_finished(1))
    assert damaged in [path.read_bytes() for path in chosen.data_dir.glob("library*")]


async def test_a_form_of_an_unknown_engine_is_told_and_keeps_its_prompt(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    chosen.data_dir.mkdir()
    form = '{"engine": "gone", "values": {"gone": {"prompt": "a lighthouse at dusk"}}}'
    (chosen.data_dir / "form.json").write_text(form)
    async with program(chosen) as screen:
        assert "gone" in screen.said("Message")
        assert screen.read("Prompt") == PROMPT
        generate(screen)
        await until(lambda: screen.has_finished(1))


async def test_a_second_start_ends_at_once_and_brings_the_first_window_forward(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    command = [sys.executable, "-m", "civitai_desktop", "--data-dir", str(chosen.data_dir)]
    async with program(chosen) as screen:
        wanted = QSignalSpy(screen.instance.wanted)
        screen.window.showMinimized()
        second = await asyncio.to_thread(subprocess.run, command, timeout=20, check=False)
        assert second.returncode == 0
        await until(lambda: wanted.count() == 1)
        assert not screen.window.isMinimized()


async def test_closing_in_the_middle_of_a_generation_loses_nothing(
    tmp_path: Path, options: GivenOptions, until: Until
) -> None:
    clock = HeldClock()
    with HeldSandbox(tmp_path, clock, speed=1.0) as slow:
        slow.misbehave(NO_WAITING)
        chosen = options(slow)
        async with program(chosen) as screen:
            generate(screen, images=4)
            await until(slow.workflows)
            while not slow.pictures(*slow.workflows()):
                clock.turn(0.1)
            await until(lambda: len(screen.pictures()) == 1)
        slow.misbehave()
        clock.turn(60)
        async with program(chosen) as screen:
            await until(lambda: screen.has_finished(4))
        files = files_in(chosen.pictures_dir)
        [workflow] = slow.workflows()
        assert sorted(file.read_bytes() for file in files) == sorted(slow.pictures(workflow)), files
