"""The pictures folder is tidied up with a file manager, while the program runs and while not."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from civitai_desktop.options import Options
from tests.program.sandbox_process import Sandbox
from tests.program.screen import Screen, program

# The platform without a screen has no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

GivenOptions = Callable[..., Options]
Until = Callable[..., Awaitable[None]]

PROMPT = "a lighthouse at dusk"


def places(screen: Screen) -> set[tuple[str, bool]]:
    return {(image.path.parent.name, image.favourite) for image in screen.pictures()}


async def test_pictures_that_are_tidied_up_stay_the_same_pictures(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    async with program(chosen) as screen:
        screen.type("Prompt", PROMPT)
        screen.type("Images", "2")
        screen.click("Generate")
        await until(lambda: screen.has_finished(2))
        screen.select(screen.tiles()[0])
        await until(lambda: screen.read("Cost of the picture"))
        screen.click("Favourite")
        await until(lambda: screen.pictures()[0].favourite)
        cost = screen.read("Cost of the picture")
        (day,) = chosen.pictures_dir.iterdir()
        trip = day.rename(chosen.pictures_dir / "trip")

        screen.action("read_folder").trigger()

        await until(lambda: screen.said("Message").startswith("2 pictures were moved"))
        await until(lambda: places(screen) == {("trip", True), ("trip", False)})
        await until(lambda: screen.read("Cost of the picture") == cost)
        assert screen.said_of_preview() == ""

    # What happens while the program is closed is found at its next start.
    (chosen.pictures_dir / "a" / "b").mkdir(parents=True)
    trip = trip.rename(chosen.pictures_dir / "a" / "b" / "journey")
    async with program(chosen) as screen:
        await until(lambda: screen.said("Message").startswith("2 pictures were moved"))
        await until(lambda: places(screen) == {("journey", True), ("journey", False)})
        assert screen.names() == [PROMPT] * 2
        assert len(sandbox.workflows()) == 1
        await shows_what_others_have_made_of_it(screen, trip, until)


async def shows_what_others_have_made_of_it(screen: Screen, folder: Path, until: Until) -> None:
    """Paint one picture over and delete the other, as other programs do."""
    changed, deleted = (image.path.name for image in screen.pictures())
    await until(lambda: all(map(screen.has_painted, screen.tiles())))
    Image.new("RGB", (512, 512), (200, 20, 20)).save(folder / changed)
    (folder / deleted).unlink()

    screen.action("read_folder").trigger()

    await until(lambda: "1 picture was changed by another program" in screen.said("Message"))
    assert "1 picture is not in the folder any more, and is hidden." in screen.said("Message")
    await until(lambda: len(screen.pictures()) == 1 and not screen.has_painted(screen.tiles()[0]))
    assert [image.path.name for image in screen.pictures()] == [changed]
