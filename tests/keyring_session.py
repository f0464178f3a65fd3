"""A real Secret Service of its own for tests: a private D-Bus and an unlocked gnome-keyring."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = {"dbus-daemon": "dbus-daemon", "gnome-keyring-daemon": "gnome-keyring"}
"""Program to the Debian package that has it."""

_START_S = 20.0


def missing_packages() -> list[str]:
    """Name the packages to install before `keyring_session` can work."""
    return [package for program, package in PACKAGES.items() if not shutil.which(program)]


@contextmanager
def keyring_session(home: Path) -> Iterator[dict[str, str]]:
    """Start a Secret Service in `home` and yield the whole environment of a process that uses it.

    There is no display in that environment, so a locked keyring cannot ask anyone. Everything
    is stopped at the end; what was stored lies below `home`.
    """
    runtime = home / "run"
    runtime.mkdir(parents=True, mode=0o700)
    (home / ".local/share/keyrings").mkdir(parents=True)
    env = environment(home) | {"XDG_RUNTIME_DIR": str(runtime)}
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
        text=True,
    )
    try:
        env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        with _keyring(env):
            yield env
    finally:
        bus.terminate()
        bus.wait()
        bus.stdout.close()


def environment(home: Path) -> dict[str, str]:
    """Return this process's environment with `home` as the home, no D-Bus and no display."""
    dropped = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"}
    kept = {k: v for k, v in os.environ.items() if k not in dropped and not k.startswith("XDG_")}
    return kept | {"HOME": str(home), "XDG_DATA_HOME": str(home / ".local/share")}


@contextmanager
def _keyring(env: dict[str, str]) -> Iterator[None]:
    daemon = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=env,
    )
    try:
        daemon.stdin.write(b"password of a test")
        daemon.stdin.close()
        _await_service(env["DBUS_SESSION_BUS_ADDRESS"])
        yield
    finally:
        daemon.terminate()
        daemon.wait()


def _await_service(address: str) -> None:
    from jeepney import DBusAddress, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    dbus = DBusAddress(
        "/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus"
    )
    question = new_method_call(dbus, "NameHasOwner", "s", ("org.freedesktop.secrets",))
    give_up = time.monotonic() + _START_S
    with open_dbus_connection(bus=address) as connection:
        while not connection.send_and_get_reply(question).body[0]:
            if time.monotonic() > give_up:
                raise TimeoutError("gnome-keyring-daemon did not come up")
            time.sleep(0.02)
