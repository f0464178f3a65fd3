"""The pictures folder on a real disk: parts, final names, crashes, and folders that fail."""

import errno
import hashlib
import os
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath

import pytest
from PIL import Image

from civitai_desktop.domain.errors import DamagedPicture, FolderUnusable, InvalidInput
from civitai_desktop.storage.files import PartFile, PictureFolder, PictureName, folder_errors, place

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
