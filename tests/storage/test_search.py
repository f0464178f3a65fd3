"""Words as people spell them, whatever their script, and signs that are looked for alone."""

import string
import sys
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.errors import LibraryUnusable
from civitai_desktop.storage.database import Database
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.schema import MIGRATIONS
from civitai_desktop.storage.search import keep_current, match_expression, words
from tests.storage.test_library import an_image, found

SAME = (
    # Letters that no decomposition takes apart.
    ("Łódź", "lodz"),
    ("Đà Nẵng", "da nang"),
    ("Røros", "RØROS"),
    ("Røros", "roros"),
    ("Straße", "strasse"),
    ("STRAẞE", "strasse"),
    ("Cæsar", "caesar"),
    ("Œuvre", "oeuvre"),
    ("Diyarbak\N{LATIN SMALL LETTER DOTLESS I}r", "DIYARBAKIR"),
    ("İstanbul", "istanbul"),
    ("Ħaż-Żebbuġ", "haz zebbug"),
    ("Ŧ", "t"),
    ("Þór", "thor"),
    ("garðr", "gardr"),
    ("Ŋ", "n"),
    ("ƶ ɨ ƀ ɗ", "z i b d"),
    ("Gənc\u0259", "gence"),
    # Marks that may be written or not.
    ("\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f\u064c", "\u0645\u062d\u0645\u062f"),
    ("\u0645\u0640\u0640\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
    ("\u0623\u062d\u0645\u062f", "\u0627\u062d\u0645\u062f"),
    ("\u0645\u0643\u062a\u0628\u0629", "\u0645\u0643\u062a\u0628\u0647"),
    ("\u06a9\u062a\u0627\u0628", "\u0643\u062a\u0627\u0628"),
    ("\ufed3\ufef2", "\u0641\u064a"),
    ("\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
    ("Ἀθήνα", "ΑΘΗΝΑ"),
    ("ὁδός", "οδοσ"),
    ("ёлка", "ЕЛКА"),
    ("ґанок", "ганок"),
    # Other forms of the same.
    ("\uff46\uff55\uff4c\uff4c\u3000\uff12", "full 2"),
    ("\uff76\uff9e\uff97\uff7d", "\u30ac\u30e9\u30b9"),
    ("\N{MATHEMATICAL BOLD SCRIPT CAPITAL F}ox", "fox"),
    ("\u0661\u0662\u0663", "123"),
    ("don\N{MODIFIER LETTER APOSTROPHE}t", "don't"),
    # What cannot be seen.
    ("co\N{SOFT HYPHEN}operate", "cooperate"),
    ("light\N{ZERO WIDTH SPACE}house", "lighthouse"),
    ("\N{RIGHT-TO-LEFT EMBEDDING}light\N{POP DIRECTIONAL FORMATTING}house", "lighthouse"),
    ("\N{ZERO WIDTH NO-BREAK SPACE}fox", "fox"),
    ("f\N{COMBINING GRAPHEME JOINER}ox", "fox"),
    ("\u0645\u06cc\N{ZERO WIDTH NON-JOINER}\u062e", "\u0645\u06cc\u062e"),
    ("\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}", "\N{HEAVY BLACK HEART}"),
)

PARTS = (
    # Scripts without spaces are found by any part.
    ("夕暮れの灯台、赤い空", "灯台"),
    ("夕暮れの灯台、赤い空", "い空"),
    ("一只红色的狐狸", "红色"),
    ("บ้านสีแดง", "สีแดง"),
    ("고양이가 있다", "양이"),
    # A vowel sign is a part of its word.
    ("हिन्दी किताब", "किताब"),
    # Signs alone, and emoji with words.
    ("a fox \N{FOX FACE}", "\N{FOX FACE}"),
    ("a fox \N{FOX FACE}", "fox \N{FOX FACE}"),
    ("a fox \N{FOX FACE}", "\N{FOX FACE}fox"),
    ("\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET} up", "\N{ROCKET}"),
    ("\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}", "\N{THUMBS UP SIGN}"),
    ("an emoji newer than this Python \U0001faea", "\U0001faea"),
    ("(red:1.2)", "("),
    ("(red:1.2)", ":1 ("),
    ("50% off", "%"),
    ("a*b", "*"),
    ('a "quoted" word', '"'),
    ("wait\N{HORIZONTAL ELLIPSIS}", "..."),
    ("{red|blue}", "{|}"),
    ("\u3010red\u3011", "\u3010"),
    ("a lonely \xb4 accent", "\xb4"),
    ("\uffe3 and \xa8", "\xa8 \uffe3"),
)

APART = (
    ("हिन्दी किताब", "कतब"),
    ("บ้านสีแดง", "สแดง"),
    ("a fox", "\N{FOX FACE}"),
    ("a fox", "fox \N{FOX FACE}"),
    ("a dog \N{FOX FACE}", "\N{DOG FACE}"),
    ("a fox", "("),
    ("a fox", "*"),
    ("a fox", '"'),
    ("a fox", "-"),
    ("a fox", "%"),
    ("a fox", "..."),
    ("a fox (red", "()"),
    (
        "\N{REGIONAL INDICATOR SYMBOL LETTER E}\N{REGIONAL INDICATOR SYMBOL LETTER D}",
        "\N{REGIONAL INDICATOR SYMBOL LETTER D}\N{REGIONAL INDICATOR SYMBOL LETTER E}",
    ),
    ("a fox", "NEAR(a fox)"),
    ("a fox", "fox OR dog"),
    ("a fox", "words:fox"),
    ("a fox", "^fox ^a dog"),
)

SIGNS = st.text(
    st.sampled_from([*string.punctuation, *"\N{FOX FACE}\u3001\u2026\u20ac\xa7"]), min_size=1
)


@pytest.fixture
def library(tmp_path: Path):
    with closing(Library(tmp_path / "library.sqlite3")) as library:
        yield library


@pytest.fixture(scope="module")
def shared_library(tmp_path_factory):
    """One library for all the examples of a property; each brings its own ids."""
    with closing(Library(tmp_path_factory.mktemp("shared") / "library.sqlite3")) as library:
        yield library


@pytest.mark.parametrize(("one", "other"), SAME, ids=[ascii(pair) for pair in SAME])
def test_two_spellings_find_each_other(library, one, other):
    images = [
        library.add_image(an_image(f"b{n}", prompt=f"a {each} at dusk")).id
        for n, each in enumerate((one, other))
    ]
    for text in (one, other):
        assert sorted(found(library, text)) == images


@pytest.mark.parametrize(("prompt", "text"), PARTS, ids=[ascii(pair) for pair in PARTS])
def test_a_part_finds_the_prompt_and_no_other(library, prompt, text):
    image = library.add_image(an_image("b1", prompt=prompt))
    library.add_image(an_image("b2", prompt="something else"))
    assert found(library, text) == [image.id]


@pytest.mark.parametrize(("prompt", "text"), APART, ids=[ascii(pair) for pair in APART])
def test_what_is_not_in_the_prompt_does_not_find_it(library, prompt, text):
    library.add_image(an_image("b1", prompt=prompt))
    assert found(library, text) == []


class FullDisk(Database):
    """A library on a disk that takes nothing more."""

    def writing(self):
        raise LibraryUnusable("The disk is full.")


def test_an_index_that_cannot_be_made_anew_keeps_nobody_out(tmp_path, caplog):
    with closing(FullDisk(tmp_path / "library.sqlite3", MIGRATIONS)) as database:
        keep_current(database)
    assert "stays as it is: The disk is full." in caplog.text


@given(signs=SIGNS)
def test_signs_alone_never_find_everything(shared_library, signs):
    shared_library.add_image(an_image("plain", prompt="plain words and nothing else"))
    image = shared_library.add_image(an_image(f"signs {signs}", prompt=f"with {signs} in it"))
    ids = found(shared_library, signs)
    assert image.id in ids
    assert all("plain" not in each.prompt for each in shared_library.images(ids))


@pytest.mark.parametrize(
    "blank", ["", " ", "\N{ZERO WIDTH SPACE}", "\0", "\u2800", "\u3164", "\ud83d"]
)
def test_what_cannot_be_seen_looks_for_nothing(blank):
    assert match_expression(blank) == ""


@given(
    st.text(st.characters())
    | st.text(st.characters(categories=["Cs", "Cn", "Co", "Mn", "Lo", "Sk"]))
)
def test_words_of_words_are_the_same_words(text):
    plain = " ".join(each for each in words(text).split() if each.isalnum())
    assert words(plain) == plain


def test_whatever_can_be_seen_is_looked_for():
    for code in (*range(0x3000), *range(0x3000, sys.maxunicode + 1, 97)):
        text = chr(code)
        assert words(text).strip() == words(text)
        assert match_expression(text).count('"') % 2 == 0
        if unicodedata.category(text)[0] in "LNPS" and text not in "\u0640\u115f\u1160\u2800":
            assert match_expression(text)
