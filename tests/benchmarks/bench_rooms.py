"""The first use of each room that is loaded late, against its second use."""

import asyncio
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from civitai_desktop.app import Services
from civitai_desktop.domain.generation import Image
from civitai_desktop.ui.window.shell import Shell
from civitai_desktop.ui.window.workspace import Workspace
from tests.benchmarks import inside
from tests.benchmarks.bench_start import arguments_for
from tests.benchmarks.filled_library import drawn_picture, fill, real_world
from tests.benchmarks.results import Result

_PICTURES = 60
_SETTLED_S = 0.3
_PATIENCE_S = 10.0
_MORE_MS = 50.0
"""How much longer than the second use the first may take."""
_ENGINE = "sdxl"
"""It has a field whose resource is looked for in the picker."""


def run() -> Iterator[Result]:
    uses: dict[str, list[float]] = {}

    async def work(shell: Shell, services: Services) -> None:
        (image,) = await services.gallery.images([_PICTURES])
        picture = services.gallery.picture_path(image)
        picture.parent.mkdir(parents=True, exist_ok=True)
        drawn_picture(1024, seed=0).save(str(picture), "jpeg", 90)
        await shell.painted.wait()
        async with asyncio.timeout(_PATIENCE_S):
            while not shell.late.is_done:
                await asyncio.sleep(_SETTLED_S)
        # The form of an engine that has resources, unfolded.
        form = _workspace(shell).form
        form.focus_prompt()
        form._presenter.choose_engine(_ENGINE)
        form.form.open_advanced()
        rooms = _rooms(shell, image)
        for _ in range(2):
            for name, enter in rooms.items():
                await asyncio.sleep(_SETTLED_S)
                uses.setdefault(name, []).append(_until_painted_ms(shell, enter))

    with TemporaryDirectory() as folder:
        fill(real_world(Path(folder)), _PICTURES)
        inside.run(arguments_for(folder), work)
    for name, (first, second) in uses.items():
        yield Result(
            name=f"first use of the {name}",
            measured=first,
            unit="ms",
            against="its second use",
            limit=second,
            goal=f"at most {_MORE_MS:g} ms more",
            is_met=first <= second + _MORE_MS,
        )


def _rooms(shell: Shell, image: Image) -> dict[str, Callable[[], object]]:
    workspace = _workspace(shell)
    choose = [
        button
        for button in workspace.form.findChildren(QPushButton)
        if button.objectName().startswith("choose_") and button.isVisibleTo(workspace.form)
    ]
    presets = workspace.form.findChild(QPushButton, "presets")
    assert presets is not None
    return {
        "viewer": partial(workspace.viewer.open, image),
        "resource picker": choose[0].click,
        "prompt history": workspace.form.open_history,
        "menu of presets": presets.click,
        "dialog for pasted settings": partial(
            workspace.form._offer_pasted, "a hill\nSteps: 20, Seed: 7"
        ),
        "account dialog": shell._open_account,
        "dialog for file names": shell._choose_file_names,
        "about box": shell._about,
    }


def _until_painted_ms(shell: Shell, enter: Callable[[], object]) -> float:
    """Enter a room, paint it, and leave it again."""
    before = set(_on_screen(shell))
    begun = time.perf_counter()
    enter()
    (room,) = set(_on_screen(shell)) - before
    room.repaint()
    spent = time.perf_counter() - begun
    if room.isWindow():
        room.close()
    else:
        _workspace(shell).viewer.leave()
    return spent * 1000


def _on_screen(shell: Shell) -> list[QWidget]:
    """Return the windows that are shown, and the viewer where it covers one."""
    viewer = shell.window.findChild(QWidget, "viewer")
    shown = [*QApplication.topLevelWidgets(), *filter(None, (viewer,))]
    return [widget for widget in shown if widget.isVisible()]


def _workspace(shell: Shell) -> Workspace:
    assert shell.window.workspace is not None
    return shell.window.workspace
