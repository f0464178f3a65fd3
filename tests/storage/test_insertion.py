"""A text is put in, and every other byte that a picture came with is still there, in its order."""

import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civitai_desktop.storage.containers import (
    Piece,
    checked_format,
    format_of,
    jpeg_segments,
    png_chunks,
    webp_chunks,
)
from civitai_desktop.storage.exif import texts as exif_texts
from civitai_desktop.storage.exif import user_comment, with_user_comment
from civitai_desktop.storage.insertion import edited, edits
from civitai_desktop.storage.metadata import insert, read_text
from tests.storage.picture_files import (
    ARTIST,
    ASCII,
    BYTE,
    MAKE,
    ORIENTATION,
    SHORT,
    SOFTWARE,
    UNDEFINED,
    USER_COMMENT,
    Entry,
    exif,
    jpeg,
    png,
    riff,
    webp,
    with_exif,
)

TEXT = "紙の船\nSteps: 20, Seed: 5"
OLD = b"ASCII\0\0\0one\nSteps: 1"
FEW = settings(max_examples=60)


def with_text(data: bytes, kind: str, text: str) -> bytes | None:
    file = BytesIO(data)
    wanted = edits(file, kind, text)
    return None if wanted is None else b"".join(edited(file, wanted))


def pieces(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the pieces of a picture with their bytes, in order, and what stands behind them."""
    file = BytesIO(data)
    walk = {"png": png_chunks, "jpeg": jpeg_segments, "webp": webp_chunks}[format_of(file)]
    found: list[Piece] = list(walk(file))
    whole = [(piece.kind, data[piece.start : piece.end]) for piece in found]
    return [*whole, (b"behind", data[found[-1].end :])]


def others(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return all pieces but those that carry our text, or a flag for it."""
    ours = (b"parameters\0", b"Exif\0\0", b"EXIF", b"VP8X")
    return [(kind, whole) for kind, whole in pieces(data) if not any(o in whole for o in ours)]


BEHIND = st.sampled_from([b"", b"\0", b"\0" * 9, b"\xff\xd9 a film", b"EXIF\4\0\0\0abcd"])
CONTENT = st.binary(max_size=9)


@given(
    before=st.lists(
        st.tuples(st.sampled_from([b"iCCP", b"eXIf", b"caBX", b"tEXt", b"pHYs", b"prVt"]), CONTENT)
    ),
    behind=BEHIND,
)
@FEW
def test_a_png_keeps_its_other_chunks_and_what_is_behind_it(before, behind):
    data = png(*before, behind=behind)
    written = with_text(data, "png", TEXT)
    assert others(written) == others(data)
    assert len(pieces(written)) == len(pieces(data)) + 1


@given(
    before=st.lists(
        st.tuples(st.sampled_from([0xE1, 0xE2, 0xEB, 0xED, 0xEE, 0xFE, 0xE0]), CONTENT)
    ),
    behind=BEHIND,
)
@FEW
def test_a_jpeg_keeps_its_other_segments_and_what_is_behind_it(before, behind):
    data = jpeg(*before, behind=behind)
    written = with_text(data, "jpeg", TEXT)
    assert others(written) == others(data)
    assert len(pieces(written)) == len(pieces(data)) + 1


@given(
    chunks=st.lists(st.tuples(st.sampled_from([b"XMP ", b"ICCP", b"C2PA", b"prVt"]), CONTENT)),
    behind=BEHIND,
)
@FEW
def test_a_webp_keeps_its_other_chunks_their_order_and_what_is_behind_it(chunks, behind):
    data = webp(*chunks, behind=behind)
    written = with_text(data, "webp", TEXT)
    assert others(written) == others(data)
    assert written.endswith(behind)
    # Header, picture, EXIF, and then the others.
    assert [kind for kind, _ in pieces(written)][:3] == [b"VP8X", b"VP8 ", b"EXIF"]


def test_the_exif_chunk_of_a_webp_stays_where_it_is():
    data = webp((b"XMP ", b"<x/>"), (b"EXIF", exif()), (b"prVt", b"abc"))
    kinds = [kind for kind, _ in pieces(with_text(data, "webp", TEXT))]
    assert kinds == [b"VP8X", b"VP8 ", b"XMP ", b"EXIF", b"prVt", b"behind"]


ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from([MAKE, ARTIST, SOFTWARE, 0x010E, 0x8825, 0xA005, 0xC4A5, USER_COMMENT]),
        st.sampled_from([BYTE, ASCII, UNDEFINED]),
        st.binary(max_size=9),
    ),
    max_size=6,
)


