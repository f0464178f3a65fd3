"""Walking through folders as they are: with trash, links, pipes and names of every kind."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.look import HARMLESS, Reason, summed
from civitai_desktop.storage.foreign import is_foreign
from civitai_desktop.storage.scan import FileStat, scan

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has none of it")

FOREIGN = (
    ".Trash-1000",
    ".Trash",
    ".Trashes",
    ".dtrash",
    ".stversions",
    ".stfolder",
    ".sync",
    ".SyncArchive",
    ".thumbnails",
    ".@__thumb",
    ".git",
    ".picasaoriginals",
    ".comments",
    ".AppleDouble",
    "@eaDir",
    "@Recycle",
    "#recycle",
    "#snapshot",
    "$RECYCLE.BIN",
    "RECYCLER",
    "System Volume Information",
    "lost+found",
    "LOST.DIR",
    "__MACOSX",
    "_gsdata_",
    "found.000",
    "FOUND.017",
    "Network Trash Folder",
    "Temporary Items",
    "iPod Photo Cache",
    "Photos Library.photoslibrary",
    "Catalog Previews.lrdata",
    "_SYNCAPP",
)


def touch(root: Path, *names: str) -> None:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("where", ["", "2026-11-22/deep/er/"])
@pytest.mark.parametrize("spelled", [str, str.upper, str.lower])
def test_what_others_keep_for_themselves_is_passed_over(tmp_path, name, where, spelled):
    folder = f"{where}{spelled(name)}"
    touch(tmp_path, f"{folder}/a.png", f"{folder}/files/b.jpg", f"{where}mine.png")
    found = scan(tmp_path)
    assert list(found.files) == [f"{where}mine.png"]
    assert found.passed_over == [(Reason.HIDDEN, folder)]


@pytest.mark.parametrize(
    "name", ["trash", "thumbnails", "found", "found.0001", "Recycling", "2026-11-22", "@home", "#1"]
)
def test_folders_of_the_user_are_looked_into(tmp_path, name):
    touch(tmp_path, f"{name}/a.png")
    assert list(scan(tmp_path).files) == [f"{name}/a.png"]
    assert not is_foreign(name)


@given(name=st.text(min_size=1))
def test_a_name_is_foreign_or_not_and_nothing_else_happens(name):
    assert is_foreign(name) in {True, False}
    assert is_foreign(f".{name}")


def test_pictures_are_known_by_their_endings_and_hidden_files_are_none(tmp_path):
    touch(tmp_path, "a.PNG", "b.jpeg", "c.JPG", "d.webp", "e.gif", "f.txt", "._a.png", "png")
    touch(tmp_path, ".0123456789abcdef0123456789abcdef.part", "folder.png/inside.png")
    assert sorted(scan(tmp_path).files) == [
        "a.PNG",
        "b.jpeg",
        "c.JPG",
        "d.webp",
        "folder.png/inside.png",
    ]


def test_size_and_time_come_with_each_file(tmp_path):
    touch(tmp_path, "a.png")
    assert scan(tmp_path).files["a.png"] == FileStat.of((tmp_path / "a.png").stat())


@pytest.mark.parametrize(
    ("names", "is_empty"),
    [
        ((), True),
        (("lost+found/x",), True),
        ((".hidden",), True),
        (("desktop.ini", "notes.txt"), True),
        (("a.png",), False),
        (("empty/.keep",), False),
    ],
)
def test_a_folder_without_a_picture_or_a_folder_of_the_users_is_empty(tmp_path, names, is_empty):
    touch(tmp_path, *names)
    assert scan(tmp_path).is_empty is is_empty


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "nowhere")


# Links


@posix
def test_a_linked_folder_is_looked_into_and_one_reached_twice_counts_once(tmp_path):
    root, other = tmp_path / "root", tmp_path / "other"
    touch(root, "real/a.png")
    touch(other, "b.png")
    (root / "a-link").symlink_to(root / "real")
    (root / "b-link").symlink_to(other)
    (root / "c-link").symlink_to(other)

    found = scan(root)

    assert sorted(found.files) == ["b-link/b.png", "real/a.png"]
    assert sorted(found.passed_over) == [(Reason.LOOP, "a-link"), (Reason.LOOP, "c-link")]


@posix
@pytest.mark.parametrize("target", [".", "..", "/", "day/.."])
def test_a_link_that_leads_back_ends_there_and_is_named(tmp_path, target):
    root = tmp_path / "x" / "root"
    touch(root, "day/a.png")
    touch(tmp_path, "x/not-ours.png")
    (root / "loop").symlink_to(target)
    found = scan(root)
    assert list(found.files) == ["day/a.png"]
    assert found.passed_over == [(Reason.LOOP, "loop")]


@posix
def test_links_that_lead_to_each_other_end(tmp_path):
    root, one, other = (tmp_path / name for name in ("root", "one", "other"))
    for folder in (root, one, other):
        touch(folder, f"{folder.name}.png")
    (root / "link").symlink_to(one)
    (one / "on").symlink_to(other)
    (other / "back").symlink_to(one)
    found = scan(root)
    assert sorted(found.files) == ["link/on/other.png", "link/one.png", "root.png"]
    assert found.passed_over == [(Reason.LOOP, "link/on/back")]


@posix
def test_the_folder_itself_may_be_a_link(tmp_path):
    touch(tmp_path / "real", "a.png")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert list(scan(tmp_path / "link").files) == ["a.png"]


@posix
def test_a_linked_picture_is_one_and_a_dangling_one_is_named(tmp_path):
    touch(tmp_path / "other", "a.png")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.png").symlink_to(tmp_path / "other" / "a.png")
    (root / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (root / "itself.png").symlink_to("itself.png")
    found = scan(root)
    assert list(found.files) == ["link.png"]
    assert sorted(found.passed_over) == [
        (Reason.NO_FILE, "gone.png"),
        (Reason.NO_FILE, "itself.png"),
    ]
    assert found.may_hold("gone.png")


@posix
def test_what_may_lie_behind_a_dangling_link_or_an_empty_one_is_unknown(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "empty").mkdir()
    (root / "gone").symlink_to(tmp_path / "unplugged")
    (root / "empty").symlink_to(tmp_path / "empty")
    found = scan(root)
    assert found.may_hold("gone/2026/a.png")
    assert found.may_hold("empty/a.png")
    assert not found.may_hold("gone2/a.png")
    assert not found.may_hold("a.png")


# What is no file


@posix
def test_pipes_and_devices_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "zero.jpg").symlink_to("/dev/zero")
    found = scan(tmp_path)
    assert found.files == {}
    assert sorted(found.passed_over) == [(Reason.NO_FILE, "pipe.png"), (Reason.NO_FILE, "zero.jpg")]


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read all")
def test_a_folder_without_rights_is_named_and_what_it_holds_is_unknown(tmp_path):
    touch(tmp_path, "closed/a.png", "open/b.png")
    (tmp_path / "closed").chmod(0)
    try:
        found = scan(tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert list(found.files) == ["open/b.png"]
    assert found.passed_over == [(Reason.NO_ACCESS, "closed")]
    assert found.may_hold("closed/a.png")


@posix
def test_a_name_that_is_no_text_is_named_as_it_can_be_shown(tmp_path):
    try:
        touch(tmp_path, os.fsdecode(b"caf\xe9.png"), os.fsdecode(b"\xff/a.png"), "b.png")
    except OSError:
        pytest.skip("this file system takes text only")
    found = scan(tmp_path)
    assert list(found.files) == ["b.png"]
    assert sorted(found.passed_over) == [
        (Reason.BAD_NAME, "\\xff"),
        (Reason.BAD_NAME, "caf\\xe9.png"),
    ]


def test_times_and_numbers_that_no_database_holds_are_cut():
    status = os.stat_result(
        (0o100644, 2**64 - 1, 0, 1, 0, 0, 9, 0, 0, 0, 0.0, 1e21, 0.0, 0, 10**24, 0)
    )
    stat = FileStat.of(status)
    assert stat.size_bytes == 9
    assert abs(stat.modified_ns) < 2**63
    assert 0 <= stat.inode < 2**63


# What is told


def test_reasons_are_summed_with_the_first_few_names():
    found = [(Reason.HIDDEN, f".x{n}") for n in range(5)] + [(Reason.NO_FILE, "pipe.png")]
    told = summed(found)
    assert [(each.reason, each.count, each.names) for each in told] == [
        (Reason.NO_FILE, 1, ("pipe.png",)),
        (Reason.HIDDEN, 5, (".x0", ".x1", ".x2")),
    ]
    assert Reason.HIDDEN in HARMLESS
