"""What becomes of the library's pictures when other programs tidy up in their folder."""

import asyncio
import os
import shutil
import sys
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp

import pytest

from civitai_desktop.domain.events import FolderReading, ImagesImported
from civitai_desktop.domain.look import PassedOver, Reason
from civitai_desktop.services.tasks import Workers
from civitai_desktop.storage.birth import born_ns
from civitai_desktop.storage.scan import FileStat, Seen, read_seen
from tests.services.looking import DAY, Home, home_in, picture, settings, swap

A, B = f"{DAY}/a.png", f"{DAY}/b.png"


@pytest.fixture
def home(tmp_path):
    with home_in(tmp_path) as home:
        yield home


def moved(home: Home) -> str:
    (home.root / "keep").mkdir()
    (home.root / A).rename(home.root / "keep" / "a.png")
    return "keep/a.png"


def renamed(home: Home) -> str:
    (home.root / A).rename(home.root / DAY / "boat.png")
    return f"{DAY}/boat.png"


def with_its_day(home: Home) -> str:
    (home.root / DAY).rename(home.root / "trip")
    return "trip/a.png"


def in_capitals(home: Home) -> str:
    (home.root / A).rename(home.root / DAY / "A.PNG")
    return f"{DAY}/A.PNG"


def moved_and_renamed(home: Home) -> str:
    (home.root / "x" / "y").mkdir(parents=True)
    (home.root / A).rename(home.root / "x" / "y" / "z.png")
    return "x/y/z.png"


def touched(home: Home) -> str:
    os.utime(home.root / A, (1_700_000_000, 1_700_000_000))
    return A


def moved_over_drives(home: Home) -> str:
    """As a file manager does between drives: a copy with another time, then the original goes."""
    (home.root / "keep").mkdir()
    shutil.copyfile(home.root / A, home.root / "keep" / "a.png")
    os.utime(home.root / "keep" / "a.png", (1_600_000_000, 1_600_000_000))
    (home.root / A).unlink()
    return "keep/a.png"


def renamed_over_drives(home: Home) -> str:
    (home.root / moved_over_drives(home)).rename(home.root / "keep" / "boat.png")
    return "keep/boat.png"


MOVES = (
    moved,
    renamed,
    with_its_day,
    in_capitals,
    moved_and_renamed,
    touched,
    moved_over_drives,
    renamed_over_drives,
)


@pytest.mark.parametrize("move", MOVES)
def test_a_picture_that_was_read_back_keeps_its_star_and_its_row(home, move):
    home.save(A, settings("a boat"))
    home.look()
    before = home.star()
    home.reader.decoded.clear()

    path = move(home)
    told = home.look()

    (after,) = home.images()
    assert after == replace(before, path=PurePosixPath(path), favourite=True)
    assert told == ImagesImported(found_again=int(path != A))
    assert home.look() == ImagesImported()
    assert home.reader.decoded == []


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("was_looked_at", [True, False])
@pytest.mark.parametrize("is_old", [True, False])
def test_a_generated_picture_keeps_its_generation_and_cost(home, move, was_looked_at, is_old):
    home.generate(A, is_old=is_old)
    if was_looked_at:
        assert home.look() == ImagesImported()
    before = home.star()

    path = move(home)
    told = home.look()

    (after,) = home.images()
    assert after == replace(before, path=PurePosixPath(path), favourite=True)
    assert home.library.generation(after.generation_id).cost == 8
    assert told.taken == told.missing == told.changed == 0
    assert home.look() == ImagesImported()


def test_a_generated_picture_whose_file_was_seen_when_it_was_saved_is_found_by_its_bytes(home):
    home.generate(A)
    moved_over_drives(home)
    (home.root / "keep" / "a.png").rename(home.root / "elsewhere.png")

    assert home.look() == ImagesImported(found_again=1)
    assert home.shown() == [("elsewhere.png", False)]


def test_two_files_that_have_swapped_their_names_have_swapped_their_places(home):
    home.save(A, settings("one"), "red")
    home.save(B, settings("two"), "blue")
    home.look()
    one = next(image for image in home.images() if image.prompt == "one")
    home.library.set_favourite(one.id, favourite=True)

    swap(home.root / A, home.root / B)

    assert home.look() == ImagesImported(found_again=2)
    assert home.shown() == [(A, False), (B, True)]
    assert home.look() == ImagesImported()


