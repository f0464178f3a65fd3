"""Real picture files, whole, cut short, padded, and things that are no pictures."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from civitai_desktop.domain.errors import DamagedPicture
from civitai_desktop.storage.containers import checked_format

ANY_PATH = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def picture(kind: str, *, side_px: int = 48, **options: object) -> bytes:
    """Encode noise-like pixels, so that the compressed data has some length."""
    image = Image.effect_noise((side_px, side_px), 90).convert("RGB")
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


PICTURES = {
    "png": picture("PNG"),
    "jpeg": picture("JPEG"),
    "webp": picture("WEBP"),
}
EXTENDED = picture("WEBP", lossless=True, exif=Image.Exif().tobytes(), xmp=b"<x/>")


def check(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "picture"
    path.write_bytes(data)
    return checked_format(path)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_whole_picture_is_known_by_its_bytes(tmp_path, kind):
    assert check(tmp_path, PICTURES[kind]) == kind


def test_an_extended_webp_is_whole(tmp_path):
    assert check(tmp_path, EXTENDED) == "webp"


def test_an_animated_webp_is_whole(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    buffer = BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])

    assert check(tmp_path, buffer.getvalue()) == "webp"


@pytest.mark.parametrize("kind", PICTURES)
@given(share=st.floats(0.0, 1.0, exclude_max=True))
@ANY_PATH
def test_a_picture_cut_anywhere_is_damaged(tmp_path, kind, share):
    data = PICTURES[kind]
    with pytest.raises(DamagedPicture):
        check(tmp_path, data[: int(len(data) * share)])


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_without_its_last_byte_is_damaged(tmp_path, kind):
    with pytest.raises(DamagedPicture, match="incomplete"):
        check(tmp_path, PICTURES[kind][:-1])


def test_a_webp_that_breaks_off_behind_its_pixels_is_damaged(tmp_path):
    with pytest.raises(DamagedPicture, match="incomplete"):
        check(tmp_path, EXTENDED[:-1])


BEHIND = {
    "zeros": b"\0" * 100_000,
    "fill bytes": b"\xff\xff",
    "a line break": b"\r\n",
    "another picture, as in an MPO": picture("JPEG", side_px=400, quality=95),
    "a picture that is cut off": PICTURES["jpeg"][:-900],
    "a film, as phones append it": b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 400,
    "a scan that does not end": b"\xff\xda\0\x08" + bytes(range(200)),
}


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("what", BEHIND)
def test_what_stands_behind_the_end_of_a_picture_does_not_matter(tmp_path, kind, what):
    assert check(tmp_path, PICTURES[kind] + BEHIND[what]) == kind


@pytest.mark.parametrize("what", BEHIND)
def test_a_jpeg_that_is_cut_is_not_made_whole_by_what_follows(tmp_path, what):
    with pytest.raises(DamagedPicture, match="incomplete"):
        check(tmp_path, PICTURES["jpeg"][:-100].rstrip(b"\xff") + BEHIND[what])


JPEGS = {
    "progressive": picture("JPEG", progressive=True, quality=95),
    "of low quality": picture("JPEG", quality=5),
    "with restarts": picture("JPEG", restart_marker_rows=1),
    "larger than the window": picture("JPEG", side_px=1400, quality=100),
}


@pytest.mark.parametrize("what", JPEGS)
def test_every_kind_of_jpeg_is_whole_and_not_without_its_end(tmp_path, what):
    assert check(tmp_path, JPEGS[what]) == "jpeg"
    with pytest.raises(DamagedPicture, match="incomplete"):
        check(tmp_path, JPEGS[what][:-1])


def test_a_cmyk_jpeg_is_whole(tmp_path):
    buffer = BytesIO()
    Image.effect_noise((48, 48), 90).convert("CMYK").save(buffer, "JPEG")
    assert check(tmp_path, buffer.getvalue()) == "jpeg"


def test_stray_bytes_before_a_jpegs_segments_are_stepped_over_as_decoders_do(tmp_path):
    whole = PICTURES["jpeg"]
    assert check(tmp_path, whole[:20] + b"\0\0\0" + whole[20:]) == "jpeg"


@pytest.mark.parametrize("place", [2, 20])
def test_a_picture_in_a_jpegs_header_is_not_taken_for_its_end(tmp_path, place):
    whole, inner = PICTURES["jpeg"], PICTURES["jpeg"]
    segment = b"\xff\xe1" + (len(inner) + 8).to_bytes(2, "big") + b"Exif\0\0" + inner
    data = whole[:place] + segment + whole[place:]

    assert check(tmp_path, data) == "jpeg"
    with pytest.raises(DamagedPicture, match="incomplete"):
        check(tmp_path, data[: place + len(segment) + 200])


def test_a_file_of_endless_pieces_ends_the_look_at_it(tmp_path):
    pieces = b"\xff\xe1\0\2" * 300_001
    with pytest.raises(DamagedPicture, match="incomplete"):
        check(tmp_path, PICTURES["jpeg"][:2] + pieces + PICTURES["jpeg"][2:])


def test_a_png_with_only_its_frame_is_damaged(tmp_path):
    data = PICTURES["png"]
    with pytest.raises(DamagedPicture):
        check(tmp_path, data[: data.index(b"IDAT") - 4] + data[data.index(b"IEND") - 4 :])


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "nothing"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><html>", "a web page"),
        (b"<HTML><body>Sign in to the hotel's network", "a web page"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code>', "an XML document"),
        (b'<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="x"/>', "an SVG drawing"),
        (b"  <svg width='9'/>", "an SVG drawing"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "a compressed file"),
        (b'{"title": "Not Found"}', "a JSON document"),
        (b"GIF89a\x01\x00\x01\x00", "a GIF"),
        (b"BM\x46\0\0\0", "a BMP picture"),
        (b"MM\0*\0\0\0\x08", "a TIFF picture"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "an AVIF picture"),
        (b"\0\0\0\x1cftypisom\0\0\0\0", "a video"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "something unknown"),
        (b"bmw", "something unknown"),
        (bytes(range(64, 128)), "something unknown"),
    ],
)
def test_what_is_no_picture_of_ours_is_named(tmp_path, data, named):
    with pytest.raises(DamagedPicture, match=f"^There is {named} instead of a picture"):
        check(tmp_path, data)


@given(data=st.binary(max_size=200), kind=st.sampled_from([*PICTURES]), at=st.integers(0, 200))
@ANY_PATH
def test_spoiled_bytes_give_a_format_or_a_damaged_picture_and_nothing_else(
    tmp_path, data, kind, at
):
    whole = PICTURES[kind]
    with suppress(DamagedPicture):
        assert check(tmp_path, whole[:at] + data + whole[at + len(data) :]) == kind
