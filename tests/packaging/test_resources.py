"""The shipped data files are found from a wheel, an editable install and a bare checkout."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]

FIND = """
import json, sys
from civitai_desktop import resources
print(json.dumps({name: str(resources.path(name)) for name in sys.argv[1:]}))
"""


def shipped() -> dict[str, bytes]:
    """Return every file under resources/, by the name the program asks for it with."""
    root = CHECKOUT / "resources"
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def find(names: list[str], *, cwd: Path, pythonpath: Path | None = None) -> dict[str, Path]:
    """Ask a fresh interpreter, started in `cwd`, where it finds these."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if pythonpath:
        environment["PYTHONPATH"] = str(pythonpath)
    command = [sys.executable, "-P", "-c", FIND, *names]
    answer = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return {name: Path(path) for name, path in json.loads(answer.stdout).items()}


def assert_all_found_below(root: Path, found: dict[str, Path]) -> None:
    assert "catalogue/engines.json" in found
    for name, content in shipped().items():
        assert found[name].is_relative_to(root)
        assert found[name].read_bytes() == content


@pytest.fixture
def copied_checkout(tmp_path: Path) -> Path:
    """Copy what git keeps of this checkout into a folder of its own, with a space in its name."""
    copy = tmp_path / "a copy"
    for folder in ("civitai_desktop", "resources"):
        shutil.copytree(CHECKOUT / folder, copy / folder, ignore=shutil.ignore_patterns("*.pyc"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / file, copy)
    return copy


def test_a_wheel_carries_every_resource(copied_checkout: Path, tmp_path: Path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=copied_checkout, capture_output=True, check=True)
    [wheel] = tmp_path.glob("*.whl")
    shutil.rmtree(copied_checkout)
    target = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", str(target), str(wheel)], check=True)

    found = find(list(shipped()), cwd=tmp_path, pythonpath=target)

    assert_all_found_below(target, found)


def test_the_editable_install_in_use_reads_the_checkout_itself(tmp_path: Path):
    origin = distribution("civitai-desktop").read_text("direct_url.json")
    assert origin
    assert json.loads(origin)["dir_info"] == {"editable": True}

    found = find(list(shipped()), cwd=tmp_path)

    assert_all_found_below(CHECKOUT / "resources", found)


def test_a_plain_checkout_finds_every_resource(copied_checkout: Path, tmp_path: Path):
    found = find(list(shipped()), cwd=tmp_path, pythonpath=copied_checkout)

    assert_all_found_below(copied_checkout, found)


def test_a_missing_resource_is_named(copied_checkout: Path, tmp_path: Path):
    shutil.rmtree(copied_checkout / "resources")

    with pytest.raises(AssertionError, match=r"FileNotFoundError: catalogue/engines\.json"):
        find(["catalogue/engines.json"], cwd=tmp_path, pythonpath=copied_checkout)
