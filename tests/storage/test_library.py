"""The library on a real file: what is stored comes back, is found, and survives a kill."""

import sqlite3
import string
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import civitai_desktop
from civitai_desktop.domain.errors import LibraryUnusable
from civitai_desktop.domain.generation import (
    GalleryQuery,
    Generation,
    GenerationRequest,
    GenerationState,
    Image,
    SortOrder,
)
from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.storage.database import Database
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.schema import MIGRATIONS

ZONES = (UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-3, minutes=-30)))
"""Without summer time: a local time that comes twice equals no time of another zone."""
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_generation(prompt: str = "a lighthouse", **changes) -> Generation:
    request = GenerationRequest(
        engine="z-image-turbo",
        values={"prompt": prompt, "seed": None},
        step_type="imageGen",
        input={"prompt": prompt, "seed": 7},
        prompt=prompt,
        seed=7,
    )
    return Generation(**{"request": request, "created_at": NOON, **changes})


def an_image(blob_id: str, prompt: str = "a lighthouse", **changes) -> Image:
    image = Image(
        generation_id="g1",
        blob_id=blob_id,
        index=0,
        path=PurePosixPath(f"2026-03-01/{blob_id}.jpeg"),
        prompt=prompt,
        engine="z-image-turbo",
        seed=7,
        width=1024,
        height=768,
        size_bytes=123_456,
        sha256="0" * 64,
        saved_at=NOON,
        micro=bytes(range(48)),
    )
    return replace(image, **changes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


@pytest.fixture
def library(path: Path):
    with closing(Library(path)) as library:
        yield library


@pytest.fixture(scope="module")
def shared_library(tmp_path_factory):
    """One library for all the examples of a property; each brings its own ids."""
    with closing(Library(tmp_path_factory.mktemp("shared") / "library.sqlite3")) as library:
        yield library


def found(library: Library, text: str = "", **query) -> list[int]:
    return list(library.listing(GalleryQuery(text=text, **query)).ids)


# Generations

names = st.text(min_size=1, max_size=12)
values = st.dictionaries(
    names,
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.lists(st.text()).map(tuple)
    | st.dictionaries(st.text(), st.floats(allow_nan=False)),
    max_size=5,
)
times = st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from(ZONES))
numbers = st.none() | st.integers(-(2**63), 2**63 - 1)
requests = st.builds(
    GenerationRequest,
    engine=st.text(),
    values=values,
    step_type=st.text(),
    input=values,
    prompt=st.text(),
    quantity=st.integers(1, 20),
    seed=numbers,
)
generations = st.builds(
    Generation,
    request=requests,
    state=st.sampled_from(GenerationState),
    created_at=times,
    workflow_id=st.none() | st.text(),
    cost=numbers,
    problem=st.text(),
    dismissed=st.booleans(),
    deviations=st.text(),
)


@given(generation=generations)
def test_a_generation_comes_back_equal(shared_library, generation):
    shared_library.add_generation(generation)
    assert shared_library.generation(generation.id) == generation


def test_a_list_and_a_mapping_of_airs_come_back_as_what_they_were(library):
    generation = a_generation()
    request = replace(
        generation.request, values={"list": ("urn:air:a",), "weights": {"urn:air:b": 1.0}}
    )
    library.add_generation(replace(generation, request=request))

    kept = library.generation(generation.id).request.values
    assert kept["list"] == ("urn:air:a",)
    assert kept["weights"] == {"urn:air:b": 1.0}
    with pytest.raises(TypeError):
        kept["weights"]["urn:air:b"] = 2.0


def test_progress_is_kept_and_the_request_stays(library):
    generation = a_generation()
    library.add_generation(generation)
    moved = replace(
        generation,
        state=GenerationState.FAILED,
        workflow_id="w1",
        cost=12,
        problem="Blocked. Change the prompt.",
        dismissed=True,
    )
    library.update_generation(
        replace(moved, created_at=NOON + timedelta(days=1), saved=3, request=moved.request)
    )
    assert library.generation(generation.id) == moved


def test_progress_of_a_generation_never_added_is_a_mistake(library):
    with pytest.raises(KeyError):
        library.update_generation(a_generation())


def test_an_unknown_generation_is_none(library):
    assert library.generation("nobody") is None


