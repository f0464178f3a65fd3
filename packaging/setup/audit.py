"""Asks for known faults of the locked packages, and never takes silence for a good answer.

Run by `make audit`, with pip-audit in the Python that runs this. Ends with 0 where every package
was looked up and none has a known fault, with 1 where one has, with 3 where any was not looked up.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

FAULTY, UNKNOWN = 1, 3

SERVICES = ("pypi", "osv")
"""Where pip-audit can ask; the second for what the first does not know."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one service said of the locked packages.

    Attributes:
        faults: Package and version, to the names of its faults; empty for a sound one.
    """

    faults: dict[str, list[str]]


def understood(text: str) -> Answer:
    """Read pip-audit's JSON; what was skipped, or is no JSON at all, counts as not looked up."""
    try:
        packages = json.loads(text)["dependencies"]
        return Answer(
            {
                f"{each['name']} {each['version']}": [fault["id"] for fault in each["vulns"]]
                for each in packages
                if "skip_reason" not in each
            }
        )
    except (ValueError, KeyError, TypeError):
        return Answer({})


def names(lock: Path) -> set[str]:
    """Return the packages of a lock file that are installed on such a machine as this."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    locked = [Requirement(line.rstrip("\\ ")) for line in lines if line[:1].isalnum()]
    return {each.name for each in locked if each.marker is None or each.marker.evaluate()}


def verdict(locked: set[str], answers: list[Answer]) -> tuple[int, str]:
    """Return the exit code and what to say."""
    faults = {package: said for answer in answers for package, said in answer.faults.items()}
    faulty = {package: said for package, said in faults.items() if said}
    if faulty:
        rows = "\n".join(f"  {package}: {', '.join(said)}" for package, said in faulty.items())
        return FAULTY, f"Known faults:\n{rows}\nRun `make update`, or name another version."
    looked_up = {package.partition(" ")[0] for package in faults}
    if not looked_up:
        return UNKNOWN, "Nothing was checked: no list of known faults could be reached from here."
    if missing := sorted(locked - looked_up):
        return UNKNOWN, f"No known faults, but these were not checked: {', '.join(missing)}."
    return 0, f"Packages looked up: {len(looked_up)}. None has a known fault."


def ask(lock: Path, service: str) -> Answer:
    """Ask one service about the packages of a lock file."""
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip"),
        *("--require-hashes", "--format", "json", "--progress-spinner", "off"),
        *("--vulnerability-service", service),
    ]
    # Its own exit code is 0 where it could look nothing up.
    return understood(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def main() -> int:
    """Ask, say what came of it, and return the exit code."""
    lock = Path(__file__).with_name("locked-tests.txt")
    code, said = verdict(names(lock), [ask(lock, service) for service in SERVICES])
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main())
