"""From the start of the process to the first paint, to a form that takes text, and to pictures."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from PySide6.QtGui import QGuiApplication

from tests.benchmarks.filled_library import fill, real_world
from tests.benchmarks.results import Result, against_limit

PICTURES = 10_000
_THUMBNAILS = 60
_ROUNDS = 9
NOWHERE = "http://127.0.0.1:9"


def run() -> Iterator[Result]:
    application = QGuiApplication([])
    assert application
    with TemporaryDirectory() as folder:
        fill(real_world(Path(folder)), PICTURES, _THUMBNAILS)
        arguments = arguments_for(folder)
        environment = as_installed(Path(folder))
        bare, painted, typed, pictures = [], [], [], []
        for count in range(_ROUNDS + 1):
            peer = _moments("bare_window", [], environment)
            ours = _moments("our_window", arguments, environment)
            if count:  # the first round compiles
                bare.append(peer["painted"])
                painted.append(ours["painted"])
                typed.append(ours["typed"])
                pictures.append(ours["pictures"])
    against = "bare PySide6 window with an empty list"
    limit = median(bare)
    name = f"start to first painted window, {PICTURES:,} pictures"
    yield against_limit(name, median(painted), "ms", against, limit, 2.2)
    name = "start to the first letter typed into the form"
    yield against_limit(name, median(typed), "ms", "first painted window", median(painted), 1.1)
    yield against_limit(
        "first screenful of thumbnails, warm", median(pictures), "ms", against, limit, 3.0
    )


def arguments_for(folder: Path | str) -> list[str]:
    """Return how to start the program with its data under `folder` and nobody to talk to."""
    places = [f"--data-dir={folder}/data", f"--pictures-dir={folder}/pictures"]
    return [*places, f"--api-url={NOWHERE}", f"--site-url={NOWHERE}"]


def as_installed(folder: Path) -> dict[str, str]:
    """Return an environment in which modules are compiled once, as an installer leaves them.

    The key spares the start the search for a keyring, which comes after the paint anyway.
    """
    changes = {"CIVITAI_API_KEY": "benchmark", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment = {**os.environ, **changes}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _moments(module: str, arguments: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Run a child and return what it told, in ms after its start."""
    begun = time.monotonic()
    told = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    lines = (each.split() for each in told.splitlines())
    return {what: (float(moment) - begun) * 1000 for what, moment in lines}
