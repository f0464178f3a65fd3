"""What each room loads when it is imported, and the program until it paints, seen from outside."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from civitai_desktop import ui
from civitai_desktop.ui.window.late_rooms import LATE_MODULES

IMPORT_ALL = """
import importlib, json, pkgutil, sys
room = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(room, "__path__", []), room.__name__ + "."):
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""

UNTIL_PAINTED = """
import asyncio, json, sys
from tests.benchmarks import inside

async def work(shell, services):
    painted = asyncio.get_running_loop().create_future()
    shell.window.painted.connect(lambda: painted.set_result(sorted(sys.modules)))
    print(json.dumps(await painted))

inside.run(sys.argv[1:], work)
"""
ONE_BY_ONE = """
import importlib, json, sys
import civitai_desktop.start
from civitai_desktop import ui
from civitai_desktop.ui.window.late_rooms import LATE_MODULES
loaded = {}
for name in LATE_MODULES:
    before = set(sys.modules)
    importlib.import_module(name)
    new = set(sys.modules) - before
    loaded[name] = [each for each in new if each.startswith("civitai_desktop.") and
                    hasattr(sys.modules[each], "__file__") and
                    not sys.modules[each].__file__.endswith("__init__.py")]
print(json.dumps(loaded))
"""


def answer_of(script: str, *arguments: str) -> Any:
    """Run a script in a fresh interpreter and return what it prints."""
    command = [sys.executable, "-c", script, *arguments]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def modules_loaded_by(room: str) -> set[str]:
    """Import `room` with all its modules; return the names of everything then loaded."""
    return set(answer_of(IMPORT_ALL, f"civitai_desktop.{room}"))


def loaded_by(room: str) -> set[str]:
    """Return the top names of what `modules_loaded_by` does."""
    return {name.partition(".")[0] for name in modules_loaded_by(room)}


@pytest.mark.parametrize("room", ["domain", "catalogue", "api", "storage", "services", "sandbox"])
def test_a_core_room_loads_no_qt(room: str):
    assert not loaded_by(room) & {"PySide6", "shiboken6", "qasync"}


def test_the_window_does_load_qt():
    # Without this, a fault in the way of looking would pass for a clean house.
    assert "PySide6" in loaded_by("ui")


def test_nothing_heavy_is_loaded_before_the_first_paint():
    heavy = {"httpx", "keyring", "msgspec", "PIL", "starlette", "truststore", "uvicorn"}
    assert not loaded_by("start") & heavy


def test_what_no_window_needs_is_loaded_after_the_first_paint():
    later = {"services.imports", "services.generation_data", "storage.metadata", "storage.texts"}
    names = {f"civitai_desktop.{name}" for name in later}
    assert names <= modules_loaded_by("services") | modules_loaded_by("storage")
    assert not modules_loaded_by("start") & names


def test_a_room_that_is_opened_later_is_loaded_after_the_first_paint(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("CIVITAI_API_KEY", "key")
    nowhere = "http://127.0.0.1:9"
    places = (f"--data-dir={tmp_path}/data", f"--pictures-dir={tmp_path}/pictures")
    servers = (f"--api-url={nowhere}", f"--site-url={nowhere}")
    until_painted = set(answer_of(UNTIL_PAINTED, *places, *servers))
    assert "civitai_desktop.ui.generate.panel" in until_painted
    assert not until_painted & set(LATE_MODULES)
    # Loads subprocesses and waits for the first start in the sandbox.
    assert "civitai_desktop.services.sandbox" not in until_painted


def test_what_is_loaded_later_is_loaded_one_module_at_a_time():
    assert answer_of(ONE_BY_ONE) == {name: [name] for name in LATE_MODULES}


def test_every_dialog_and_popup_is_loaded_later():
    rooms = Path(ui.__file__).parent
    kinds = ("dialog", "popup", "about", "welcome")
    files = [file for file in rooms.rglob("*.py") if file.stem.endswith(kinds)]
    names = {
        "civitai_desktop.ui." + ".".join(file.relative_to(rooms).with_suffix("").parts)
        for file in files
    }
    assert names
    assert names <= set(LATE_MODULES)
