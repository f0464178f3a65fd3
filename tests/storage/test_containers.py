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


@pytest.mark.parametrize("padding", [b"\0" * 100, b"\xff\xff", b"\r\n"])
def test_a_jpeg_may_be_padded_behind_its_end(tmp_path, padding):
    assert check(tmp_path, PICTURES["jpeg"] + padding) == "jpeg"


def test_a_png_with_only_its_frame_is_damaged(tmp_path):
    data = PICTURES["png"]
    with pytest.raises(DamagedPicture):
        check(tmp_path, data[: data.index(b"IDAT") - 4] + data[data.index(b"IEND") - 4 :])


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "Nothing"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><html>", "A web page"),
        (b"<HTML><body>Sign in to the hotel's network", "A web page"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code>', "An XML document"),
        (b'{"title": "Not Found"}', "A JSON document"),
        (b"GIF89a\x01\x00\x01\x00", "A GIF"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "An AVIF picture"),
        (b"\0\0\0\x1cftypisom\0\0\0\0", "A video"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "Something unknown"),
        (bytes(range(64, 128)), "Something unknown"),
    ],
)
def test_what_is_no_picture_of_ours_is_named(tmp_path, data, named):
    with pytest.raises(DamagedPicture, match=f"^{named} arrived"):
        check(tmp_path, data)


@given(data=st.binary(max_size=200), kind=st.sampled_from([*PICTURES]), at=st.integers(0, 200))
@ANY_PATH
def test_spoiled_bytes_give_a_format_or_a_damaged_picture_and_nothing_else(
    tmp_path, data, kind, at
):
    whole = PICTURES[kind]
    with suppress(DamagedPicture):
        assert check(tmp_path, whole[:at] + data + whole[at + len(data) :]) == kind
