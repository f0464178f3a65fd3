"""Texts of other programs are read in every encoding, from every place, in every container."""

import struct
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from civitai_desktop.storage.encodings import decoded_comment
from civitai_desktop.storage.metadata import carries_text, read_text
from tests.storage.picture_files import (
    ASCII,
    BYTE,
    CONTAINERS,
    IMAGE_DESCRIPTION,
    MAKE,
    SOFTWARE,
    UNDEFINED,
    USER_COMMENT,
    XP_COMMENT,
    Entry,
    exif,
    jpeg,
    png,
    webp,
    with_exif,
)

ANY_PATH = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SETTINGS = "\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, Seed: 5"
PLAIN = f"a paper boat{SETTINGS}"
WIDE = f"a café, テスト boat 🐈{SETTINGS}"


def read(tmp_path: Path, data: bytes) -> str | None:
    path = tmp_path / "picture"
    path.write_bytes(data)
    return read_text(path)


# Every encoding, in every place of every container.

WIDE_LETTERS = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"),
        # Marks; and what spaces, commas and line breaks are when their halves are exchanged.
        exclude_characters="\ufeff\ufffe\u2000\u2c00\u0a00",
    )
)
LATIN_LETTERS = st.text(
    st.characters(min_codepoint=0xC0, max_codepoint=0xFF) | st.sampled_from("ab, (")
)
KANA = st.text(st.characters(min_codepoint=0x3042, max_codepoint=0x3093) | st.sampled_from("ab, ("))

ENCODINGS = {
    f"{name}, {encoding}": (code, encoding, letters)
    for name, code in {
        "UNICODE": b"UNICODE\0",
        "Unicode": b"Unicode\0",
        "zeros": b"\0" * 8,
        "no code": b"",
        "ASCII": b"ASCII\0\0\0",
        "ascii": b"ascii\0\0\0",
        "UTF8": b"UTF8\0\0\0\0",
        "a tool's words": b"charset=Unicode ",
    }.items()
    for encoding, letters in {
        "utf-8": WIDE_LETTERS,
        "utf-8-sig": WIDE_LETTERS,
        "utf-16-be": WIDE_LETTERS,
        "utf-16-le": WIDE_LETTERS,
        "utf-16": WIDE_LETTERS,
        "latin-1": LATIN_LETTERS,
    }.items()
    if (name, encoding) not in {("UNICODE", "latin-1"), ("Unicode", "latin-1")}
} | {
    "JIS": (b"JIS\0\0\0\0\0", "iso2022_jp", KANA),
    "JIS, but not": (b"JIS\0\0\0\0\0", "shift_jis", KANA),
}
PLACES = {
    "details": lambda value: ([], [Entry(USER_COMMENT, UNDEFINED, value)]),
    "details, as letters": lambda value: ([], [Entry(USER_COMMENT, ASCII, value + b"\0")]),
    "main, as letters": lambda value: ([Entry(USER_COMMENT, ASCII, value + b"\0")], []),
    "main, as bytes": lambda value: ([Entry(USER_COMMENT, BYTE, value)], []),
    "main, and an empty one in details": lambda value: (
        [Entry(USER_COMMENT, UNDEFINED, value)],
        [Entry(USER_COMMENT, UNDEFINED, b"ASCII\0\0\0   ")],
    ),
}


@given(
    data=st.data(),
    encoding=st.sampled_from([*ENCODINGS]),
    place=st.sampled_from([*PLACES]),
    order=st.sampled_from(["MM", "II"]),
    container=st.sampled_from([*CONTAINERS]),
)
@ANY_PATH
def test_a_comment_is_read_in_every_encoding_from_every_place_of_every_container(
    tmp_path, data, encoding, place, order, container
):
    code, codec, letters = ENCODINGS[encoding]
    text = data.draw(letters) + SETTINGS
    main, detail = PLACES[place](code + text.encode(codec))

    assert read(tmp_path, with_exif(container, exif(main, detail, order=order))) == text


