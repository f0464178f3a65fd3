"""The process is killed at every step of saving a picture, on drives with links and without."""

import subprocess
import sys
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import civitai_desktop
from civitai_desktop.storage.files import PictureFolder, PictureName
from civitai_desktop.storage.metadata import insert

NAME = PictureName(
    created_at=datetime(2026, 11, 22, 14, 2, 11).astimezone(),
    prompt="Paper boat",
    seed=42,
    engine="sdxl",
    workflow_id="0-2026",
)
FINAL = "2026-11-22/140211-paper-boat.jpg"
MINE, THEIRS = "0a0a0a0a", "0b0b0b0b"

SAVES_AND_IS_KILLED = """
import errno, os, sys
from itertools import count
from pathlib import Path

def refused(*_, **__):
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))

if sys.argv[2] == "without":
    os.link = refused  # as on FAT, exFAT and many a drive in the network

from tests.storage.test_killed_files import MINE, folder_at, save, served

STEPS = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.truncate"}
base, content = Path(sys.argv[1]), served()

def run(number):
    steps = count()
    def count_down(event, args):
        if event in STEPS and next(steps) == number:
            os._exit(9)
    folder = folder_at(base / str(number), MINE)
    sys.addaudithook(count_down)
    folder.get_ready()
    save(folder, content)
    os._exit(0)

for number in count():
    if not (child := os.fork()):
        run(number)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 0:
        print(number)
        break
"""


def served() -> bytes:
    content = BytesIO()
    Image.new("RGB", (16, 16), "navy").save(content, "JPEG")
    return content.getvalue()


def folder_at(root: Path, owner: str) -> PictureFolder:
    return PictureFolder(root, owner=owner)


def save(folder: PictureFolder, content: bytes) -> None:
    """Save a picture as a generation does: in pieces, a text put in, under its name."""
    part = folder.begin(NAME)
    part.write(content[:100])
    part.write(content[100:])
    part.finish(len(content))
    insert(part.path, "a paper boat")
    folder.keep(part)


def files_in(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("links", ["with", "without"])
def test_no_kill_leaves_a_half_picture_or_anything_else_after_the_next_start(tmp_path, links):
    whole = folder_at(tmp_path / "whole", MINE)
    whole.check()
    save(whole, served())
    picture = files_in(whole.root)
    assert list(picture) == [FINAL]
    base = tmp_path / "killed"
    base.mkdir()
    house = Path(civitai_desktop.__file__).parents[1]

    done = subprocess.run(
        [sys.executable, "-c", SAVES_AND_IS_KILLED, str(base), links],
        cwd=house,
        capture_output=True,
        check=True,
        text=True,
    )

    kills = int(done.stdout)
    assert kills > 10
    leftovers = 0
    for number in range(kills):
        root = base / str(number)
        left = files_in(root)
        seen = {name: content for name, content in left.items() if "/." not in f"/{name}"}
        assert seen in ({}, picture), f"at step {number}"
        leftovers += len(left) > len(seen)

        folder_at(root, THEIRS).get_ready()
        assert files_in(root) == left, "another library's parts are none of ours"
        again = folder_at(root, MINE)
        again.get_ready()
        assert files_in(root) == seen
        save(again, served())
        assert files_in(root) == picture
    assert leftovers > 3
    assert files_in(base / str(kills)) == picture
