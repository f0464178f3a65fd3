"""The lock files fit what is asked for, and silence of an audit is no good answer."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SETUP = Path(__file__).parents[2] / "packaging" / "setup"
LOCKS = ("run", "tests", "tools")


def script(name: str) -> ModuleType:
    """Load one of the scripts, none of which belongs to the package."""
    spec = importlib.util.spec_from_file_location(f"setup_{name}", SETUP / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


lock, audit = script("lock"), script("audit")

GOOD = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1"}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


def answers(*packages: dict[str, object]) -> list[object]:
    return [audit.understood(json.dumps({"dependencies": packages}))]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_fits_what_is_asked_for(name: str):
    assert lock.is_current(name), "pyproject.toml has changed: run `make update`"


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_its_version_and_its_hashes(name: str):
    text = lock.path(name).read_text(encoding="utf-8")
    packages = re.split(r"\n(?=[A-Za-z0-9])", text)[1:]
    assert len(packages) > 20
    for package in packages:
        first, *hashes = package.strip().splitlines()
        assert re.match(r"[A-Za-z0-9._-]+==[^ ]+ (;.*)?\\$", first), first
        assert hashes
        assert all(re.match(r"\s+--hash=sha256:[0-9a-f]{64}", each) for each in hashes)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_no_host(name: str):
    assert "://" not in lock.path(name).read_text(encoding="utf-8")


def test_what_runs_here_is_what_is_locked():
    frozen = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    here = {
        each["name"].lower().replace("_", "-"): each["version"]
        for each in json.loads(frozen.stdout)
    }
    text = lock.path("tests").read_text(encoding="utf-8")
    pinned: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ]+)", text, re.MULTILINE):
        pinned.setdefault(package, set()).add(version)
    others = {
        name: version
        for name, version in here.items()
        if name in pinned and version not in pinned[name]
    }
    assert others == {}


def test_packages_that_were_all_looked_up_are_sound():
    code, said = audit.verdict({"a"}, answers(GOOD))
    assert code == 0
    assert said == "Packages looked up: 1. None has a known fault."


def test_a_known_fault_is_named():
    code, said = audit.verdict({"a", "b"}, answers(GOOD, BAD))
    assert code == audit.FAULTY
    assert "b 2: PYSEC-1" in said


@pytest.mark.parametrize(
    "text", ["", "No known vulnerabilities found", '{"dependencies": [{"name": "c"}]}', "[]", "{}"]
)
def test_no_answer_is_no_good_answer(text: str):
    code, said = audit.verdict({"c"}, [audit.understood(text)])
    assert code == audit.UNKNOWN
    assert "Nothing was checked" in said


def test_a_package_that_was_passed_over_is_named():
    code, said = audit.verdict({"a", "c"}, answers(GOOD, SKIPPED))
    assert code == audit.UNKNOWN
    assert "c" in said


def test_a_second_service_fills_the_gaps_of_the_first():
    found = {"name": "c", "version": "3", "vulns": []}
    code, _ = audit.verdict({"a", "c"}, answers(GOOD, SKIPPED) + answers(found))
    assert code == 0
