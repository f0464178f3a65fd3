"""Runs the program as `start` does, and lets a benchmark look in, which the product does not."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from civitai_desktop import options
from civitai_desktop.app import Services, shell_opened, workspace_opened
from civitai_desktop.crash import CrashReporter
from civitai_desktop.places import Places
from civitai_desktop.start import SWITCH_S
from civitai_desktop.ui.gallery.view import GalleryView
from civitai_desktop.ui.runtime.application import Application
from civitai_desktop.ui.runtime.loop import Loop
from civitai_desktop.ui.runtime.single_instance import SingleInstance
from civitai_desktop.ui.window.shell import Shell

if TYPE_CHECKING:
    from tests.program.sandbox_process import Sandbox


_PATIENCE_S = 120


def run(arguments: Sequence[str], work: Callable[[Shell, Services], Awaitable[None]]) -> None:
    """Run the program with these arguments until `work` is done, which begins before it paints."""
    chosen = options.read(arguments)
    sys.setswitchinterval(SWITCH_S)
    places = Places(chosen)
    application = Application(["civitai-desktop"])
    instance = SingleInstance(places.data)
    instance.take()
    reporter = CrashReporter()
    reporter.install(places.log, chosen.log_level)

    async def both() -> None:
        async with (
            shell_opened(application, chosen, places, reporter) as shell,
            workspace_opened(shell, chosen, places) as services,
        ):
            async with asyncio.timeout(_PATIENCE_S):
                await work(shell, services)

    try:
        with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
            runner.run(both())
    finally:
        instance.release()
        reporter.uninstall()


def gallery_view(shell: Shell) -> GalleryView:
    """Return the gallery's list."""
    assert shell.window.workspace is not None
    return shell.window.workspace.gallery.view


async def tiles_shown(view: GalleryView, image_ids: Callable[[], Sequence[int]]) -> None:
    """Wait until every one of these images stands on the screen with its thumbnail.

    Args:
        image_ids: Asked again whenever a thumbnail has come; empty while they are not known.
    """
    thumbnails, more = view._thumbnails, asyncio.Event()

    def note(_image_id: int) -> None:
        more.set()

    thumbnails.loaded.connect(note)
    try:
        while not (ids := image_ids()) or not all(thumbnails.pixmap(each) for each in ids):
            more.clear()
            await more.wait()
    finally:
        thumbnails.loaded.disconnect(note)
    view.viewport().repaint()


def arguments(sandbox: "Sandbox", folder: Path) -> list[str]:
    """Return how to start the program with a sandbox as Civitai and its data under `folder`.

    The key travels in the environment, as a user's would.
    """
    os.environ["CIVITAI_API_KEY"] = sandbox.key
    return [
        f"--data-dir={folder}/data",
        f"--pictures-dir={folder}/pictures",
        f"--api-url={sandbox.url}",
        f"--site-url={sandbox.url}",
    ]
