"""What the program keeps is its user's alone: rights of files, and the surroundings of a child."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rights of files, and /proc")

PATIENCE_S = 30.0
KEY = "a-key-that-nobody-may-read"


@contextmanager
def started(data: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the program in its sandbox as a process with the usual rights for new files."""
    folders = ["--data-dir", str(data), "--pictures-dir", str(data.with_name("pictures"))]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "CIVITAI_API_KEY": KEY}
    process = subprocess.Popen(
        [sys.executable, "-m", "civitai_desktop", "--sandbox", *folders],
        env=environment,
        umask=0o022,
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def open_to_others(folder: Path) -> list[str]:
    """Return what anybody but the owner may do something with."""
    paths = [folder, *folder.rglob("*")]
    return sorted(str(path) for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077)


def children(process: "subprocess.Popen[bytes]") -> list[Path]:
    """Return the /proc folders of a process' children."""
    threads = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [Path("/proc") / pid for each in threads for pid in each.read_text().split()]


def test_nobody_else_may_read_what_is_kept_nor_finds_the_key_in_a_child(tmp_path: Path):
    data = tmp_path / "data"
    state = data / "sandbox" / "server" / "sandbox.sqlite3"
    with started(data) as process:
        wait_for(state.exists)
        (sandbox,) = children(process)
        surroundings = (sandbox / "environ").read_bytes()
    assert b"QT_QPA_PLATFORM" in surroundings
    assert KEY.encode() not in surroundings
    assert (data / "settings.ini").exists()
    assert (data / "log" / "civitai-desktop.log").exists()
    assert open_to_others(data) == []


def test_what_an_older_version_left_open_is_closed(tmp_path: Path):
    data = tmp_path / "data"
    (data / "log").mkdir(parents=True)
    for name in ("form.json", "log/civitai-desktop.log.1", "settings.ini"):
        (data / name).touch()
        (data / name).chmod(0o644)
    data.chmod(0o755)
    with started(data):
        wait_for((data / "sandbox" / "library.sqlite3").exists)
    assert open_to_others(data) == []


def test_a_folder_that_holds_the_pictures_too_keeps_its_rights(tmp_path: Path):
    tmp_path.chmod(0o755)
    data = tmp_path
    pictures = tmp_path / "pictures"
    folders = ["--data-dir", str(data), "--pictures-dir", str(pictures)]
    code = (
        "import sys; from civitai_desktop.options import read; "
        "from civitai_desktop.places import Places; Places(read(sys.argv[1:])).prepare()"
    )
    subprocess.run([sys.executable, "-c", code, *folders], check=True)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