def test_open_generations_come_oldest_first(library):
    expected = []
    for age, state in enumerate(GenerationState):
        generation = a_generation(state=state, created_at=NOON - timedelta(hours=age))
        library.add_generation(generation)
        if not state.is_terminal:
            expected.insert(0, generation)
    same_time = a_generation(created_at=NOON)
    library.add_generation(same_time)
    assert library.open_generations() == [*expected, same_time]


def test_failed_generations_come_oldest_first_without_those_put_away(library):
    old, new, put_away, other = (
        a_generation(state=state, created_at=NOON + timedelta(hours=hour))
        for hour, state in enumerate([GenerationState.FAILED] * 3 + [GenerationState.CANCELED])
    )
    for generation in (new, old, put_away, other):
        library.add_generation(generation)
    library.update_generation(replace(put_away, dismissed=True))
    assert library.failed_generations() == [old, new]


# Images


def test_an_image_comes_back_with_its_id(library):
    image = an_image("b1", seed=None, favourite=True, saved_at=NOON + timedelta(microseconds=1))
    kept = library.add_image(image)
    assert kept == replace(image, id=1)
    assert library.images([1]) == [kept]


def test_a_blob_recorded_twice_is_one_image(library):
    first = library.add_image(an_image("b1"))
    again = library.add_image(an_image("b1", prompt="another", path=PurePosixPath("other.png")))
    assert again == first
    assert library.count() == 1
    assert found(library, "another") == []


def test_the_same_blob_of_another_generation_is_another_image(library):
    library.add_image(an_image("b1"))
    library.add_image(an_image("b1", generation_id="g2"))
    assert library.count() == 2


def test_images_that_are_not_there_are_left_out(library):
    ids = [library.add_image(an_image(f"b{n}")).id for n in range(3)]
    kept = library.images([ids[2], 10_000, ids[0], *range(50_000, 90_000)])
    assert {image.id for image in kept} == {ids[0], ids[2]}


def test_saved_pictures_of_a_generation_are_counted(library):
    generation = a_generation()
    library.add_generation(generation)
    for blob_id in ("b1", "b2"):
        library.add_image(an_image(blob_id, generation_id=generation.id))
    library.add_image(an_image("b3", generation_id="another"))
    assert library.generation(generation.id).saved == 2
    assert library.saved_blobs(generation.id) == {"b1", "b2"}


def test_a_deleted_picture_is_gone_but_counts_as_saved(library):
    generation = a_generation()
    library.add_generation(generation)
    image = library.add_image(an_image("b1", generation_id=generation.id))

    library.delete_image(image.id)
    library.delete_image(image.id)

    assert library.images([image.id]) == []
    assert library.count() == 0
    assert found(library) == []
    assert library.generation(generation.id).saved == 1
    assert library.saved_blobs(generation.id) == {"b1"}


def test_a_deleted_picture_can_be_added_again_under_a_new_id(library):
    image = library.add_image(an_image("b1"))
    library.delete_image(image.id)
    assert library.add_image(an_image("b1")).id > image.id
    library.delete_image(image.id + 1)
    assert library.saved_blobs("g1") == {"b1"}


def test_a_favourite_is_marked_and_unmarked(library):
    image = library.add_image(an_image("b1"))
    library.add_image(an_image("b2"))
    assert library.set_favourite(image.id, True) == replace(image, favourite=True)
    assert found(library, favourites=True) == [image.id]
    assert library.set_favourite(image.id, False) == image
    assert found(library, favourites=True) == []


def test_a_favourite_that_is_not_there_is_none(library):
    assert library.set_favourite(1, True) is None


def test_engines_come_most_used_first(library):
    for n, engine in enumerate(["sdxl", "flux", "flux", "anima"]):
        library.add_image(an_image(f"b{n}", engine=engine))
    assert library.engines() == ["flux", "anima", "sdxl"]


# Listing


def test_pictures_of_the_same_moment_are_ordered_by_id(library):
    ids = [library.add_image(an_image(f"b{n}")).id for n in range(3)]
    assert found(library) == ids[::-1]
    assert found(library, order=SortOrder.OLDEST) == ids


