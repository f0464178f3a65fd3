"""File names from patterns: readable, repeatable, and safe whatever the prompt."""

import re
import unicodedata
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from civitai_desktop.domain.errors import InvalidInput
from civitai_desktop.storage.names import (
    DEFAULT_PATTERN,
    TOKENS,
    PictureName,
    day_folder,
    sample,
    stem,
)


def name(prompt: str = "Paper boat", **changes: object) -> PictureName:
    facts: dict[str, object] = {
        "created_at": datetime(2026, 11, 22, 14, 2, 11).astimezone(),
        "seed": 42,
        "engine": "z-image-turbo",
        "workflow_id": "0-2026",
    }
    return PictureName(prompt=prompt, **{**facts, **changes})


def test_the_sample_looks_like_the_file_it_stands_for():
    assert sample(DEFAULT_PATTERN) == "2026-11-22/140211-paper-boat.jpg"


def test_every_token_is_filled_in():
    pattern = " ".join(f"{{{token}}}" for token in TOKENS)

    assert stem(pattern, name()) == "140211 paper-boat 2026-11-22 42 z-image-turbo 0-2026 1"


def test_an_unknown_token_is_named_with_those_that_exist():
    with pytest.raises(InvalidInput, match=r"^\{colour\} is not one of \{time\}"):
        stem("{time}-{colour}", name())


@pytest.mark.parametrize("pattern", ["{", "}", "{time", "a}b{c"])
def test_a_brace_that_names_nothing_is_kept(pattern):
    assert stem(pattern, name()) == pattern


@pytest.mark.parametrize(
    ("prompt", "slug"),
    [
        ("A lighthouse, at dusk!", "a-lighthouse-at-dusk"),
        ("the cat's pyjamas, don\u2019t", "the-cats-pyjamas-dont"),
        ("CAFE\u0301 au lait", "café-au-lait"),
        ("ein Schloß über dem Meer", "ein-schloß-über-dem-meer"),
        ("夕暮れの灯台", "夕暮れの灯台"),
        ("हिन्दी में", "हिन्दी-में"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows\\nul", "c-windows-nul"),
        ("\u202egpj.exe", "gpj-exe"),
        ("🐈", "picture"),
        ("", "picture"),
        ("a" * 60, "a" * 40),
        (
            "one two three four five six seven eight nine ten",
            "one-two-three-four-five-six-seven-eight",
        ),
    ],
)
def test_a_prompt_becomes_its_first_words(prompt, slug):
    assert stem("{prompt}", name(prompt)) == slug


def test_the_local_day_and_time_are_used_not_utc():
    created_at = datetime(2026, 11, 22, 23, 59, 30, tzinfo=UTC)
    local = created_at.astimezone()

    late = name(created_at=created_at)

    assert day_folder(late) == f"{local:%Y-%m-%d}"
    assert stem("{date} {time}", late) == f"{local:%Y-%m-%d %H%M%S}"


def test_several_pictures_are_numbered_even_if_the_pattern_forgets_it():
    names = [stem(DEFAULT_PATTERN, name(index=index, quantity=3)) for index in range(3)]

    assert names == ["140211-paper-boat-1", "140211-paper-boat-2", "140211-paper-boat-3"]


def test_the_number_stands_where_the_pattern_wants_it():
    assert stem("{n} of {prompt}", name(index=1, quantity=3)) == "2 of paper-boat"


def test_the_number_survives_a_pattern_that_is_too_long():
    assert stem("x" * 300, name(index=6, quantity=9)).endswith("x-7")


def test_a_missing_seed_leaves_no_gap():
    assert stem("{time}-{seed}-{prompt}", name(seed=None)) == "140211-paper-boat"


@pytest.mark.parametrize("reserved", ["CON", "nul", "com1", "LPT9", "aux.txt", "com¹", "con .x"])
def test_a_name_that_windows_reserves_is_changed(reserved):
    assert stem(reserved, name()) == f"_{reserved}"


def test_a_word_that_begins_like_a_reserved_one_is_left_alone():
    assert stem("console", name()) == "console"


RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)")


@given(
    prompt=st.text(),
    pattern=st.one_of(
        st.text(st.characters(exclude_characters="{}", exclude_categories=())),
        st.lists(
            st.sampled_from(
                [*(f"{{{token}}}" for token in TOKENS), "/", "..", "\\", " ", "con", "é"]
            )
        ).map("".join),
    ),
    workflow_id=st.text(),
    quantity=st.integers(1, 12),
)
@example(prompt="\ud800", pattern="\ud800{prompt}", workflow_id="\x00", quantity=1)
@example(prompt="", pattern="e\u0301" * 200, workflow_id="", quantity=1)
@example(prompt="", pattern="\U0001d15e" * 200, workflow_id="", quantity=1)
@example(prompt="İ" * 99, pattern="{prompt}", workflow_id="", quantity=1)
def test_any_prompt_and_pattern_give_a_safe_name(prompt, pattern, workflow_id, quantity):
    file = stem(pattern, name(prompt, workflow_id=workflow_id, quantity=quantity)) + ".jpg"

    assert PurePosixPath(file).name == file
    assert PureWindowsPath(file).name == file
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', file)
    assert file[0] not in ". "
    assert file.removesuffix(".jpg")[-1] not in ". "
    assert not RESERVED.fullmatch(file.split(".")[0].rstrip(" "))
    assert len(file) <= 120
    assert len(file.encode()) <= 240
    assert unicodedata.is_normalized("NFC", file)


@given(prompt=st.text())
def test_the_same_picture_gets_the_same_name_again(prompt):
    assert stem(DEFAULT_PATTERN, name(prompt)) == stem(DEFAULT_PATTERN, name(prompt))
