"""The pictures folder on a real disk: parts, final names, crashes, and folders that fail."""

import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath

import pytest
from PIL import Image

from civitai_desktop.domain.errors import DamagedPicture, FolderUnusable, InvalidInput
from civitai_desktop.storage.files import (
    PartFile,
    PictureFolder,
    PictureName,
    folder_errors,
    part_beside,
    place,
)
from civitai_desktop.storage.scan import read_seen

NAME = PictureName(
    created_at=datetime(2026, 11, 22, 14, 2, 11).astimezone(),
    prompt="Paper boat",
    seed=42,
    engine="z-image-turbo",
    workflow_id="0-2026",
)


def picture(kind: str = "JPEG", colour: str = "navy") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (16, 16), colour).save(buffer, kind)
    return buffer.getvalue()


def finished(folder: PictureFolder, data: bytes, name: PictureName = NAME) -> PartFile:
    part = folder.begin(name)
    part.write(data[:10])
    part.write(data[10:])
    part.finish(len(data))
    return part


@pytest.fixture
def folder(tmp_path: Path) -> PictureFolder:
    folder = PictureFolder(tmp_path / "Pictures" / "Civitai Desktop")
    folder.check()
    return folder


def everything_in(folder: PictureFolder) -> set[str]:
    return {p.relative_to(folder.root).as_posix() for p in folder.root.rglob("*") if p.is_file()}


def test_a_picture_is_kept_under_its_day_and_name(folder):
    data = picture()

    saved = folder.keep(finished(folder, data))

    assert saved.path == PurePosixPath("2026-11-22/140211-paper-boat.jpg")
    assert saved.size_bytes == len(data)
    assert saved.sha256 == hashlib.sha256(data).hexdigest()
    assert saved.format == "jpeg"
    assert folder.absolute(saved.path).read_bytes() == data
    assert everything_in(folder) == {"2026-11-22/140211-paper-boat.jpg"}


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp")])
def test_the_extension_tells_what_the_bytes_are(folder, kind, suffix):
    assert folder.keep(finished(folder, picture(kind))).path.suffix == suffix


def test_a_part_is_not_seen_as_a_picture_before_it_is_kept(folder):
    part = finished(folder, picture())

    assert part.path.name.startswith(".")
    assert part.path.suffix == ".part"
    part.discard()


def test_another_picture_of_the_same_name_is_never_overwritten(folder):
    paths = [
        folder.keep(finished(folder, picture(colour=colour))).path.name
        for colour in ("navy", "red", "green")
    ]

    assert paths == ["140211-paper-boat.jpg", "140211-paper-boat-2.jpg", "140211-paper-boat-3.jpg"]
    assert folder.absolute(PurePosixPath("2026-11-22", paths[0])).read_bytes() == picture()


def test_a_picture_kept_before_a_crash_is_adopted_not_doubled(folder):
    before = folder.keep(finished(folder, picture()))

    after = folder.keep(finished(folder, picture()))

    assert after == before
    assert everything_in(folder) == {"2026-11-22/140211-paper-boat.jpg"}


def test_a_folder_in_the_way_is_stepped_around(folder):
    (folder.root / "2026-11-22" / "140211-paper-boat.jpg").mkdir(parents=True)

    assert folder.keep(finished(folder, picture())).path.name == "140211-paper-boat-2.jpg"


def test_text_put_in_after_finishing_is_kept_and_the_digest_is_that_of_the_served_bytes(folder):
    data = picture()
    part = finished(folder, data)
    part.path.write_bytes(data + b"\0" * 8)

    saved = folder.keep(part)

    assert saved.size_bytes == len(data) + 8
    assert saved.sha256 == hashlib.sha256(data).hexdigest()
    assert folder.absolute(saved.path).stat().st_size == len(data) + 8


def refuse_links(part: Path, final: Path) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_a_drive_without_links_keeps_the_picture_too(tmp_path):
    part, final = tmp_path / "part", tmp_path / "final"
    part.write_bytes(b"picture")

    place(part, final, refuse_links)

    assert final.read_bytes() == b"picture"
    assert not part.exists()


def test_a_drive_without_links_overwrites_nothing(tmp_path):
    part, final = tmp_path / "part", tmp_path / "final"
    part.write_bytes(b"new")
    final.write_bytes(b"old")

    with pytest.raises(FileExistsError):
        place(part, final, refuse_links)

    assert final.read_bytes() == b"old"
    assert part.read_bytes() == b"new"