def test_a_picture_saved_meanwhile_moves_no_other(library):
    for n in range(6):
        library.add_image(an_image(f"b{n}", saved_at=NOON + timedelta(minutes=n)))
    before = found(library)
    new = library.add_image(an_image("new", saved_at=NOON + timedelta(hours=1)))
    assert found(library) == [new.id, *before]


def test_an_empty_library_lists_nothing(library):
    listing = library.listing(GalleryQuery())
    assert listing.ids.typecode == "I"
    assert len(listing.ids) == 0
    assert listing.days == ()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="no way to move to another time zone")
def test_a_picture_keeps_the_local_day_it_was_saved_on(library, monkeypatch):
    try:
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        library.add_image(an_image("b1", saved_at=datetime(2026, 3, 1, 20, tzinfo=UTC)))
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()
        assert library.listing(GalleryQuery()).days == ((date(2026, 3, 2), 1),)
    finally:
        monkeypatch.undo()
        time.tzset()


pictures = st.lists(
    st.builds(
        lambda hours, prompt, engine, favourite: {
            "saved_at": NOON + timedelta(hours=hours),
            "prompt": " ".join(prompt),
            "engine": engine,
            "favourite": favourite,
        },
        st.integers(0, 100),
        st.lists(st.sampled_from(["cat", "dog", "cow"]), min_size=1, max_size=3),
        st.sampled_from(["sdxl", "flux"]),
        st.booleans(),
    ),
    max_size=25,
)
queries = st.builds(
    GalleryQuery,
    text=st.sampled_from(["", "cat", "dog ca", "co"]),
    favourites=st.booleans(),
    engine=st.sampled_from([None, "sdxl", "flux", "unknown"]),
    order=st.sampled_from(SortOrder),
)


def suits(image: Image, query: GalleryQuery) -> bool:
    *whole, last = query.text.split() or [""]
    there = image.prompt.split()
    return (
        all(word in there for word in whole)
        and any(word.startswith(last) for word in there)
        and query.engine in {None, image.engine}
        and (image.favourite or not query.favourites)
    )


@settings(max_examples=60)
@given(pictures=pictures, query=queries, limit=st.none() | st.integers(0, 10))
def test_a_listing_is_what_a_plain_search_would_find(pictures, query, limit):
    with TemporaryDirectory() as folder, closing(Library(Path(folder, "library"))) as library:
        kept = [library.add_image(an_image(f"b{n}", **p)) for n, p in enumerate(pictures)]
        listing = library.listing(query, limit=limit)

    expected = sorted(
        (image for image in kept if suits(image, query)),
        key=lambda image: (image.saved_at, image.id),
        reverse=query.order is SortOrder.NEWEST,
    )[:limit]
    assert list(listing.ids) == [image.id for image in expected]
    days = [image.saved_at.astimezone().date() for image in expected]
    assert listing.days == tuple((day, days.count(day)) for day in dict.fromkeys(days))


# Search


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("a red lighthouse at dusk", "lighthouse"),
        ("a red lighthouse at dusk", "LightHouse"),
        ("a red lighthouse at dusk", "dusk red"),
        ("a red lighthouse at dusk", "red li"),
        ("a red lighthouse at dusk", '"red light'),
        ("a red lighthouse at dusk", "(red"),
        ("rock AND roll", "AND roll"),
        ("lo-fi, (cat:1.2)", "lo-fi cat:1.2"),
        ("a café", "cafe"),
        ("a cafe\N{COMBINING ACUTE ACCENT}", "café"),
        ("1girl, long_hair", "long_hair"),
        ("eine Straße", "STRASSE"),
        ("Łódź, İstanbul", "łodz istanbul"),
        (
            "a letter newer than SQLite's tables: \N{ADLAM SMALL LETTER ALIF}",
            "\N{ADLAM SMALL LETTER ALIF}",
        ),
        ("夕暮れの灯台、赤い空", "灯台"),
        ("夕暮れの灯台、赤い空", "赤い 灯台"),
        ("夕暮れの灯台、赤い空", "台"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("고양이가 있다", "고양"),
        ("บ้านสีแดง", "สีแดง"),
        ("anything", " \t"),
        ("wait... what_if", " ... _ "),
    ],
)
def test_a_prompt_is_found_by(library, prompt, text):
    image = library.add_image(an_image("b1", prompt=prompt))
    assert found(library, text) == [image.id]


