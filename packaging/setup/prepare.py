"""Makes a fresh machine ready for this checkout: system packages first, then `.venv`."""

import argparse
import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

PROFILES = ("window", "virtual", "tests")
"""The program on a display that is there; on one we start ourselves; the whole test suite."""

_LIBRARIES = {
    "libbrotli1": ["libbrotlidec.so.1"],
    "libdbus-1-3": ["libdbus-1.so.3"],
    "libegl1": ["libEGL.so.1"],
    "libfontconfig1": ["libfontconfig.so.1"],
    "libfreetype6": ["libfreetype.so.6"],
    "libgl1": ["libGL.so.1"],
    "libglib2.0-0": ["libglib-2.0.so.0", "libgthread-2.0.so.0"],
    "libgssapi-krb5-2": ["libgssapi_krb5.so.2"],
    "libwayland-client0": ["libwayland-client.so.0"],
    "libwayland-cursor0": ["libwayland-cursor.so.0"],
    "libwayland-egl1": ["libwayland-egl.so.1"],
    "libx11-xcb1": ["libX11.so.6", "libX11-xcb.so.1"],
    "libxcb-cursor0": ["libxcb-cursor.so.0"],
    "libxcb-icccm4": ["libxcb-icccm.so.4"],
    "libxcb-image0": ["libxcb-image.so.0"],
    "libxcb-keysyms1": ["libxcb-keysyms.so.1"],
    "libxcb-randr0": ["libxcb-randr.so.0"],
    "libxcb-render-util0": ["libxcb-render.so.0", "libxcb-render-util.so.0"],
    "libxcb-shape0": ["libxcb-shape.so.0"],
    "libxcb-shm0": ["libxcb-shm.so.0"],
    "libxcb-sync1": ["libxcb-sync.so.1"],
    "libxcb-util1": ["libxcb-util.so.1"],
    "libxcb-xfixes0": ["libxcb-xfixes.so.0"],
    "libxcb-xkb1": ["libxcb-xkb.so.1"],
    "libxkbcommon-x11-0": ["libxkbcommon-x11.so.0"],
    "libxkbcommon0": ["libxkbcommon.so.0"],
}
"""Debian package to what Qt and its X11, Wayland and offscreen plugins load from it.

Newer releases that renamed a package still answer to these names.
"""

_FOR_LOOKS = {"fonts-dejavu-core", "fonts-inter"}
"""Without these the window works and is only plainer."""


def main() -> None:
    """Prepare the machine for the profile named on the command line; ask nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile", choices=PROFILES)
    profile = parser.parse_args().profile
    # Nothing is written before the system is known to be complete.
    if sys.platform == "linux":
        provide(missing_packages(profile))
    name = "tests" if profile == "tests" else "run"
    fill_venv(Path(__file__).with_name(f"locked-{name}.txt"))
    (VENV / f"ready-{profile}").touch()


def missing_packages(profile: str) -> list[str]:
    """Name the Debian packages that would bring what this Linux machine lacks for `profile`.

    The things themselves are looked for, not the packages: it does not matter how they came here.
    """
    is_here = {package: _loads(names) for package, names in _LIBRARIES.items()}
    is_here["fonts-dejavu-core"] = _has_font("*")
    is_here["fonts-inter"] = _has_font("Inter*")
    if not _can_import(PYTHON, "pip"):
        version = ".".join(map(str, sys.version_info[:2]))
        is_here[f"python{version}-venv"] = importlib.util.find_spec("ensurepip") is not None
    if profile in {"virtual", "tests"}:
        is_here["xvfb"] = bool(shutil.which("xvfb-run"))
        is_here["xauth"] = bool(shutil.which("xauth"))
    if profile == "tests":
        is_here["at-spi2-core"] = Path("/usr/libexec/at-spi-bus-launcher").exists()
        is_here["dbus"] = bool(shutil.which("dbus-run-session"))
        is_here["gnome-keyring"] = bool(shutil.which("gnome-keyring-daemon"))
        # The accessibility tests drive the window from the system's own Python: pip has no pyatspi.
        system_python = Path("/usr/bin/python3")
        is_here["python3-pyatspi"] = _can_import(system_python, "pyatspi")
    return [package for package, here in is_here.items() if not here]


def provide(packages: list[str]) -> None:
    """Install these with apt, where there is apt and this account may.

    Raises:
        SystemExit: The program cannot run without one of them; the text is the line to type.
    """
    if not packages:
        return
    if not shutil.which("apt-get"):
        trouble = "this system has no apt (elsewhere the same things have other names)"
    elif (rights := _rights()) is None:
        trouble = "this account may not install them"
    elif _apt_install(rights, packages):
        return
    else:
        trouble = "apt could not install them"
    apt = "sudo apt-get"
    line = f"{apt} update && {apt} install --no-install-recommends {' '.join(packages)}"
    if not _FOR_LOOKS.issuperset(packages):
        sys.exit(
            f"\nSystem packages are missing, and {trouble}. Run\n\n    {line}\n\nthen start again."
        )
    print(f"Some fonts are missing, and {trouble}. The window looks better after\n    {line}")


def fill_venv(lock: Path) -> None:
    """Create `.venv` unless it works already, and install this checkout into it, editable.

    What comes from elsewhere comes in the version and with the bytes that the lock file names.

    Raises:
        SystemExit: pip failed, and said why.
    """
    # A venv outlives the Python it was made from, and is then an empty shell.
    if not _can_import(PYTHON, "pip"):
        print(f"Creating .venv with Python {sys.version.split()[0]}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    print("Installing the Python packages (about 100 MB, the first time)", flush=True)
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    pip = [str(PYTHON), "-m", "pip", "install", *quiet]
    locked = [*pip, "--require-hashes", "--requirement", str(lock)]
    # All that building it takes is locked too, and there by then.
    checkout = [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    if not (_runs(locked, "all") and _runs(checkout, "all")):
        sys.exit("\npip could not install the Python packages; its reason stands above.")


def _apt_install(rights: list[str], packages: list[str]) -> bool:
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2"]
    install = [*apt, "install", "--no-install-recommends", "--yes", *packages]
    print("Installing with apt (a minute or two):", *packages, flush=True)
    # An empty or outdated list of packages is the usual reason to fail, and cured once.
    return _runs(install) or (_runs([*apt, "update"], "errors") and _runs(install, "errors"))


def _rights() -> list[str] | None:
    """Return what to put before a command to run it as root; None where that asks a password."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "--non-interactive"]
    return sudo if shutil.which("sudo") and _runs([*sudo, "true"]) else None


def _can_import(python: Path, name: str) -> bool:
    return python.exists() and _runs([str(python), "-c", f"import {name}"])


def _runs(command: list[str], shows: Literal["nothing", "errors", "all"] = "nothing") -> bool:
    """Run a command to its end, never letting it ask; tell whether it succeeded."""
    null = subprocess.DEVNULL
    stdout = None if shows == "all" else null
    stderr = null if shows == "nothing" else None
    code = subprocess.run(command, stdin=null, stdout=stdout, stderr=stderr, check=False).returncode
    return code == 0


def _has_font(pattern: str) -> bool:
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    return any(next(folder.rglob(f"{pattern}.[ot]t[fc]"), None) for folder in folders)


def _loads(libraries: list[str]) -> bool:
    try:
        for name in libraries:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