@pytest.mark.parametrize("rival", ["final", "FINAL"])
def test_a_name_that_another_program_has_reserved_is_left_to_it(tmp_path, rival):
    """On a drive without links; on such a one capitals make no other name."""
    key = hashlib.sha256(b"final").hexdigest()[:32]
    (tmp_path / f".0b0b0b0b-{key}.part").touch()
    part = tmp_path / f".0a0a0a0a-{'0' * 32}.part"
    part.write_bytes(b"picture")

    with pytest.raises(FileExistsError):
        place(part, tmp_path / rival, refuse_links)

    assert part.read_bytes() == b"picture"
    assert len(list(tmp_path.iterdir())) == 2


def test_of_many_that_want_one_name_without_links_one_at_most_gets_it(tmp_path):
    parts = [tmp_path / f".{number:08x}-{number:032x}.part" for number in range(8)]
    for number, part in enumerate(parts):
        part.write_bytes(b"%d" % number * 1000)
    final = tmp_path / "final.png"

    def wanted(part: Path) -> bool:
        try:
            place(part, final, refuse_links)
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        got = [part for part, has in zip(parts, pool.map(wanted, parts), strict=True) if has]

    assert len(got) <= 1
    assert final.exists() == bool(got)
    left = sorted(path for path in tmp_path.iterdir() if path != final)
    assert left == [part for part in parts if part not in got]
    if got:
        assert final.read_bytes() == b"%d" % parts.index(got[0]) * 1000


def test_a_length_that_was_not_announced_is_damaged(folder):
    part = folder.begin(NAME)
    part.write(picture())

    with pytest.raises(DamagedPicture, match=r"^\d+ of 7 bytes arrived\."):
        part.finish(7)

    part.discard()
    assert everything_in(folder) == set()


def test_no_announced_length_is_fine_for_a_whole_picture(folder):
    part = folder.begin(NAME)
    part.write(picture())
    part.finish(None)

    assert folder.keep(part).size_bytes == len(picture())


def test_a_picture_without_its_end_is_damaged(folder):
    part = folder.begin(NAME)
    part.write(picture("PNG")[:-6])

    with pytest.raises(DamagedPicture):
        part.finish(None)

    part.discard()


def test_an_unfinished_part_cannot_be_kept(folder):
    part = folder.begin(NAME)
    with pytest.raises(ValueError, match="finish"):
        folder.keep(part)
    part.discard()


def test_discarding_twice_or_after_keeping_does_no_harm(folder):
    part = finished(folder, picture())
    saved = folder.keep(part)

    part.discard()
    part.discard()

    assert folder.absolute(saved.path).is_file()


def test_parts_of_a_killed_run_are_swept_and_nothing_else(folder):
    saved = folder.keep(finished(folder, picture()))
    left = folder.begin(NAME)
    left.write(b"half")
    own = folder.root / "2026-11-22" / ".notes.part"
    own.write_text("the user's own")

    assert folder.sweep() == 1

    assert everything_in(folder) == {str(saved.path), "2026-11-22/.notes.part"}
    left.discard()


def test_the_probe_of_a_killed_run_is_swept_from_the_folder_itself(folder):
    (folder.root / f".00000000-{'a' * 32}.part").touch()
    assert folder.sweep() == 1
    assert everything_in(folder) == set()


def test_what_another_library_is_about_to_save_is_swept_only_when_it_is_forsaken(folder):
    other = PictureFolder(folder.root, owner="0b0b0b0b")
    theirs = other.begin(NAME)
    theirs.write(picture())
    of_an_older_version = folder.root / "2026-11-22" / f".{'c' * 32}.part"
    of_an_older_version.write_bytes(b"half")

    assert folder.sweep() == 0
    theirs.finish(None)
    assert other.keep(theirs).path == PurePosixPath("2026-11-22/140211-paper-boat.jpg")

    two_days_later = of_an_older_version.stat().st_mtime + 2 * 24 * 3600
    assert folder.sweep(lambda: two_days_later) == 1
    assert everything_in(folder) == {"2026-11-22/140211-paper-boat.jpg"}


def test_parts_in_the_trash_of_another_program_are_none_of_ours(folder):
    trash = folder.root / ".Trash-1000" / f".00000000-{'a' * 32}.part"
    trash.parent.mkdir()
    trash.touch()
    assert folder.sweep() == 0


def test_a_text_that_is_put_in_lies_in_a_part_of_the_same_owner(tmp_path):
    folder = PictureFolder(tmp_path, owner="0a0a0a0a")
    part = folder.begin(NAME)
    assert part_beside(part.path).name.startswith(".0a0a0a0a-")
    assert part_beside(part.path).parent == part.path.parent
    part.discard()


def test_a_folder_that_was_refused_at_the_start_is_made_as_soon_as_it_can_be(tmp_path):
    way = tmp_path / "Pictures"
    way.write_text("in the way")
    folder = PictureFolder(way)
    with pytest.raises(FolderUnusable):
        folder.get_ready()
    with pytest.raises(FolderUnusable):
        folder.begin(NAME)

    way.unlink()

    assert folder.keep(finished(folder, picture())).format == "jpeg"