@pytest.mark.parametrize(
    "text",
    ["dog", "red dog", "li red", "l", "ighthouse", "red OR dog", "NOT dog", "li*ouse", "dusk-red"],
)
def test_a_red_lighthouse_at_dusk_is_not_found_by(library, text):
    library.add_image(an_image("b1", prompt="a red lighthouse at dusk"))
    assert found(library, text) == []


def test_an_index_of_another_version_is_made_anew(path):
    with closing(Library(path)) as library:
        image = library.add_image(an_image("b1", prompt="Łódź \N{FOX FACE}"))
        library.remember_prompt("Kraków", NOON)
    with closing(Database(path, MIGRATIONS)) as old, old.writing() as connection:
        connection.execute("INSERT INTO prompt_words (prompt_words) VALUES ('delete-all')")
        connection.execute("INSERT INTO prompt_words (rowid, words) VALUES (1, 'łodz')")
        connection.execute("DELETE FROM setting WHERE name = 'words'")
    with closing(Library(path)) as library:
        for text in ("lodz", "\N{FOX FACE}"):
            assert found(library, text) == [image.id]
        assert library.typed_prompts("krakow", limit=9) == ["Kraków"]


def test_an_index_of_this_version_is_left_alone(path):
    with closing(Library(path)) as library:
        library.add_image(an_image("b1", prompt="a boat"))
    with closing(Database(path, MIGRATIONS)) as same, same.writing() as connection:
        connection.execute("INSERT INTO prompt_words (prompt_words) VALUES ('delete-all')")
    with closing(Library(path)) as library:
        assert found(library, "boat") == []


def test_characters_out_of_order_are_another_word(library):
    library.add_image(an_image("b1", prompt="台灯"))
    assert found(library, "灯台") == []


@given(text=st.text(st.characters() | st.sampled_from(string.punctuation + " \0aアN")))
def test_no_search_text_raises(shared_library, text):
    shared_library.listing(GalleryQuery(text=text))


@given(prompt=st.text())
def test_every_prompt_is_found_by_itself(shared_library, prompt):
    image = shared_library.add_image(an_image(prompt, prompt=prompt))
    assert image.id in found(shared_library, prompt)


def test_a_book_pasted_into_the_search_field_finds_nothing(library):
    library.add_image(an_image("b1"))
    assert found(library, "a lighthouse " + "word " * 20_000) == []


# What may happen to the process and the file

SAVES_UNTIL_KILLED = """
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path, PurePosixPath

from civitai_desktop.domain.generation import Generation, GenerationRequest, Image
from civitai_desktop.storage.database import Database
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.schema import MIGRATIONS

library = Library(Path(sys.argv[1]))
for n in count():
    request = GenerationRequest(
        id=f"g{n}", engine="flux", values={}, step_type="imageGen", input={}, prompt=f"prompt {n}"
    )
    library.add_generation(Generation(request=request))
    library.add_image(
        Image(
            generation_id=f"g{n}", blob_id="b", index=0, path=PurePosixPath("b.png"),
            prompt=f"prompt {n}", engine="flux", seed=n, width=1, height=1, size_bytes=1,
            sha256="", saved_at=datetime.now(UTC),
        )
    )
    print(n, flush=True)
"""


def test_a_killed_process_loses_nothing_it_has_acknowledged(path):
    root = Path(civitai_desktop.__file__).parents[1]
    command = [sys.executable, "-c", SAVES_UNTIL_KILLED, str(path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as child:
        lines = [child.stdout.readline() for _ in range(300)]
        child.kill()
        lines += [line for line in child.stdout if line.endswith(b"\n")]
    assert child.returncode != 0
    acknowledged = [int(line) for line in lines]
    assert acknowledged == list(range(len(lines)))

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with closing(Library(path)) as library:
        assert library.notice == ""
        # One more may have been written than could be acknowledged.
        assert library.count() - len(acknowledged) in {0, 1}
        for n in acknowledged:
            assert library.generation(f"g{n}").saved == 1
        assert len(found(library, f"prompt {acknowledged[-1]}")) == 1


def test_a_full_disk_is_told_and_changes_nothing(library):
    library.add_image(an_image("b1"))
    with library._database.reading() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LibraryUnusable, match="disk is full"):
        library.add_image(an_image("b2", prompt="long " * 5000))
    assert library.count() == 1
    assert found(library, "long") == []


def test_a_damaged_library_says_so_and_begins_anew(path):
    path.write_bytes(b"no database " * 1000)
    with closing(Library(path)) as library:
        assert "damaged" in library.notice
        assert library.count() == 0


@pytest.fixture
def former(tmp_path: Path, library: Library) -> Path:
    """A pictures folder with one picture, which the library knows."""
    folder = tmp_path / "former"
    library.use_root(folder)
    add_with_file(library, folder, "a")
    return folder


def add_with_file(library: Library, folder: Path, blob_id: str) -> None:
    image = library.add_image(an_image(blob_id))
    file = folder / image.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"picture")