@pytest.mark.parametrize("order", ["MM", "II"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", [b"", b"\0", b"\0\0"], ids=["plain", "one zero", "two zeros"])
def test_a_comment_without_settings_is_read_in_every_encoding(encoding, order, end):
    code, codec, _ = ENCODINGS[encoding]
    prompt = "a café, 紙の船" if codec.startswith("utf") else "ab, cd"
    for text in (prompt, '{"prompt": "x"}', "a", "word"):
        if codec in {"utf-16-be", "utf-16-le"} and (len(text) == 1 or len(end) == 1):
            continue  # a single letter may be either, and half a zero belongs to the last one
        assert decoded_comment(code + text.encode(codec) + end, is_big_endian=order == "MM") == text


@pytest.mark.parametrize("order", ["big", "little"])
def test_a_text_without_any_latin_letter_is_read_in_the_order_that_makes_sense(order):
    code = b"UNICODE\0" + "紙の船、茶色い猫".encode(f"utf-16-{order[0]}e")
    for is_big_endian in (True, False):
        assert decoded_comment(code, is_big_endian=is_big_endian) == "紙の船、茶色い猫"


def test_signs_tell_the_order_where_letters_speak_for_the_other_one():
    # Ethiopic letters, whose halves exchanged are Chinese ones.
    text = "ቐቕቖቘቚ" * 20 + "\nSteps: 1"
    for encoding in ("utf-16-be", "utf-16-le"):
        assert decoded_comment(b"UNICODE\0" + text.encode(encoding), is_big_endian=True) == text
        assert decoded_comment(b"UNICODE\0" + text.encode(encoding), is_big_endian=False) == text


def test_quotes_and_dashes_of_windows_are_read(tmp_path):
    text = "a “café” \u2014 at dusk\nSteps: 1"
    assert read(tmp_path, png((b"tEXt", b"parameters\0" + text.encode("cp1252")))) == text


def test_letters_that_are_a_mark_elsewhere_are_letters_in_latin_1(tmp_path):
    raw = "þÿ a boat\nSteps: 1".encode("latin-1")
    assert decoded_comment(b"ASCII\0\0\0" + raw, is_big_endian=True) == raw.decode("latin-1")
    assert read(tmp_path, png((b"tEXt", b"parameters\0" + raw))) == raw.decode("latin-1")


@pytest.mark.parametrize("text", ["unicode art", "ASCII art", "JIS", "UTF8 poster", "charset"])
def test_words_that_look_like_a_code_belong_to_the_prompt(text):
    assert decoded_comment(text.encode(), is_big_endian=True) == text


def test_a_few_zeros_in_a_text_do_not_make_it_another_encoding():
    assert decoded_comment(b"ASCII\0\0\0a boat in the fog\0by the sea", is_big_endian=True) == (
        "a boat in the fog\0by the sea"
    )


CHUNKS = {
    "tEXt": lambda raw: (b"tEXt", b"parameters\0" + raw),
    "zTXt": lambda raw: (b"zTXt", b"parameters\0\0" + zlib.compress(raw)),
    "iTXt": lambda raw: (b"iTXt", b"parameters\0\0\0\0\0" + raw),
    "iTXt with a language": lambda raw: (b"iTXt", b"parameters\0\0\0en\0Parameter\0" + raw),
    "iTXt compressed": lambda raw: (b"iTXt", b"parameters\0\1\0\0\0" + zlib.compress(raw)),
    "another spelling": lambda raw: (b"tEXt", b"Parameters\0" + raw),
    "Civitai's": lambda raw: (b"tEXt", b"user_comment\0" + raw),
    "elsewhere": lambda raw: (b"zTXt", b"Description\0\0" + zlib.compress(raw)),
}


@given(
    data=st.data(),
    kind=st.sampled_from([*CHUNKS]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]),
)
@ANY_PATH
def test_a_png_chunk_is_read_in_every_encoding(tmp_path, data, kind, encoding):
    text = data.draw(LATIN_LETTERS if encoding == "latin-1" else WIDE_LETTERS) + SETTINGS

    assert read(tmp_path, png(CHUNKS[kind](text.encode(encoding)))) == text


ELSEWHERE = {
    "ImageDescription": exif([Entry(IMAGE_DESCRIPTION, ASCII, WIDE.encode() + b"\0")]),
    "XPComment": exif([Entry(XP_COMMENT, BYTE, (WIDE + "\0").encode("utf-16-le"))]),
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("tag", ELSEWHERE)
def test_settings_are_read_from_other_places_too(tmp_path, container, tag):
    assert read(tmp_path, with_exif(container, ELSEWHERE[tag])) == WIDE


XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description>'
    f"<exif:UserComment><rdf:Alt><rdf:li>{WIDE.replace('boat', '&lt;boat&gt;')}</rdf:li>"
    "</rdf:Alt></exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>"
).encode()


@pytest.mark.parametrize(
    "data",
    [
        jpeg((0xFE, WIDE.encode())),
        jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP.replace(b"&lt;boat&gt;", b"boat"))),
        webp((b"XMP ", XMP.replace(b"&lt;boat&gt;", b"boat"))),
        png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP.replace(b"&lt;boat&gt;", b"boat"))),
    ],
    ids=["JPEG comment", "JPEG XMP", "WebP XMP", "PNG XMP"],
)
def test_settings_are_read_from_comments_and_xmp(tmp_path, data):
    assert read(tmp_path, data) == WIDE


def test_what_xmp_escapes_is_read_as_it_was_meant(tmp_path):
    assert read(tmp_path, webp((b"XMP ", XMP))) == WIDE.replace("boat", "<boat>")


def test_an_exif_block_that_goes_on_in_a_second_segment_is_read(tmp_path):
    long = ", ".join(["a boat"] * 5000) + SETTINGS
    block = exif([], [Entry(USER_COMMENT, UNDEFINED, b"UNICODE\0" + long.encode("utf-16-be"))])
    first, second = block[:65000], block[65000:]

    assert read(tmp_path, jpeg((0xE1, b"Exif\0\0" + first), (0xE1, b"Exif\0\0" + second))) == long