@given(
    main=ENTRIES, detail=ENTRIES, order=st.sampled_from(["MM", "II"]), behind=st.binary(max_size=3)
)
@settings(max_examples=200)
def test_an_exif_block_keeps_every_other_entry_also_those_that_occur_twice(
    main, detail, order, behind
):
    block = exif(main, detail, order=order) + behind
    written = with_user_comment(block, TEXT)

    assert user_comment(written) == TEXT
    # Nothing has moved but the place of the first directory.
    assert written[:4] == block[:4]
    assert written[8 : len(block)] == block[8:]
    kept = [each for each in exif_texts(block) if each.purpose.name != "SETTINGS"]
    assert [each for each in exif_texts(written) if each.purpose.name != "SETTINGS"] == kept


def test_a_comment_in_the_main_directory_is_left_there_and_ours_is_read():
    block = exif([Entry(USER_COMMENT, ASCII, b"one\0"), Entry(MAKE, ASCII, b"maker\0")])
    written = with_user_comment(block, TEXT)
    assert user_comment(written) == TEXT
    assert b"one\0" in written


SPOILED = {
    "cut off": exif([Entry(MAKE, ASCII, b"a camera\0")])[:15],
    "of an unknown order": b"XX\0*\0\0\0\x08\0\0\0\0\0\0",
    "of an unknown version": b"MM\0+\0\0\0\x08\0\0\0\0\0\0",
    "that leads nowhere": b"MM\0*\0\0\xff\xff",
    "with two directories for details": exif(
        [Entry(0x8769, 4, b"\0\0\0\x08"), Entry(0x8769, 4, b"\0\0\0\x08")]
    ),
    "of something else": b"0123456789",
}


@pytest.mark.parametrize("container", ["jpeg", "webp"])
@pytest.mark.parametrize("what", SPOILED)
def test_an_exif_block_that_is_spoiled_is_not_written_again(tmp_path, container, what):
    path = tmp_path / "picture"
    path.write_bytes(with_exif(container, SPOILED[what]))

    assert with_user_comment(SPOILED[what], TEXT) is None
    assert not insert(path, TEXT)
    assert path.read_bytes() == with_exif(container, SPOILED[what])


def test_an_exif_block_that_goes_on_in_a_second_segment_is_not_written_again():
    block = exif([Entry(MAKE, ASCII, b"a camera with a long name\0")])
    first, second = block[:-9], block[-9:]
    data = jpeg((0xE1, b"Exif\0\0" + first), (0xE1, b"Exif\0\0" + second))
    assert with_text(data, "jpeg", TEXT) is None
    assert with_text(jpeg((0xE1, b"Exif\0\0" + block), (0xE1, b"Exif\0\0" + block)), "jpeg", TEXT)


@pytest.mark.parametrize("what", SPOILED)
def test_in_a_png_a_spoiled_block_is_in_nobodys_way(tmp_path, what):
    path = tmp_path / "picture"
    path.write_bytes(with_exif("png", SPOILED[what]))

    assert insert(path, TEXT)
    assert read_text(path) == TEXT
    assert SPOILED[what] in path.read_bytes()


def test_what_a_writer_left_out_behind_the_last_directory_is_no_damage():
    block = exif([Entry(ORIENTATION, SHORT, b"\0\6")])[:-4]
    assert user_comment(with_user_comment(block, TEXT)) == TEXT


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF\4\0\0\0WEBP",
        webp((b"XMP ", b"<x/>"))[:-1],
        riff(b"RIFF", b"WEBP" + riff(b"XMP ", b"<x/>")),
        riff(b"RIFF", b"WEBP" + riff(b"VP8 ", b"short")),
        riff(b"RIFF", b"WEBP" + riff(b"VP8X", b"") + webp()[12:]),
    ],
)
def test_a_webp_without_what_it_needs_gets_no_text(data):
    assert with_text(data, "webp", TEXT) is None


@pytest.mark.parametrize("container", ["png", "jpeg", "webp"])
def test_settings_that_are_there_are_replaced_where_somebody_asks_for_it(tmp_path, container):
    path = tmp_path / "picture"
    path.write_bytes(with_exif(container, exif([], [Entry(USER_COMMENT, UNDEFINED, OLD)])))

    assert insert(path, TEXT)
    assert read_text(path) == TEXT
    assert checked_format(path) == container


@pytest.mark.parametrize("make", [png, jpeg, webp])
def test_a_large_file_is_never_held_as_a_whole(tmp_path, make):
    path = tmp_path / "picture"
    path.write_bytes(make(behind=b"\0" * (40 << 20)))
    tracemalloc.start()
    try:
        assert insert(path, TEXT)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 40 << 20
    assert read_text(path) == TEXT