def test_three_names_in_a_ring_are_followed(home):
    for name in "abc":
        home.save(f"{name}.png", settings(name))
    home.look()
    swap(home.root / "a.png", home.root / "b.png")
    swap(home.root / "b.png", home.root / "c.png")

    assert home.look() == ImagesImported(found_again=3)
    assert {str(image.path): image.prompt for image in home.images()} == {
        "a.png": "b",
        "b.png": "c",
        "c.png": "a",
    }


def test_an_exact_copy_is_told_once_and_shown_once(home):
    home.save(A, settings("a boat"))
    home.look()
    home.star()
    shutil.copy(home.root / A, home.root / "a (copy).png")

    assert home.look() == ImagesImported(copies=1)
    assert home.look() == ImagesImported()
    assert home.shown() == [(A, True)]


@pytest.mark.parametrize("is_old", [True, False])
def test_an_exact_copy_of_a_generated_picture_is_shown_once(home, is_old):
    home.generate(A, is_old=is_old)
    home.look()
    home.star()
    shutil.copy(home.root / A, home.root / "copy.png")

    assert home.look() == ImagesImported(copies=1)
    (home.root / A).unlink()
    assert home.look() == ImagesImported(found_again=1)
    assert home.shown() == [("copy.png", True)]


def test_a_copy_takes_over_the_row_when_the_original_vanishes(home):
    home.save(A, settings("a boat"))
    home.look()
    home.star()
    shutil.copy(home.root / A, home.root / "copy.png")
    home.look()
    home.reader.decoded.clear()

    (home.root / A).unlink()

    assert home.look() == ImagesImported(found_again=1)
    assert home.shown() == [("copy.png", True)]
    assert home.look() == ImagesImported()
    assert home.reader.decoded == []


@pytest.mark.parametrize("looks_between", [True, False])
@pytest.mark.parametrize("text", [settings("a boat"), ""])
def test_a_picture_that_is_changed_after_a_copy_was_put_aside_is_still_the_picture(
    home, looks_between, text
):
    home.generate(A)
    home.look()
    home.star()
    shutil.copy(home.root / A, home.root / "as it was.png")
    if looks_between:
        assert home.look().copies == 1

    home.save(A, text, "red")

    told = home.look()
    assert (told.changed, told.taken, told.found_again) == (1, 1, 0)
    assert home.shown() == [(A, True), ("as it was.png", False)]
    assert {image.generation_id for image in home.images() if image.favourite} == {"g0"}
    assert home.look() == ImagesImported()


@pytest.mark.parametrize("looks_between", [True, False])
def test_a_picture_that_gives_its_place_to_another_goes_on_in_its_copy(home, looks_between):
    home.generate(A)
    home.look()
    home.star()
    shutil.copy(home.root / A, home.root / "copy.png")
    if looks_between:
        home.look()

    home.save(A, settings("a mountain", 9), "red")

    told = home.look()
    assert (told.changed, told.taken, told.found_again) == (0, 1, 1)
    assert home.shown() == [(A, False), ("copy.png", True)]
    assert home.look() == ImagesImported()


def test_a_renamed_picture_is_not_taken_for_one_without_a_text_in_its_place(home):
    home.generate(A)
    home.look()
    home.star()
    renamed(home)
    home.save(A, "", "red")

    assert home.look() == ImagesImported(taken=1, found_again=1)
    assert home.shown() == [(A, False), (f"{DAY}/boat.png", True)]


def test_a_copy_that_is_changed_is_a_picture_of_its_own(home):
    home.save(A, settings("a boat"))
    home.look()
    home.star()
    shutil.copy(home.root / A, home.root / "copy.png")
    home.look()

    home.save("copy.png", settings("a ship"), "red")

    assert home.look() == ImagesImported(taken=1)
    assert home.shown() == [(A, True), ("copy.png", False)]
    assert home.look() == ImagesImported()


def test_a_copy_of_a_picture_that_was_deleted_in_the_gallery_is_shown_again(home):
    home.save(A, settings("a boat"))
    home.look()
    shutil.copy(home.root / A, home.root / "copy.png")
    home.look()
    (image,) = home.images()
    home.library.delete_image(image.id)
    (home.root / A).unlink()

    assert home.look() == ImagesImported(taken=1)
    assert home.shown() == [("copy.png", False)]


