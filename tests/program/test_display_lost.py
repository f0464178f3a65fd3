"""The screen goes away under the program: it ends with a sentence, and what was kept is there."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from civitai_desktop.storage.library import Library

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("Xvfb"), reason="needs xvfb"
)

PATIENCE_S = 30.0


@pytest.fixture
def display() -> Iterator["subprocess.Popen[str]"]:
    """A virtual screen, whose first line of output is its number."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1440x900x24"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as screen:
        yield screen
        screen.kill()


def test_the_program_ends_with_a_sentence_and_no_traceback(
    tmp_path: Path, display: "subprocess.Popen[str]"
):
    assert display.stdout is not None
    number = display.stdout.readline().strip()
    environment = {
        name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"
    } | {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    data = tmp_path / "data"
    folders = ["--data-dir", str(data), "--pictures-dir", str(tmp_path / "pictures")]
    program = subprocess.Popen(
        [sys.executable, "-m", "civitai_desktop", "--sandbox", *folders],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        state = data / "sandbox" / "server" / "sandbox.sqlite3"
        until = time.monotonic() + PATIENCE_S
        while not state.exists():
            assert time.monotonic() < until, "it never started"
            time.sleep(0.02)
        display.kill()
        _, said = program.communicate(timeout=PATIENCE_S)
    finally:
        program.kill()
        program.wait()
    assert program.returncode == 1
    assert "The display is gone" in said
    assert "Traceback" not in said
    assert not (data / "lock").exists()
    with closing(Library(data / "sandbox" / "library.sqlite3")) as library:
        assert library.notice == ""