def test_getting_ready_sweeps_nothing_that_has_been_begun_meanwhile(folder):
    part = folder.begin(NAME)
    folder.get_ready()
    part.write(picture())
    part.finish(None)
    assert folder.keep(part).format == "jpeg"


def test_the_file_as_it_lies_is_told_with_and_without_a_text_put_in(folder):
    plain = folder.keep(finished(folder, picture()))
    assert plain.seen.sha256 == plain.sha256
    part = finished(folder, picture(colour="red"))
    part.path.write_bytes(part.path.read_bytes() + b"\0" * 8)

    described = folder.keep(part)

    assert described.seen.sha256 != described.sha256
    for saved in (plain, described):
        assert saved.seen == read_seen(folder.absolute(saved.path))[0]


def test_sweeping_a_folder_that_is_not_there_finds_nothing(tmp_path):
    assert PictureFolder(tmp_path / "nowhere").sweep() == 0


def test_a_deleted_picture_is_gone_and_deleting_it_again_is_fine(folder):
    saved = folder.keep(finished(folder, picture()))

    folder.delete(saved.path)
    folder.delete(saved.path)

    assert everything_in(folder) == set()


def test_nothing_is_deleted_while_the_whole_folder_is_missing(tmp_path):
    with pytest.raises(FolderUnusable, match="is missing"):
        PictureFolder(tmp_path / "unplugged").delete(PurePosixPath("2026-11-22/a.jpg"))


def test_what_cannot_be_deleted_is_told(folder):
    (folder.root / "2026-11-22" / "a.jpg").mkdir(parents=True)

    with pytest.raises(FolderUnusable):
        folder.delete(PurePosixPath("2026-11-22/a.jpg"))


@pytest.mark.parametrize("path", ["../outside.jpg", "2026-11-22/../../x.jpg"])
def test_no_path_leads_out_of_the_folder(folder, path):
    with pytest.raises(ValueError, match="leads out"):
        folder.absolute(PurePosixPath(path))


def test_the_folder_is_made_where_it_can_be(tmp_path):
    folder = PictureFolder(tmp_path / "a" / "b")

    folder.check()

    assert folder.root.is_dir()
    assert everything_in(folder) == set()


def test_a_file_in_the_folders_place_is_told_with_its_name(tmp_path):
    (tmp_path / "Pictures").write_text("")

    with pytest.raises(FolderUnusable, match=r"Pictures is not a folder") as caught:
        PictureFolder(tmp_path / "Pictures").check()

    assert "another pictures folder" in str(caught.value)


def test_a_folder_that_has_vanished_is_not_made_again_in_the_middle(folder):
    folder.root.rmdir()

    with pytest.raises(FolderUnusable, match="is missing"):
        folder.begin(NAME)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux' /dev/full")
def test_a_full_disk_is_told_while_the_picture_arrives(folder):
    part = folder.begin(NAME)
    # The same descriptor now leads to a disk that is full.
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, part._file.fileno())
    os.close(full)

    with pytest.raises(FolderUnusable, match="The disk is full"):
        part.write(picture() * 100)

    part.discard()
    assert everything_in(folder) == set()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EROFS, "is read-only"),
        (errno.EACCES, "is read-only"),
        (errno.ENOENT, "is missing"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_what_the_system_says_is_told_in_words_that_name_the_folder(tmp_path, number, sentence):
    with pytest.raises(FolderUnusable, match=sentence) as caught, folder_errors(tmp_path):
        raise OSError(number, os.strerror(number))

    assert str(tmp_path) in caught.value.message
    assert caught.value.message.endswith(".")


def test_a_wrong_pattern_is_refused_before_anything_is_downloaded(tmp_path):
    with pytest.raises(InvalidInput, match="colour"):
        PictureFolder(tmp_path, "{colour}")


def test_a_picture_of_a_former_folder_is_found_and_deleted(tmp_path):
    former, folder = tmp_path / "former", PictureFolder(tmp_path / "now")
    picture_path = former / "2026-11-22" / "old.jpg"
    picture_path.parent.mkdir(parents=True)
    picture_path.write_bytes(b"old")
    path = PurePosixPath(picture_path.as_posix())

    assert folder.absolute(path) == picture_path
    folder.delete(path)

    assert not picture_path.exists()


def test_a_former_folder_that_is_not_plugged_in_keeps_its_picture(tmp_path):
    folder = PictureFolder(tmp_path / "now")
    with pytest.raises(FolderUnusable):
        folder.delete(PurePosixPath((tmp_path / "drive/2026-11-22/old.jpg").as_posix()))