def files_of(library: Library, folder: Path) -> list[Path]:
    """Return where the pictures lie while `folder` is used, the oldest first."""
    images = sorted(library.images(found(library)), key=lambda image: image.id)
    return [folder / image.path for image in images]


def test_pictures_stay_where_they_are_when_another_folder_is_used(path, library, former):
    other = former.with_name("other")
    library.use_root(other)
    add_with_file(library, other, "b")
    library.close()

    with closing(Library(path)) as again:
        again.use_root(other)
        files = files_of(again, other)

    assert [file.relative_to(former.parent).parts[0] for file in files] == ["former", "other"]
    assert all(file.is_file() for file in files)


def test_pictures_go_along_when_their_whole_folder_is_moved(library, former):
    moved = former.rename(former.with_name("moved"))
    library.use_root(moved)
    [file] = files_of(library, moved)
    assert file.is_file()


def test_a_folder_that_is_used_again_has_its_pictures_as_before(library, former):
    before = set(library.whereabouts.known().files)
    library.use_root(former.with_name("other"))
    assert set(library.whereabouts.known().files) != before
    library.use_root(former)
    assert set(library.whereabouts.known().files) == before


def test_a_folder_on_a_drive_that_is_away_is_not_taken_for_moved(library, former):
    away = former.rename(former.with_name("away"))
    library.use_root(former.with_name("other"))
    away.rename(former)
    [file] = files_of(library, former.with_name("other"))
    assert file.is_file()


def test_a_library_of_version_3_has_its_pictures_in_the_folder_it_is_opened_with(path, tmp_path):
    with closing(Database(path, MIGRATIONS[:3])) as old, old.writing() as connection:
        connection.execute("INSERT INTO prompt VALUES (1, 'a boat')")
        connection.execute(
            "INSERT INTO image VALUES"
            " (1, 'g', 'b', 0, 'a.png', 1, 'sdxl', 7, 1, 1, 1, '', 0, 1, '', 0)"
        )
    with closing(Library(path)) as library:
        library.use_root(tmp_path / "pictures")
        assert set(library.whereabouts.known().files) == {"a.png"}


def test_two_pictures_of_the_same_bytes_share_their_file(library):
    one = library.add_image(an_image("a", path=PurePosixPath("2026-11-22/a.jpg")))
    assert not library.is_shared(one)
    library.add_image(an_image("b", path=one.path))
    assert library.is_shared(one)


def test_typed_prompts_are_distinct_newest_first_and_outlive_their_pictures(library):
    for hour, text in enumerate(("a boat", "a {red|blue} fox", "a boat")):
        library.remember_prompt(text, NOON + timedelta(hours=hour))
    library.add_generation(a_generation("a boat"))
    library.delete_image(library.add_image(an_image("b1", "a boat")).id)
    assert library.typed_prompts(limit=9) == ["a boat", "a {red|blue} fox"]
    assert library.typed_prompts(limit=1) == ["a boat"]


def test_a_forgotten_prompt_stays_with_its_pictures_and_comes_back_when_typed(library):
    library.remember_prompt("a boat", NOON)
    library.add_image(an_image("b1", "a boat"))
    library.forget_prompt("a boat")
    library.forget_prompt("never typed")
    assert library.typed_prompts(limit=9) == []
    assert len(library.listing(GalleryQuery(text="boat")).ids) == 1
    library.remember_prompt("a boat", NOON)
    assert library.typed_prompts(limit=9) == ["a boat"]


