"""What is under way, kept a second time: no damaged file makes a generation, and none is lost."""

import json
import random
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.domain.hold import AGAIN_AFTER_S, HeldBy, Hold
from civitai_desktop.domain.owner import Owner, mark_of
from civitai_desktop.storage import rows
from civitai_desktop.storage.database import Database
from civitai_desktop.storage.holds import read_hold, read_owner
from civitai_desktop.storage.journal import Journal
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.schema import MIGRATIONS
from tests.storage.test_library import NOON, a_generation

FLIPS = 1500


def sending(**changes) -> Generation:
    usual = {"state": GenerationState.SENDING, "owner": Owner(name="ada", mark=mark_of("k" * 32))}
    return a_generation(**usual | changes)


def files(folder: Path, kind: str) -> list[Path]:
    return sorted(folder.glob(f"*.{kind}"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "under-way"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


def test_an_owner_and_a_hold_come_back_from_the_row_and_from_the_file(library, folder):
    hold = Hold.begun(HeldBy.WORKFLOW, "Civitai says nothing.", NOON, None)
    generation = sending(hold=hold)
    with closing(Library(library)) as opened:
        opened.add_generation(generation)
        assert opened.generation(generation.id) == generation
    [kept] = Journal(folder).read()
    assert kept.generation == generation
    assert kept.is_proven


def test_no_flipped_bit_makes_a_second_generation(folder):
    generation, draw = sending(), random.Random(8)
    journal = Journal(folder)
    journal.keep(generation)
    [file] = files(folder, "json")
    whole = file.read_bytes()
    for _ in range(FLIPS):
        flipped = bytearray(whole)
        flipped[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        file.write_bytes(flipped)
        assert journal.read() == []
    assert journal.damaged == [generation.id] * FLIPS


@pytest.mark.parametrize("place", [0, 30, 64, 65, 70, 200, -1])
def test_what_the_library_knows_goes_on_though_its_file_is_damaged(library, folder, place):
    generation = sending()
    with closing(Library(library)) as opened:
        opened.add_generation(generation)
    [file] = files(folder, "json")
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    with closing(Library(library)) as opened:
        assert opened.open_generations() == [generation]
        assert "set aside there" in opened.notice
        assert "nothing is lost" in opened.notice
    # Written anew, so that the next damage of the library finds it.
    [kept] = Journal(folder).read()
    assert kept.generation == generation
    assert len(files(folder, "damaged")) == 1
    with closing(Library(library)) as opened:
        assert opened.notice == ""


def test_what_the_library_calls_never_sent_is_looked_up_where_its_file_is_damaged(library, folder):
    waiting = sending(state=GenerationState.WAITING)
    with closing(Library(library)) as opened:
        opened.add_generation(waiting)
    [file] = files(folder, "json")
    file.write_bytes(b"{")
    with closing(Library(library)) as opened:
        assert opened.open_generations() == [replace(waiting, state=GenerationState.SENDING)]


def test_what_only_a_damaged_file_told_of_is_said(library, folder):
    with closing(Library(library)) as opened:
        opened.add_generation(sending())
    [file] = files(folder, "json")
    file.write_bytes(file.read_bytes()[:-9])
    library.unlink()
    with closing(Library(library)) as opened:
        assert opened.open_generations() == []
        assert "pictures that are missing here are kept at civitai.com" in opened.notice


NESTED = b"[" * 100_000
OTHERS = {
    "nested": NESTED,
    "nested under a digest of its own": b"0" * 64 + b"\n" + NESTED,
    "empty": b"",
    "no row": b"[]",
    "numbers": b"[1,2,3]",
    "an object": b"{}",
    "not of this encoding": b"[\xff\xfe]",
    "a number without end": b"[" + b"9" * 10_000 + b"]",
    "a time beyond all calendars": b"TIME",
    "a column of another type": b"TYPE",
    "letters that cannot be stored": b"LONE",
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_what_makes_no_sense_is_set_aside_and_the_start_goes_on(library, folder, content):
    row = rows.generation_row(a_generation())[:16]
    changes = {b"TIME": (9, 1 << 62), b"TYPE": (6, "4"), b"LONE": (5, "\ud800")}
    if content in changes:
        column, value = changes[content]
        row[column] = value
        content = json.dumps(row).encode()
    folder.mkdir()
    name = row[0]
    (folder / f"{name}.json").write_bytes(content)
    with closing(Library(library)) as opened:
        assert opened.open_generations() == []
        assert opened.notice
    assert [file.stem for file in files(folder, "damaged")] == [name]


def test_a_file_under_another_name_is_no_second_generation(library, folder):
    with closing(Library(library)) as opened:
        opened.add_generation(sending())
    [file] = files(folder, "json")
    (folder / "another.json").write_bytes(file.read_bytes())
    library.unlink()
    with closing(Library(library)) as opened:
        assert len(opened.open_generations()) == 1
    assert [file.stem for file in files(folder, "damaged")] == ["another"]


@pytest.mark.parametrize("is_lost", [True, False], ids=["library lost", "library there"])
def test_files_that_were_swapped_are_brought_back_by_what_they_hold(library, folder, is_lost):
    generations = [sending(), sending(), sending()]
    with closing(Library(library)) as opened:
        for generation in generations:
            opened.add_generation(generation)
    one, two, three = files(folder, "json")
    content = one.read_bytes(), two.read_bytes(), three.read_bytes()
    for file, other in zip((one, two, three), (content[1], content[2], content[0]), strict=True):
        file.write_bytes(other)
    if is_lost:
        library.unlink()
    with closing(Library(library)) as opened:
        assert opened.notice == ""
        ids = [generation.id for generation in opened.open_generations()]
        assert sorted(ids) == sorted(generation.id for generation in generations)
    assert files(folder, "json") == [one, two, three]
    assert (one.read_bytes(), two.read_bytes(), three.read_bytes()) == content
    assert files(folder, "damaged") == []


def test_what_lies_under_a_wrong_name_only_is_brought_back_once(library, folder):
    generation = sending()
    with closing(Library(library)) as opened:
        opened.add_generation(generation)
    [file] = files(folder, "json")
    for name in ("a copy", "another copy"):
        (folder / f"{name}.json").write_bytes(file.read_bytes())
    file.unlink()
    library.unlink()
    with closing(Library(library)) as opened:
        assert opened.open_generations() == [generation]
    assert files(folder, "json") == [file]
    assert [each.stem for each in files(folder, "damaged")] == ["another copy"]


@pytest.mark.parametrize("known", [True, False])
def test_a_file_of_the_first_version_counts_where_nothing_else_is_known(library, folder, known):
    generation = a_generation(state=GenerationState.SENDING)
    if known:
        with closing(Library(library)) as opened:
            opened.add_generation(generation)
    folder.mkdir(exist_ok=True)
    row = rows.generation_row(replace(generation, workflow_id="wf_from_the_file"))[:16]
    (folder / f"{generation.id}.json").write_text(json.dumps(row))
    with closing(Library(library)) as opened:
        [found] = opened.open_generations()
        assert found.workflow_id == (None if known else "wf_from_the_file")
        assert opened.notice == ""


def test_what_a_killed_run_had_begun_to_write_is_swept(library, folder):
    folder.mkdir()
    (folder / "half.part").write_bytes(b"half")
    with closing(Library(library)):
        assert list(folder.iterdir()) == []


def test_a_library_of_the_version_before_knows_no_owner_and_no_hold(library):
    with closing(Database(library, MIGRATIONS[:5])) as old, old.writing() as connection:
        connection.execute("INSERT INTO prompt VALUES (1, 'a boat')")
        connection.execute(
            "INSERT INTO generation VALUES (NULL, 'g', 'sdxl', '{}', 'imageGen', '{}', 1, 1, 7,"
            " 'sending', 0, NULL, NULL, '', 0, '{}')"
        )
    with closing(Library(library)) as opened:
        [generation] = opened.open_generations()
    assert generation.owner is None
    assert generation.hold is None


def test_a_key_is_known_again_by_its_mark_and_cannot_be_read_from_it():
    key = "0123456789abcdef" * 2
    owner = Owner(mark=mark_of(key))
    assert owner.has_key(key)
    assert not owner.has_key(key[:-1] + "e")
    assert not Owner(name="ada").has_key(key)
    assert not Owner(name="ada").has_key("")
    assert key not in owner.mark
    assert mark_of(key) != mark_of(key)


def test_the_pauses_grow_from_seconds_to_hours_and_stay_there():
    hold, now, pauses = None, NOON, []
    for _ in range(len(AGAIN_AFTER_S) + 2):
        hold = Hold.begun(HeldBy.PICTURES, "…", now, hold)
        pauses.append((hold.again_at - now).total_seconds())
        now += timedelta(hours=6)
    assert pauses == [*AGAIN_AFTER_S, AGAIN_AFTER_S[-1], AGAIN_AFTER_S[-1]]
    assert hold.since == NOON
    assert Hold.begun(HeldBy.WORKFLOW, "…", now, hold).since == now


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"by": "nobody"}', "7", '{"since": 7}'])
def test_an_owner_or_a_hold_that_cannot_be_read_is_none(text):
    assert read_hold(text) is None
    assert read_owner(text) in {None, Owner()}


@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "sendins"), ("form", "{"), ("input", "[]"), ("terms", "}"), ("created_at", 1 << 62)],
)
def test_a_spoilt_row_costs_itself_only(library, folder, column, value):
    spoilt, whole = sending(), sending()
    with closing(Library(library)) as opened:
        opened.add_generation(spoilt)
        opened.add_generation(whole)
        with opened._database.writing() as connection:
            sql = f"UPDATE generation SET {column} = ? WHERE id = ?"
            connection.execute(sql, (value, spoilt.id))
    with closing(Library(library)) as opened:
        assert opened.open_generations() == [whole]
        assert "1 file was damaged" in opened.notice
    # What the journal knows of it stays for whoever looks into it.
    assert [file.stem for file in files(folder, "damaged")] == [spoilt.id]
    assert [file.stem for file in files(folder, "json")] == [whole.id]
