"""The started program, driven from outside by accessible names alone, as a screen reader would."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.keyring_session import environment

DRIVER = Path(__file__).with_name("drive_accessible.py")
SYSTEM_PYTHON = "/usr/bin/python3"
PROMPT = "a lighthouse at dusk"

ROLES = {
    "Engine": "push button",
    "Prompt": "text",
    "Negative prompt": "text",
    "Width": "spin button",
    "Height": "spin button",
    "Images": "spin button",
    "Seed": "text",
    "Generate": "push button",
    "Price": "label",
    "Search prompts": "text",
    "Gallery": "list",
    "Queue": "push button",
    "Details": "panel",
    "Message": "panel",
    "Account": "push button",
    "API key": "password text",
    "Save key": "push button",
    "Cancel": "push button",
    "Retry": "push button",
    "Reuse settings": "push button",
    "Vary": "push button",
    "Copy image": "push button",
    "Show in folder": "push button",
    "Delete": "push button",
    "Favourite": "check box",
}
"""The names that are promised, and what AT-SPI calls such a control."""


def _gi_is_there() -> bool:
    code = "import gi; gi.require_version('Atspi', '2.0')"
    if not Path(SYSTEM_PYTHON).exists():
        return False
    command = [SYSTEM_PYTHON, "-c", code]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0


def missing_packages() -> list[str]:
    """Name the Debian packages to install before these tests can run."""
    found = {
        "xvfb": shutil.which("Xvfb"),
        "dbus-daemon": shutil.which("dbus-daemon"),
        "at-spi2-core": Path("/usr/share/dbus-1/services/org.a11y.Bus.service").exists(),
        "python3-gi, gir1.2-atspi-2.0": _gi_is_there(),
    }
    return [package for package, is_there in found.items() if not is_there]


MISSING = missing_packages() if sys.platform == "linux" else ["Linux"]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}")


@contextmanager
def process(*command: str, env: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """Run a program while the block lasts."""
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.terminate()


class Outside:
    """A screen and a bus of their own, with one program on them."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        runtime = home / "run"
        runtime.mkdir(parents=True, mode=0o700)
        env = environment(home) | {"XDG_RUNTIME_DIR": str(runtime)}
        screen = stack.enter_context(
            process("Xvfb", "-displayfd", "1", "-screen", "0", "1440x900x24", env=env)
        )
        bus = stack.enter_context(
            process("dbus-daemon", "--session", "--nofork", "--print-address", env=env)
        )
        self._env = env | {
            "DISPLAY": f":{screen.stdout.readline().strip()}",
            "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip(),
            "QT_QPA_PLATFORM": "xcb",
            "QT_ACCESSIBILITY": "1",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        self._home = home
        self._stack = stack

    def start(self, *arguments: str) -> None:
        """Start the program."""
        folders = ["--data-dir", str(self._home / "data")]
        command = [sys.executable, "-m", "civitai_desktop", *folders, *arguments]
        self._stack.enter_context(process(*command, env=self._env))

    def drive(self, *what: str) -> dict[str, Any]:
        """Have the driver do something, and return what it saw."""
        command = [SYSTEM_PYTHON, "-W", "ignore", str(DRIVER), *what]
        done = subprocess.run(command, env=self._env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with ExitStack() as stack:
        yield Outside(tmp_path_factory.mktemp("outside"), stack)


@pytest.fixture(scope="module")
def seen(outside: Outside) -> dict[str, Any]:
    """What was seen while four pictures were generated; the program is still there."""
    outside.start("--sandbox")
    return outside.drive("generate", PROMPT, "4")


def test_four_pictures_are_generated_by_names_alone(seen: dict[str, Any]) -> None:
    assert seen["price"].startswith("32 Buzz. ")
    names, states = zip(*seen["expected"], strict=True)
    assert names == (PROMPT,) * 4
    assert all(states)
    # A picture that is there has no state to tell any more.
    assert seen["pictures"] == [[PROMPT, ""]] * 4


def test_every_name_that_is_promised_is_there_with_its_role(seen: dict[str, Any]) -> None:
    assert {name: seen["roles"].get(name) for name in ROLES} == ROLES


def test_a_picture_selected_from_outside_can_be_used_again(
    outside: Outside, seen: dict[str, Any]
) -> None:
    message = outside.drive("reuse")["message"]
    assert message == "The form has the picture's settings now."


def test_what_one_can_do_is_found_from_outside_in_the_command_palette(
    outside: Outside, seen: dict[str, Any]
) -> None:
    palette = outside.drive("palette", "keyboard shortcuts")
    roles = {name: palette["roles"].get(name) for name in ("Command", "Commands")}
    assert roles == {"Command": "text", "Commands": "list"}
    assert "Command palette" in palette["roles"]
    search = "Search prompts. Ctrl+F. Find pictures by the words of their prompts."
    assert search in palette["everything"]
    assert palette["said"].startswith("Keyboard shortcuts. F1. ")


def test_the_first_start_offers_a_key_or_the_sandbox_by_name(tmp_path: Path) -> None:
    with ExitStack() as stack:
        outside = Outside(tmp_path, stack)
        outside.start()
        seen = outside.drive("first-start")
    offered = {name: seen["roles"].get(name) for name in ("Try the sandbox", "API key", "Save key")}
    assert offered == {
        "Try the sandbox": "push button",
        "API key": "password text",
        "Save key": "push button",
    }
    assert seen["account"] == "Sandbox — offline, no Buzz is spent"
