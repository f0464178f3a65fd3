"""What each room loads when it is imported, seen in a fresh interpreter."""

import json
import subprocess
import sys

import pytest

IMPORT_ALL = """
import importlib, json, pkgutil, sys
room = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(room, "__path__", []), room.__name__ + "."):
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""


def modules_loaded_by(room: str) -> set[str]:
    """Import `room` with all its modules; return the names of everything then loaded."""
    command = [sys.executable, "-c", IMPORT_ALL, f"civitai_desktop.{room}"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout))


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