def test_typed_prompts_are_found_by_their_words(library):
    library.remember_prompt("a {red|blue} fox", NOON)
    library.remember_prompt("a boat", NOON)
    assert library.typed_prompts("BLUE fo", limit=9) == ["a {red|blue} fox"]
    assert library.typed_prompts("zebra", limit=9) == []
    assert library.listing(GalleryQuery(text="fox")).ids.tolist() == []


def test_a_library_of_version_1_gets_its_prompts_as_history(path):
    with closing(Database(path, MIGRATIONS[:1])) as old, old.writing() as connection:
        for number, (text, step) in enumerate(
            (("first", "imageGen"), ("read from a file", ""), ("second", "imageGen"))
        ):
            connection.execute("INSERT INTO prompt VALUES (?, ?)", (number, text))
            connection.execute(
                "INSERT INTO generation VALUES"
                " (NULL, ?, 'sdxl', '{}', ?, '{}', ?, 1, NULL, 'failed', ?, NULL, NULL, '', 0)",
                (f"g{number}", step, number, number),
            )
    with closing(Library(path)) as library:
        assert library.typed_prompts(limit=9) == ["second", "first"]
        assert len(library.failed_generations()) == 3
    assert list(path.parent.glob("*.backup-*"))


@pytest.mark.parametrize(
    "terms", [Terms(), Terms(wallet=Buzz.GREEN, allow_mature=False), Terms(allow_mature=True)]
)
def test_a_request_is_sent_again_on_its_own_terms(library, terms):
    generation = a_generation()
    generation = replace(generation, request=replace(generation.request, terms=terms))
    library.add_generation(generation)
    assert library.open_generations() == [generation]


def test_a_library_of_version_2_leaves_the_terms_to_civitai(path):
    with closing(Database(path, MIGRATIONS[:2])) as old, old.writing() as connection:
        connection.execute("INSERT INTO prompt VALUES (1, 'a boat')")
        connection.execute(
            "INSERT INTO generation VALUES"
            " (NULL, 'g', 'sdxl', '{}', 'imageGen', '{}', 1, 1, 7, 'waiting', 0, NULL, NULL, '', 0)"
        )
    with closing(Library(path)) as library:
        [generation] = library.open_generations()
        assert generation.request.terms == Terms()


@given(generation=generations)
@settings(max_examples=25)
def test_a_lost_library_has_what_was_under_way_and_nothing_else(tmp_path_factory, generation):
    path = tmp_path_factory.mktemp("lost") / "library.sqlite3"
    with closing(Library(path)) as library:
        library.add_generation(replace(generation, state=GenerationState.WAITING))
        library.update_generation(generation)
    path.write_bytes(b"no database " * 1000)
    with closing(Library(path)) as library:
        kept = library.generation(generation.id)
        assert kept == (None if generation.state.is_terminal else generation)


def test_what_is_damaged_beside_a_lost_library_is_left_out(path):
    with closing(Library(path)) as library:
        library.add_generation(replace(a_generation(), state=GenerationState.RUNNING))
    for file in path.with_name("under-way").iterdir():
        file.write_bytes(file.read_bytes()[:20])
    path.unlink()
    with closing(Library(path)) as library:
        assert library.open_generations() == []
    [damaged] = path.with_name("under-way").iterdir()
    assert damaged.suffix == ".damaged"


@pytest.mark.parametrize(
    ("further", "expected"),
    [
        ({"state": GenerationState.SENDING}, {"state": GenerationState.SENDING}),
        (
            {"state": GenerationState.RUNNING, "workflow_id": "w"},
            {"state": GenerationState.RUNNING, "workflow_id": "w"},
        ),
        ({"dismissed": True}, {"dismissed": True}),
    ],
)
def test_a_library_put_back_from_a_copy_learns_how_far_everything_is(path, further, expected):
    waiting = replace(a_generation(), state=GenerationState.WAITING)
    with closing(Library(path)) as library:
        library.add_generation(waiting)
    copy = path.read_bytes()
    with closing(Library(path)) as library:
        library.update_generation(replace(waiting, **further))
    path.write_bytes(copy)
    with closing(Library(path)) as library:
        assert library.open_generations() == [replace(waiting, **expected)]
