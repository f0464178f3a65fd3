"""Makes the README's pictures from the program itself: `make screenshots`."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from driver import Driver, drive
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from civitai_desktop.options import Options
from civitai_desktop.ui.gallery.model import GalleryListModel
from civitai_desktop.ui.queue.tiles import Phase

LIVE = GalleryListModel.LiveRole
PROMPTS = (
    "A paper boat drifting through a flooded library, golden dust, painterly light",
    "An orchard at dawn, mist between the trees, medium format photograph",
    "A clockwork hummingbird over a glass flower, macro, soft rim light",
    "Terraced tea fields after rain, low clouds, wide angle",
    "A night market under paper lanterns, reflections in wet stone",
)
LAST = "A lighthouse on a basalt cliff at blue hour, long exposure sea, volumetric fog"


async def fill(driver: Driver) -> None:
    """Make pictures quickly, for a gallery that looks lived in."""
    images = driver.find(QWidget, "images").findChild(QLineEdit)
    for number, prompt in enumerate(PROMPTS):
        driver.type(prompt)
        images.setText(str(4 if number % 2 else 3))
        driver.click("generate")
        await driver.until(lambda: driver.names()[:1] == [prompt], "a live tile")  # noqa: B023
    await driver.until(lambda: driver.find(QWidget, "queue").text() == "No jobs", "the pictures")


async def portray(folder: Path, driver: Driver) -> None:
    """Take the main window with something under way, in dark and light, and the viewer."""
    driver.find(QWidget, "images").findChild(QLineEdit).setText("4")
    driver.type(LAST)
    driver.click("generate")
    await driver.until(lambda: driver.names()[:4] == [LAST] * 4, "live tiles")
    driver.gallery.setCurrentIndex(driver.gallery.model().index(7, 0))
    first = driver.gallery.model().index(0, 0)
    await driver.until(lambda: first.data(LIVE).phase is Phase.GENERATING, "progress")
    await driver.picture(folder / "main-dark.png")
    driver.choose("light")
    await driver.picture(folder / "main-light.png")
    driver.choose("dark")
    await driver.until(lambda: driver.find(QWidget, "queue").text() == "No jobs", "the pictures")
    driver.press(Qt.Key.Key_Return, driver.gallery)
    await driver.until(partial(driver.shows, "viewer"), "the viewer")
    await driver.picture(folder / "viewer.png", settle_s=1.5)


async def welcome(folder: Path, driver: Driver) -> None:
    """Take the first start."""
    await driver.until(lambda: driver.window.findChild(QWidget, "welcome"), "the welcome")
    await driver.picture(folder / "welcome.png")


@contextmanager
def quick_sandbox() -> Iterator[tuple[str, str]]:
    """Run a sandbox that needs no patience; yields its address and key."""
    command = [sys.executable, "-m", "civitai_desktop.sandbox", "--speed", "40"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        address, key = (process.stdout.readline().split()[1] for _ in range(2))
        yield address, key
        process.terminate()


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("docs/screenshots"))
    folder = parser.parse_args().output.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        data, pictures = Path(temporary) / "data", Path(temporary) / "Civitai Desktop"
        with quick_sandbox() as (address, key):
            filled = Options(
                data_dir=data / "sandbox",
                pictures_dir=pictures,
                api_url=address,
                site_url=address,
                key=key,
            )
            code = drive(filled, fill)
        shown = Options(sandbox=True, data_dir=data, pictures_dir=pictures)
        code = code or drive(shown, partial(portray, folder))
        first = Options(data_dir=Path(temporary) / "first", pictures_dir=pictures)
        return code or drive(first, partial(welcome, folder))


if __name__ == "__main__":
    sys.exit(main())
