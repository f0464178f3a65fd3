"""Where the milliseconds of loading go, until the first paint: a table, room by room.

Python's own stopwatch makes each import dearer; the shares hold, and so does what has come in.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtGui import QGuiApplication

from tests.benchmarks.bench_start import arguments_for, as_installed
from tests.benchmarks.filled_library import fill, real_world
from tests.benchmarks.results import Result, against_limit

_ROUNDS = 5
_PICTURES = 100
_THUMBNAILS = 60
_LINE = re.compile(r"import time: +(?P<own>\d+) \| +\d+ \| +(?P<module>\S+)")
_QT = ("PySide6", "shiboken6", "shibokensupport", "qasync")
_OURS = "civitai_desktop"
_REST = f"the rest of {_OURS}"
_LEAST_US = 2_000
_ROOMS_WITHIN = ("ui", "services", "storage")
"""Told folder by folder."""


def run() -> Iterator[Result]:
    application = QGuiApplication([])
    assert application
    with TemporaryDirectory() as folder:
        fill(real_world(Path(folder)), _PICTURES, _THUMBNAILS)
        environment = as_installed(Path(folder))
        own_us: dict[str, int] = {}
        for count in range(_ROUNDS + 1):
            for module, spent in _until_painted(arguments_for(folder), environment):
                if count:  # the first round compiles
                    own_us[module] = min(spent, own_us.get(module, spent))
    rooms, modules = Counter[str](), Counter[str]()
    for module, spent in own_us.items():
        rooms[_room(module)] += spent
        modules[_room(module)] += 1
    all_ms = sum(rooms.values()) / 1000
    # What is too small for a row of its own shares one.
    for room in [each for each in rooms if rooms[each] < _LEAST_US]:
        rooms[_REST] += rooms.pop(room)
        modules[_REST] += modules.pop(room)
    for room, spent in rooms.most_common():
        name = f"loading before the first paint: {room}, modules: {modules[room]}"
        yield against_limit(name, spent / 1000, "ms", "all modules", all_ms, None)


def _until_painted(
    arguments: list[str], environment: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    """Run the program; yield each module with the microseconds that it alone took."""
    command = [sys.executable, "-X", "importtime", "-m", "tests.benchmarks.our_window", *arguments]
    told = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    for line in told.splitlines():
        if line.startswith("painted"):
            return
        if found := _LINE.match(line):
            yield found["module"], int(found["own"])


def _room(module: str) -> str:
    top, *below = module.split(".")
    if top in _QT:
        return "Qt"
    if top != _OURS:
        return "Python and libraries"
    deep = 2 if below[:1] and below[0] in _ROOMS_WITHIN and len(below) > 2 else 1
    return ".".join([_OURS, *below[:deep]])