def test_of_two_new_files_with_the_same_bytes_one_is_shown(home):
    home.save("one.png", settings("a boat"))
    home.save("two.png", settings("a boat"))

    assert home.look() == ImagesImported(taken=1, copies=1)
    assert home.look() == ImagesImported()
    assert len(home.images()) == 1


def test_a_changed_file_has_its_new_text_size_digest_and_thumbnail(home):
    home.save(A, settings("a boat"), "red")
    home.look()
    before = home.star()
    thumbnail = home.thumbnails.path(before.id).read_bytes()

    home.save(A, settings("a ship", 6), "blue", side=16)
    told = home.look()

    (after,) = home.images()
    assert told == ImagesImported(changed=1, redrawn=(before.id,))
    assert (after.id, after.favourite, after.saved_at) == (before.id, True, before.saved_at)
    assert (after.prompt, after.seed, after.width) == ("a ship", 6, 16)
    assert after.size_bytes == (home.root / A).stat().st_size
    assert after.sha256 == read_seen(home.root / A)[0].sha256
    assert after.micro != before.micro
    assert home.thumbnails.path(before.id).read_bytes() != thumbnail
    assert home.library.generation(after.generation_id).request.seed == 6
    assert home.library.generation(before.generation_id) is None
    assert home.look() == ImagesImported()


@pytest.mark.parametrize("text", ["", settings("a boat"), "a  boat \nSteps: 20"])
def test_a_generated_picture_that_is_changed_keeps_its_generation(home, text):
    before = home.generate(A)
    home.look()
    home.library.set_favourite(before.id, favourite=True)

    home.save(A, text, "blue", side=16)

    assert home.look() == ImagesImported(changed=1, redrawn=(before.id,))
    (after,) = home.images()
    assert (after.generation_id, after.blob_id, after.prompt) == (
        before.generation_id,
        "b",
        "a boat",
    )
    assert (after.favourite, after.width) == (True, 16)
    assert home.library.generation(after.generation_id).saved == 1


def test_a_picture_that_was_read_back_keeps_its_settings_when_its_text_is_lost(home):
    home.save(A, settings("a boat"), "red")
    home.look()
    home.save(A, "", "red")

    assert home.look().changed == 1
    (image,) = home.images()
    assert image.prompt == "a boat"
    assert home.library.generation(image.generation_id).request.seed == 5
    # The one with the text, from a backup, is a picture beside it.
    home.save(B, settings("a boat"), "red")
    assert home.look() == ImagesImported(taken=1)
    assert home.look() == ImagesImported()


def test_another_picture_in_a_generated_ones_place_is_not_taken_for_it(home):
    home.generate(A)
    home.look()
    home.star()

    home.save(A, settings("a mountain", 77), "red")
    home.look()

    (image,) = home.images()
    assert (image.prompt, image.seed, image.favourite) == ("a mountain", 77, True)
    assert home.library.generation(image.generation_id).cost is None
    # Its own was saved once, and is not fetched again.
    assert home.library.saved_blobs("g0") == {"b"}
    assert home.library.generation("g0").cost == 8


def test_a_known_picture_moved_over_another_keeps_its_star_and_the_other_is_missing(home):
    home.save(A, settings("one"), "red")
    home.look()
    home.star()
    home.save(B, settings("two"), "blue")
    home.look()

    (home.root / A).replace(home.root / B)

    assert home.look() == ImagesImported(found_again=1, missing=1)
    assert home.shown() == [(B, True)]
    assert home.look() == ImagesImported()
    home.save("restored.png", settings("two"), "blue")
    assert home.look() == ImagesImported(found_again=1)
    assert home.shown() == [(B, True), ("restored.png", False)]


