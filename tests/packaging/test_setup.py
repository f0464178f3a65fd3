"""Making a fresh machine ready: which Python is taken, what apt is asked, and when it is not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from socket import AF_UNIX, socket

import pytest

CHECKOUT = Path(__file__).parents[2]
SETUP = CHECKOUT / "packaging" / "setup"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="apt and its rights are Linux's")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of commands that is the whole PATH; it starts with `env` alone."""
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "env").symlink_to(shutil.which("env") or "/usr/bin/env")
    return commands


def add(machine: Path, name: str, script: str) -> None:
    """Put a command on the machine."""
    (machine / name).write_text(f"#!/bin/sh\n{script}\n")
    (machine / name).chmod(0o755)


def provide(machine: Path, *packages: str, root: bool = True) -> subprocess.CompletedProcess[str]:
    """Ask for packages on `machine`, as root or as someone who is not."""
    code = (
        "import os, sys, prepare\n"
        f"os.geteuid = lambda: {0 if root else 1000}\n"
        "prepare.provide(sys.argv[1:])"
    )
    environment = {"PATH": str(machine), "PYTHONPATH": str(SETUP), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code, *packages]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_root_installs_without_asking(machine: Path, tmp_path: Path):
    add(machine, "apt-get", f'echo "$DEBIAN_FRONTEND $@" >> "{tmp_path}/asked"')

    assert provide(machine, "xvfb", "xauth").returncode == 0

    assert (tmp_path / "asked").read_text() == (
        "noninteractive --quiet=2 install --no-install-recommends --yes xvfb xauth\n"
    )


def test_an_empty_list_of_packages_is_fetched_once(machine: Path, tmp_path: Path):
    add(
        machine,
        "apt-get",
        f'echo "$2" >> "{tmp_path}/asked"\n[ "$2" = update ] && : > "{tmp_path}/lists"\n'
        f'[ -e "{tmp_path}/lists" ]',
    )

    assert provide(machine, "xvfb").returncode == 0

    assert (tmp_path / "asked").read_text().split() == ["install", "update", "install"]


def test_someone_with_sudo_installs_through_it(machine: Path, tmp_path: Path):
    add(machine, "apt-get", f'echo "$2" >> "{tmp_path}/asked"')
    add(machine, "true", "exit 0")
    add(machine, "sudo", '[ "$1" = --non-interactive ] && shift && exec "$@"')

    assert provide(machine, "xvfb", root=False).returncode == 0

    assert (tmp_path / "asked").read_text() == "install\n"


def test_someone_whose_sudo_asks_a_password_is_told_the_line(machine: Path, tmp_path: Path):
    add(machine, "apt-get", f': > "{tmp_path}/asked"')
    add(machine, "sudo", "exit 1")

    answer = provide(machine, "libegl1", "xvfb", root=False)

    assert answer.returncode == 1
    assert "this account may not install them" in answer.stderr
    assert (
        "sudo apt-get update && "
        "sudo apt-get install --no-install-recommends libegl1 xvfb\n" in answer.stderr
    )
    assert not (tmp_path / "asked").exists()


def test_a_failing_apt_is_heard(machine: Path):
    add(machine, "apt-get", "echo 'E: Could not resolve the mirror' >&2; exit 100")

    answer = provide(machine, "xvfb")

    assert answer.returncode == 1
    assert "E: Could not resolve the mirror" in answer.stderr
    assert "apt could not install them" in answer.stderr


def test_missing_fonts_stop_nobody(machine: Path):
    answer = provide(machine, "fonts-inter")

    assert answer.returncode == 0
    assert "this system has no apt" in answer.stdout


def test_nothing_is_half_started(machine: Path, tmp_path: Path):
    checkout = tmp_path / "a checkout"
    shutil.copytree(SETUP, checkout / "packaging" / "setup")
    command = [sys.executable, "-B", "packaging/setup/prepare.py", "virtual"]

    answer = subprocess.run(
        command, cwd=checkout, env={"PATH": str(machine)}, capture_output=True, text=True
    )

    assert answer.returncode == 1
    assert "xvfb xauth" in answer.stderr
    assert [path.name for path in checkout.iterdir()] == ["packaging"]


def test_the_newest_python_that_starts_is_taken(machine: Path):
    add(machine, "python3.13", "exit 127")
    add(machine, "python3.12", f'exec "{sys.executable}" "$@"')
    add(machine, "python3", f'exec "{sys.executable}" "$@"')

    answer = subprocess.run(
        ["/bin/sh", SETUP / "python.sh"], env={"PATH": str(machine)}, capture_output=True, text=True
    )

    assert answer.stdout == f"{machine}/python3.12\n"


def test_no_python_new_enough_is_said(machine: Path):
    add(machine, "python3", "exit 1")

    answer = subprocess.run(
        ["/bin/sh", SETUP / "python.sh"], env={"PATH": str(machine)}, capture_output=True, text=True
    )

    assert answer.returncode == 1
    assert "needs Python 3.11 or newer" in answer.stderr


def display(tmp_path: Path, **named: str) -> str:
    """Return the display that `make run` would show the window on."""
    environment = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(tmp_path), **named}
    script = SETUP / "display.sh"
    found = subprocess.run(["sh", script], env=environment, capture_output=True, text=True)
    return found.stdout.strip()


def test_a_display_counts_only_while_somebody_is_behind_it(tmp_path: Path):
    assert display(tmp_path) == ""
    assert display(tmp_path, DISPLAY=":4711.0", WAYLAND_DISPLAY="wayland-0") == ""
    assert display(tmp_path, DISPLAY="far:0") == "far:0"
    with socket(AF_UNIX) as x11, socket(AF_UNIX) as wayland:
        x11.bind("\0/tmp/.X11-unix/X4711")
        x11.listen()
        assert display(tmp_path, DISPLAY=":4711.0", WAYLAND_DISPLAY="gone") == ":4711.0"
        wayland.bind(str(tmp_path / "wayland-0"))
        assert display(tmp_path, WAYLAND_DISPLAY="wayland-0") == "wayland-0"
