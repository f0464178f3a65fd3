"""One program per data folder."""

import subprocess
import sys

import pytest

from civitai_desktop.ui.runtime.single_instance import SingleInstance

ANOTHER_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from civitai_desktop.ui.runtime.single_instance import SingleInstance

if "full" in sys.argv:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
application = QCoreApplication([])
if "killed" in sys.argv:
    import os

    held = SingleInstance(Path(sys.argv[1]))
    assert held.take()
    os._exit(9)
sys.exit(0 if SingleInstance(Path(sys.argv[1])).take() else 3)
"""


def start_another(folder, *how):
    return subprocess.Popen([sys.executable, "-c", ANOTHER_START, str(folder), *how])


def test_a_second_start_brings_the_first_window_forward(tmp_path, qtbot):
    first = SingleInstance(tmp_path)
    assert first.take()
    with qtbot.waitSignal(first.wanted, timeout=20_000):
        another = start_another(tmp_path)
    assert another.wait(20) == 3
    first.release()


def test_a_folder_that_was_given_back_can_be_taken(tmp_path, qapp):
    first = SingleInstance(tmp_path)
    assert first.take()
    first.release()
    assert start_another(tmp_path).wait(20) == 0


def test_another_folder_is_another_program(tmp_path, qapp):
    first = SingleInstance(tmp_path / "one")
    assert first.take()
    assert start_another(tmp_path / "two").wait(20) == 0
    first.release()


@pytest.mark.parametrize("content", [b"", b"\0" * 90, b"no lock at all"])
def test_a_lock_that_a_power_cut_has_left_holds_nobody_up(tmp_path, qapp, content):
    (tmp_path / "lock").write_bytes(content)
    first = SingleInstance(tmp_path)
    assert first.take()
    assert start_another(tmp_path).wait(20) == 3
    first.release()


on_a_full_disk = pytest.mark.skipif(sys.platform == "win32", reason="limits no file's size")


def test_what_was_killed_holds_nobody_up(tmp_path, qapp):
    assert start_another(tmp_path, "killed").wait(20) == 9
    assert (tmp_path / "lock").exists()
    assert start_another(tmp_path).wait(20) == 0


@on_a_full_disk
def test_a_stale_lock_on_a_full_disk_holds_nobody_up(tmp_path, qapp):
    assert start_another(tmp_path, "killed").wait(20) == 9
    assert start_another(tmp_path, "full").wait(20) == 0


@on_a_full_disk
def test_a_disk_on_which_no_lock_can_be_written_holds_nobody_up(tmp_path, qapp):
    assert start_another(tmp_path, "full").wait(20) == 0


@on_a_full_disk
@pytest.mark.parametrize("lock", ["there", "not even there"])
def test_whoever_answers_has_the_folder_on_a_full_disk_too(tmp_path, qapp, lock):
    first = SingleInstance(tmp_path)
    assert first.take()
    if lock != "there":
        (tmp_path / "lock").unlink()
    assert start_another(tmp_path, "full").wait(20) == 3
    first.release()