def edited_in_place(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def edited_as_a_new_file(file: Path, content: bytes) -> None:
    beside = file.with_name("beside.tmp")
    beside.write_bytes(content)
    beside.replace(file)


@pytest.mark.parametrize("edit", [edited_in_place, edited_as_a_new_file])
@pytest.mark.parametrize("own", [True, False])
def test_a_picture_that_was_moved_and_changed_at_once_is_still_the_same(home, edit, own):
    if own:
        home.generate(A, "a boat")
    else:
        home.save(A, settings("a boat"))
    home.look()
    before = home.star()
    (home.root / "keep").mkdir()
    file = (home.root / A).rename(home.root / "keep" / "a.png")
    edit(file, picture(settings("a boat"), "red", 16))

    assert home.look() == ImagesImported(found_again=1, changed=1, redrawn=(before.id,))
    (after,) = home.images()
    assert (str(after.path), after.favourite, after.width) == ("keep/a.png", True, 16)
    assert home.look() == ImagesImported()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that knows births")
def test_a_picture_that_was_moved_and_given_another_text_is_still_the_same_file(home):
    home.save(A, settings("a boat"))
    if born_ns(home.root / A) is None:
        pytest.skip("this file system does not tell when a file began to be")
    home.look()
    home.star()
    (home.root / "keep").mkdir()
    file = (home.root / A).rename(home.root / "keep" / "a.png")
    file.write_bytes(picture(settings("a ship", 6), "red"))

    home.look()

    (image,) = home.images()
    assert (str(image.path), image.favourite, image.prompt) == ("keep/a.png", True, "a ship")


def test_one_thing_in_common_makes_no_other_picture_the_missing_one(home):
    home.save(A, settings("a boat"))
    home.look()
    home.star()
    home.save("keep/other.png", settings("a boat"), "blue")  # the text
    (home.root / A).unlink()
    home.save("keep/a.png", settings("a mountain", 9), "red")  # the name, maybe its number too

    told = home.look()

    assert (told.taken, told.missing) == (2, 1)
    assert home.shown() == [("keep/a.png", False), ("keep/other.png", False)]


def test_a_deleted_picture_is_hidden_and_comes_back_with_its_star(home):
    home.save(A, settings("a boat"))
    home.save(B, settings("another"))
    home.look()
    for image in home.images():
        home.library.set_favourite(image.id, favourite=True)
    content = (home.root / A).read_bytes()
    (home.root / A).unlink()

    assert home.look() == ImagesImported(missing=1)
    assert home.shown() == [(B, True)]
    assert home.library.count() == 1
    assert home.look() == ImagesImported()

    (home.root / A).write_bytes(content)
    assert home.look() == ImagesImported(found_again=1)
    assert home.shown() == [(A, True), (B, True)]
    assert home.look() == ImagesImported()


def test_a_picture_goes_to_a_trash_inside_the_folder_and_comes_back_elsewhere(home):
    home.generate(A)
    home.save(B, settings("another"))
    home.look()
    (image,) = (image for image in home.images() if image.generation_id == "g0")
    home.library.set_favourite(image.id, favourite=True)
    trash = home.root / ".Trash-1000" / "files"
    trash.mkdir(parents=True)
    (home.root / A).rename(trash / "a.png")

    told = home.look()
    assert (told.missing, [each.reason for each in told.passed_over]) == (1, [Reason.HIDDEN])

    (trash / "a.png").rename(home.root / "a.png")
    assert home.look().found_again == 1
    assert ("a.png", True) in home.shown()
    assert home.library.generation("g0").cost == 8


def test_pictures_that_an_older_version_took_out_of_a_trash_are_hidden(home):
    home.save(".stversions/a.png", settings("a boat"))
    home.save(B, settings("another"))
    stat = FileStat.of((home.root / ".stversions/a.png").stat())
    home.generate(".stversions/a.png", "a boat")
    (image,) = home.images()
    home.library.whereabouts.note_read({image.id: Seen(stat, image.sha256)})

    told = home.look()

    assert (told.taken, told.missing) == (1, 1)
    assert home.shown() == [(B, False)]


def test_a_ghost_and_its_double_of_an_older_version_become_one_picture_again(home):
    """What cases of moved pictures have left: the row at the old path, and one read back."""
    home.save("trip/a.png", settings("a boat"))
    home.look()
    (double,) = home.images()
    home.library.set_favourite(double.id, favourite=True)
    home.generate(A, sha256=double.sha256)
    (home.root / A).unlink()

    assert home.look() == ImagesImported(found_again=1)
    (image,) = home.images()
    assert (str(image.path), image.favourite, image.generation_id) == ("trip/a.png", True, "g0")
    assert home.library.generation(double.generation_id) is None
    assert home.look() == ImagesImported()


def test_a_missing_folder_or_an_empty_mount_point_loses_nothing(home):
    home.save(A, settings("a boat"))
    home.look()
    home.star()
    away = home.root.rename(home.base / "drive")
    home.root.mkdir()
    (home.root / "lost+found").mkdir()

    assert home.look().missing == 0
    assert home.shown() == [(A, True)]

    shutil.rmtree(home.root)
    away.rename(home.root)
    assert home.look() == ImagesImported()


def test_a_drive_that_is_away_loses_nothing_though_something_was_saved_in_its_place(home):
    for name in "abc":
        home.save(f"{name}.png", settings(name))
    home.look()
    there = home.library.whereabouts.known().mount
    assert home.root.is_relative_to(there)
    home.library.whereabouts.keep_mount(str(home.base / "a drive"))
    home.root.rename(home.base / "unplugged")
    home.generate(A, "saved meanwhile")

    assert home.look().missing == 0
    assert len(home.images()) == 4

    # Its pictures were carried over to the drive that is there.
    shutil.copytree(home.base / "unplugged", home.root, dirs_exist_ok=True)
    assert home.look() == ImagesImported()
    assert home.library.whereabouts.known().mount == there
    for name in "abc":
        (home.root / f"{name}.png").unlink()
    assert home.look() == ImagesImported(missing=3)


def test_the_pictures_folder_moves_as_a_whole_and_then_a_day_of_it(home):
    home.save(A, settings("a boat"))
    home.look()
    home.star()
    there = home.root.rename(home.base / "elsewhere")
    (there / DAY).rename(there / "trip")
    home.folder.root = home.root = there
    home.library.use_root(there)

    assert home.look() == ImagesImported(found_again=1)
    assert home.shown() == [("trip/a.png", True)]


def test_what_was_saved_into_the_old_place_of_a_folder_that_moves_stays_to_be_seen(home):
    home.save(A, settings("a boat"))
    home.look()
    former, there = home.root, home.root.rename(home.base / "elsewhere")
    home.folder.check()  # the next start makes the folder again, as its place is not chosen yet
    home.generate(B, "saved meanwhile")
    home.folder.root = home.root = there
    home.library.use_root(there)

    assert home.look().missing == 0
    assert home.shown() == [((former / B).as_posix(), False), (A, False)]


def test_a_picture_moved_from_a_folder_used_before_is_found_in_the_new_one(home):
    home.save(A, settings("a boat"))
    home.look()
    home.star()
    former, home.root = home.root, home.base / "new"
    (home.root / DAY).mkdir(parents=True)
    home.folder.root = home.root
    home.library.whereabouts.keep_mount(str(home.base / "another drive"))
    home.library.use_root(home.root)
    assert home.shown() == [((former / A).as_posix(), True)]

    assert home.look().missing == 0
    shutil.move(former / A, home.root / B)

    assert home.look() == ImagesImported(found_again=1)
    assert home.shown() == [(B, True)]


@pytest.mark.parametrize("spelling", ["NFC", "NFD"])
def test_a_name_that_another_system_spells_otherwise_is_the_same_picture(home, spelling):
    name = "café テスト が.png"
    home.save(unicodedata.normalize("NFC" if spelling == "NFD" else "NFD", name), settings("x"))
    home.look()
    home.star()
    (file,) = home.root.iterdir()
    file.rename(home.root / unicodedata.normalize(spelling, name))

    assert home.look() == ImagesImported(found_again=1)
    assert home.shown() == [(unicodedata.normalize(spelling, name), True)]
    assert home.look() == ImagesImported()


@pytest.mark.skipif(sys.platform == "win32", reason="needs rights for links")
def test_a_linked_folder_whose_drive_is_away_loses_nothing(home):
    drive = home.base / "drive"
    (home.root / "link").symlink_to(drive)
    drive.mkdir()
    (drive / "a.png").write_bytes(picture(settings("a boat")))
    home.save(B, settings("another"))
    assert home.look().taken == 2

    (drive / "a.png").rename(home.base / "a.png")
    assert home.look().missing == 0
    drive.rmdir()
    assert home.look().missing == 0
    assert len(home.images()) == 2


@pytest.mark.skipif(not Path("/dev/shm").exists(), reason="needs a file system with any time")
@pytest.mark.parametrize("time", [1e12, -1e11, 0, 4e9])
def test_an_impossible_time_costs_the_time_and_nothing_else(time):
    base = Path(mkdtemp(dir="/dev/shm"))
    try:
        with home_in(base) as home:
            os.utime(home.save(A, settings("a boat")), (time, time))
            home.save(B, settings("another"))
            assert home.look() == ImagesImported(taken=2)
            saved = {str(image.path): image.saved_at for image in home.images()}
            assert abs((saved[A] - datetime.now(UTC)).days) <= 1
            assert home.look() == ImagesImported()
    finally:
        shutil.rmtree(base)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize(
    "name", ["a\nb.png", "x" * 251 + ".png", " .png", "a\u202eb.png", "-rf.png", "a\x7f.PNG"]
)
def test_a_strange_name_is_a_name(home, name):
    home.save(name, settings("a boat"))
    assert home.look() == ImagesImported(taken=1)
    assert home.shown() == [(name, False)]
    assert home.look() == ImagesImported()


def test_a_bug_with_one_file_costs_that_file_and_is_reported(home):
    for name in ("a", "b", "c"):
        home.save(f"{name}.png", settings(name))
    read = home.reader.read

    def broken(path, thumbnail):
        if path.name == "b.png":
            raise RecursionError("a bug of ours")
        return read(path, thumbnail)

    home.reader.read = broken
    with pytest.raises(RecursionError):
        home.look()

    assert home.told[-1].taken == 2
    assert home.told[-1].unreadable == 1
    assert sorted(image.prompt for image in home.images()) == ["a", "c"]
    assert list(home.thumbnails.draft().parent.glob("draft-*")) == []
    # Once: the next look, as soon as the window comes back, only leaves it out.
    assert home.look().unreadable == 1


def test_what_is_no_picture_is_read_again_only_when_it_has_changed(home, caplog):
    file = home.root / "a.png"
    whole = picture(settings("a boat"))
    spoiled = whole.replace(b"IDAT", b"IDAT\xff", 1)[: len(whole)][:-12] + whole[-12:]
    file.write_bytes(spoiled)
    first = home.look()
    assert first.unreadable == 1
    decoded, logged = list(home.reader.decoded), len(caplog.records)
    assert home.look() == first
    assert (home.reader.decoded, len(caplog.records)) == (decoded, logged)

    file.write_bytes(whole)
    assert home.look() == ImagesImported(taken=1)


def test_a_picture_of_the_library_that_is_cut_short_is_told_as_damaged_and_stays(home):
    file = home.save("a.png", settings("a boat"), side=64)
    home.look()
    file.write_bytes(file.read_bytes()[:100])
    told = home.look()
    assert told.passed_over == (PassedOver(Reason.DAMAGED, 1, ("a.png",)),)
    assert told.unreadable == 1
    assert home.shown() == [("a.png", False)]
    home.save("a.png", settings("a boat"), side=64)
    assert home.look().passed_over == ()


def test_reading_many_files_is_told_from_the_beginning_to_the_end(home):
    for number in range(100):
        home.save(f"{number}.png", settings(f"boat {number}"))
    home.look()
    *reading, told = home.told
    assert told == ImagesImported(taken=100)
    assert (reading[0], reading[-1]) == (FolderReading(0, 100), FolderReading(100, 100))
    assert len(reading) > 3
    assert [each.read for each in reading] == sorted(each.read for each in reading)
    assert [each.is_over for each in reading] == [False] * (len(reading) - 1) + [True]
    del home.told[:]
    home.look()
    assert home.told == [ImagesImported()]


def test_an_svg_named_png_is_no_picture(home):
    (home.root / "a.png").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (home.root / "b.jpg").write_bytes(b"")
    told = home.look()
    assert [(each.reason, each.names) for each in told.passed_over] == [
        (Reason.NO_PICTURE, ("a.png", "b.jpg"))
    ]
    assert home.reader.decoded == []


def test_a_second_look_waits_for_the_first(home):
    for number in range(40):
        home.save(f"{number}.png", settings(str(number)))

    async def both():
        await asyncio.gather(home.imports.run(), home.imports.run())

    asyncio.run(both())
    assert sorted(told.taken for told in home.told) == [0, 40]


class Stops(Workers):
    """A disk thread whose program ends after so many pieces of work."""

    def __init__(self, left: int) -> None:
        super().__init__("disk", 1)
        self.left = left

    async def run(self, work, *args, **kwargs):
        self.left -= 1
        if self.left < 0:
            raise asyncio.CancelledError
        return await super().run(work, *args, **kwargs)


def disorder(home: Home) -> None:
    """Do a bit of everything to the folder."""
    for name in "abcdefg":
        home.save(f"{name}.png", settings(f"prompt {name}"))
    home.look()
    for image in home.images():
        home.library.set_favourite(image.id, image.prompt < "prompt d")
    root = home.root
    swap(root / "a.png", root / "b.png")
    shutil.copy(root / "c.png", root / "c2.png")
    (root / "d.png").unlink()
    home.save("e.png", settings("prompt e, changed", 9), "red")
    home.save("new.png", settings("new"))
    (root / "x").mkdir()
    (root / "f.png").rename(root / "x" / "f.png")
    edited_in_place(
        (root / "g.png").rename(root / "x" / "g.png"), picture(settings("prompt g"), "red")
    )


@pytest.mark.parametrize("steps", range(9))
def test_a_look_that_is_stopped_at_any_step_is_made_good_by_the_next_one(home, steps):
    disorder(home)
    disk, stops = home.imports._disk, Stops(steps)
    home.imports._disk = stops
    try:
        asyncio.run(home.imports.run())
    except asyncio.CancelledError:
        pass
    else:
        pytest.fail("the look has fewer steps by now")
    finally:
        home.imports._disk = disk
        stops.close()

    home.look()

    assert {(str(image.path), image.prompt, image.favourite) for image in home.images()} == {
        ("a.png", "prompt b", True),
        ("b.png", "prompt a", True),
        ("c.png", "prompt c", True),
        ("e.png", "prompt e, changed", False),
        ("new.png", "new", False),
        ("x/f.png", "prompt f", False),
        ("x/g.png", "prompt g", False),
    }
    assert home.look() == ImagesImported()


def test_what_is_unchanged_is_neither_read_nor_asked_for_one_by_one(home):
    for number in range(40):
        home.save(f"{number % 7}/{number}.png", settings(str(number)))
    home.look()
    home.reader.decoded.clear()
    statements, opened = [], []
    is_on = [True]

    def hears(event: str, args: tuple[object, ...]) -> None:
        if is_on and event == "open" and str(args[0]).endswith(".png"):
            opened.append(args[0])

    sys.addaudithook(hears)  # which nothing takes away again
    with home.library._database.reading() as connection:
        connection.set_trace_callback(statements.append)
    try:
        assert home.look() == ImagesImported()
    finally:
        is_on.clear()
        connection.set_trace_callback(None)

    assert len(statements) <= 4
    assert opened == home.reader.decoded == []


def test_pictures_that_others_move_while_more_are_saved_stay_one_row_each(home):
    (home.root / "x").mkdir()
    pictures = 15
    is_over = []

    async def saves():
        for number in range(pictures):
            await home.disk.run(home.generate, f"{number}.png", f"prompt {number}", number)
            (home.root / f"{number}.png").rename(home.root / "x" / f"{number}.png")
            await asyncio.sleep(0)
        is_over.append(True)

    async def looks():
        while not is_over:
            await home.imports.run(quiet=True)

    async def both():
        await asyncio.gather(saves(), looks())

    asyncio.run(both())
    home.look()

    images = home.images()
    assert {image.generation_id for image in images} == {f"g{n}" for n in range(pictures)}
    assert {str(image.path) for image in images} == {f"x/{n}.png" for n in range(pictures)}
    assert len(images) == pictures


def test_a_folder_in_the_place_of_a_picture_is_no_picture(home):
    home.save(A, settings("a boat"))
    home.save(B, settings("another"))
    home.look()
    (home.root / A).unlink()
    (home.root / A).mkdir()

    assert home.look() == ImagesImported(missing=1)
    assert home.shown() == [(B, False)]


def test_a_picture_that_is_no_picture_any_more_is_told_and_keeps_its_row(home):
    home.save(A, settings("a boat"))
    home.look()
    home.star()
    (home.root / A).write_bytes(b"no picture")

    for _ in range(2):
        told = home.look()
        assert (told.unreadable, told.missing, told.changed) == (1, 0, 0)
    home.save(A, settings("a boat"))
    assert home.look() == ImagesImported()
    assert home.shown() == [(A, True)]