def test_settings_come_before_anything_else_in_the_place_for_them(tmp_path):
    comment = [Entry(USER_COMMENT, UNDEFINED, b"ASCII\0\0\0" + PLAIN.encode())]
    assert read(tmp_path, png((b"tEXt", b"parameters\0{}"), (b"eXIf", exif([], comment)))) == PLAIN
    assert read(tmp_path, png((b"tEXt", b"parameters\0"), (b"tEXt", b"parameters\0x"))) == "x"


def test_a_chunk_comes_before_exif_as_other_readers_have_it(tmp_path):
    comment = [Entry(USER_COMMENT, UNDEFINED, b"ASCII\0\0\0other\nSteps: 1")]
    data = png((b"eXIf", exif([], comment)), (b"tEXt", b"parameters\0" + PLAIN.encode()))
    assert read(tmp_path, data) == PLAIN


@pytest.mark.parametrize(
    "data",
    [
        png((b"tEXt", b"Description\0a boat at dusk")),
        png((b"tEXt", b"workflow\0{}")),
        jpeg((0xFE, b"a boat at dusk")),
        with_exif("jpeg", exif([Entry(IMAGE_DESCRIPTION, ASCII, b"OLYMPUS DIGITAL CAMERA\0")])),
        with_exif("webp", exif([Entry(SOFTWARE, ASCII, b"a program\0")])),
    ],
)
def test_what_is_said_elsewhere_without_settings_is_no_prompt(tmp_path, data):
    assert read(tmp_path, data) is None


# Bad input: bounded in time and memory, and never an exception.

BOMB = zlib.compress(b"\0" * (200 << 20), 9)


@pytest.mark.parametrize(
    "chunks",
    [
        [(b"zTXt", b"parameters\0\0" + BOMB)],
        [(b"iTXt", b"parameters\0\1\0\0\0" + BOMB)],
        [(b"zTXt", b"workflow\0\0" + BOMB)] * 40,
        [(b"zTXt", b"Raw profile type exif\0\0" + BOMB)] * 40,
        [(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + BOMB)] * 40,
    ],
    ids=["zTXt", "iTXt", "workflows", "digits", "XMP"],
)
def test_what_inflates_without_end_is_not_inflated(tmp_path, chunks):
    path = tmp_path / "picture"
    path.write_bytes(png(*chunks, (b"tEXt", b"user_comment\0" + PLAIN.encode())))
    tracemalloc.start()
    try:
        assert read_text(path) == PLAIN
        assert carries_text(path)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_what_a_file_may_inflate_to_is_bounded_for_all_its_texts_together(tmp_path):
    some = (b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 1_000_000))
    told = (b"zTXt", b"Description\0\0" + zlib.compress(PLAIN.encode()))
    assert read(tmp_path, png(*[some] * 3, told)) == PLAIN
    assert read(tmp_path, png(*[some] * 5, told)) is None
    assert carries_text(tmp_path / "picture")


def test_settings_behind_large_workflows_are_still_read(tmp_path):
    large = (b"zTXt", b"workflow\0\0" + zlib.compress(b"x" * 5_000_000))
    data = png(*[large] * 9, (b"zTXt", b"parameters\0\0" + zlib.compress(PLAIN.encode())))
    assert read(tmp_path, data) == PLAIN


def test_a_directory_that_points_everywhere_at_once_is_not_followed_for_ever(tmp_path):
    rows = b"".join(struct.pack(">HHII", XP_COMMENT, ASCII, 60_000, 8) for _ in range(5_000))
    block = b"MM\0*" + struct.pack(">IH", 8, 5_000) + rows + b"\0\0\0\0"
    assert carries_text_of(tmp_path, jpeg((0xE1, b"Exif\0\0" + block)))


def carries_text_of(tmp_path: Path, data: bytes) -> bool:
    path = tmp_path / "picture"
    path.write_bytes(data)
    return carries_text(path)


@given(
    container=st.sampled_from([*CONTAINERS]),
    at=st.integers(0, 400),
    junk=st.binary(max_size=12),
    length=st.floats(0.0, 1.0),
)
@example(container="jpeg", at=30, junk=b"\xff" * 12, length=1.0)
@ANY_PATH
def test_a_spoiled_file_has_a_text_or_none_and_nothing_else_happens(
    tmp_path, container, at, junk, length
):
    comment = [Entry(USER_COMMENT, UNDEFINED, b"UNICODE\0" + WIDE.encode("utf-16-le"))]
    whole = with_exif(container, exif([Entry(MAKE, ASCII, b"a camera\0")], comment, order="II"))
    spoiled = whole[:at] + junk + whole[at + len(junk) :]
    spoiled = spoiled[: int(len(spoiled) * length)]

    text = read(tmp_path, spoiled)

    assert text is None or isinstance(text, str)
    assert isinstance(carries_text(tmp_path / "picture"), bool)
