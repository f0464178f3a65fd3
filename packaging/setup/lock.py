"""Writes the lock files: every package in one version, with the hashes of its files.

Run by `make update`, with uv in the Python that runs this. tests/packaging/test_lock.py says when
what pyproject.toml asks for has changed since.
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent

FOR_EDITABLE = ["editables>=0.5"]
"""What hatchling asks for, beside itself, to install a checkout that stays where it is."""

TOOLS = ["packaging>=24", "pip-audit>=2.9", "uv>=0.9"]
"""What `make update` and `make audit` need; it comes into a folder of its own, .tools."""

_MARK = "# Of these wishes: "


def wishes(name: str) -> list[str]:
    """Return what is asked for, as pyproject.toml says it, for the lock file of this name."""
    if name == "tools":
        return TOOLS
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = document["project"]
    asked = [*project["dependencies"], *document["build-system"]["requires"], *FOR_EDITABLE]
    return asked + (project["optional-dependencies"]["test"] if name == "tests" else [])


def path(name: str) -> Path:
    """Return where the lock file of this name lies."""
    return HERE / f"locked-{name}.txt"


def is_current(name: str) -> bool:
    """Tell whether a lock file was made of what is asked for now."""
    return path(name).read_text(encoding="utf-8").startswith(_head(name))


def write(name: str) -> None:
    """Find the newest versions that fit together, for every system and Python, and write them down.

    Raises:
        CalledProcessError: There are none, or uv could not ask for them; it has said why.
    """
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--upgrade"),
        *("--universal", "--python-version", _oldest_python(), "--generate-hashes"),
        *("--no-header", "--no-annotate", "--no-emit-index-url"),
    ]
    asked = "\n".join(wishes(name))
    found = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    path(name).write_text(_head(name) + found.stdout, encoding="utf-8")
    print(f"{path(name).relative_to(ROOT)}: {found.stdout.count('==')} packages")


def _oldest_python() -> str:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(document["project"]["requires-python"]).removeprefix(">=")


def _head(name: str) -> str:
    digest = hashlib.sha256(json.dumps(sorted(wishes(name))).encode()).hexdigest()[:16]
    return f"# Made by `make update`; not written by hand.\n{_MARK}{digest}\n"


if __name__ == "__main__":
    for each in ("run", "tests", "tools"):
        write(each)
