"""Does the main job in the sandbox by itself: what `make run` does without a display."""

import argparse
import asyncio
import shutil
import sys
from functools import partial
from pathlib import Path

from driver import Driver, drive
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from civitai_desktop.options import Options

PROMPT = "A lighthouse on a basalt cliff at blue hour, long exposure sea, volumetric fog"
IMAGES = 4


async def show(output: Path, driver: Driver) -> None:
    """Type a prompt, generate four pictures, wait for them, and open one."""
    await driver.picture(output / "1-start.png")
    driver.type(PROMPT)
    driver.find(QWidget, "images").findChild(QLineEdit).setText(str(IMAGES))
    button = driver.find(QWidget, "generate")
    await driver.until(lambda: str(IMAGES) in button.text(), "the button to say four images")
    await driver.picture(output / "2-prompt.png")
    driver.click("generate")
    await driver.until(lambda: driver.names() == [PROMPT] * IMAGES, "four live tiles")
    await driver.picture(output / "3-generating.png", settle_s=3)
    queue = driver.find(QWidget, "queue")
    await driver.until(lambda: queue.text() == "No jobs", "the pictures")
    driver.gallery.setCurrentIndex(driver.gallery.model().index(0, 0))
    await driver.picture(output / "4-gallery.png", settle_s=1.5)
    driver.press(Qt.Key.Key_Return, driver.gallery)
    await driver.until(partial(driver.shows, "viewer"), "the viewer")
    await driver.picture(output / "5-viewer.png", settle_s=1.5)
    driver.press(Qt.Key.Key_Escape, driver.find(QWidget, "viewer"))
    await asyncio.sleep(0.2)


def main() -> int:
    """Run the demonstration and say where everything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    output = parser.parse_args().output.resolve()
    # What an earlier demonstration has left would stand beside this one's pictures.
    for left in ("data", "pictures"):
        shutil.rmtree(output / left, ignore_errors=True)
    options = Options(sandbox=True, data_dir=output / "data", pictures_dir=output / "pictures")
    code = drive(options, partial(show, output))
    if code == 0:
        pictures = sorted(options.pictures_dir.glob("*/*.*"))
        print("There is no display, so the program was run on a virtual one, in the sandbox:")
        print(f"  {len(pictures)} pictures in {options.pictures_dir}")
        print(f"  screenshots in {output}")
        for screenshot in sorted(output.glob("*.png")):
            print(f"    {screenshot.name}")
    return code


if __name__ == "__main__":
    sys.exit(main())
