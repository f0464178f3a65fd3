"""Text in real files: Pillow reads what we wrote, we read what Pillow wrote, no pixel changes."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from civitai_desktop.domain.errors import DamagedPicture, FolderUnusable
from civitai_desktop.storage.containers import checked_format, png_chunks, webp_chunks
from civitai_desktop.storage.exif import user_comment, with_user_comment
from civitai_desktop.storage.metadata import insert, read_text

PLAIN = "a paper boat\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, Seed: 5"
WIDE = "紙の船 café 🐈\nSteps: 20, Sampler: Euler a, Seed: 5"
ANY_PATH = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def encoded(kind: str, *, mode: str = "RGB", size: tuple[int, int] = (33, 21), **more: object):
    picture = Image.effect_noise(size, 90).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(size))
    buffer = BytesIO()
    picture.save(buffer, kind, **more)
    return buffer.getvalue()


def camera() -> Image.Exif:
    """Return the EXIF block of a camera: both directories, strings, fractions, a thumbnail."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "A camera with a long name"
    exif[ExifTags.Base.Orientation] = 1
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ExposureTime] = (1, 250)
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSMapDatum] = "WGS-84"
    return exif


FILES = {
    "png": encoded("PNG"),
    "png with alpha": encoded("PNG", mode="RGBA"),
    "png with exif": encoded("PNG", exif=camera()),
    "jpeg": encoded("JPEG"),
    "jpeg progressive": encoded("JPEG", progressive=True, quality=95),
    "jpeg with exif": encoded("JPEG", exif=camera()),
    "jpeg without JFIF": encoded("JPEG").replace(encoded("JPEG")[2:20], b"", 1),
    "webp": encoded("WEBP"),
    "webp odd": encoded("WEBP", size=(1, 1), quality=10),
    "webp lossless": encoded("WEBP", lossless=True),
    "webp lossless with alpha": encoded("WEBP", mode="RGBA", lossless=True),
    "webp with alpha": encoded("WEBP", mode="RGBA"),
    "webp with exif and xmp": encoded("WEBP", exif=camera(), xmp=b"<x:xmpmeta/>"),
    "webp with profile": encoded("WEBP", icc_profile=b"profile" * 9),
}


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "picture"
    path.write_bytes(FILES[request.param])
    return path


def comment_by_pillow(path: Path) -> str:
    """Read prompt and settings as another program does."""
    with Image.open(path) as picture:
        if isinstance(picture, PngImagePlugin.PngImageFile):
            return picture.text["parameters"]
        raw = picture.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment]
    assert raw[:8] == b"UNICODE\0"
    return raw[8:].decode("utf-16-be")


def compressed_pixels(path: Path) -> list[bytes]:
    """Return what must not be encoded again, cut out by the rules of each container."""
    data = path.read_bytes()
    if data.startswith(b"\xff\xd8"):
        return [data[data.index(b"\xff\xdb") :]]
    with path.open("rb") as file:
        chunks = png_chunks(file) if data.startswith(b"\x89") else webp_chunks(file)
        kinds = {b"IDAT", b"VP8 ", b"VP8L", b"ALPH", b"ICCP"}
        return [chunk.read(file) for chunk in chunks if chunk.kind in kinds]


def camera_facts(path: Path) -> list[dict[int, object]]:
    with Image.open(path) as picture:
        exif = picture.getexif()
        main = {tag: value for tag, value in exif.items() if tag != ExifTags.IFD.Exif}
        detail = dict(exif.get_ifd(ExifTags.IFD.Exif))
        detail.pop(ExifTags.Base.UserComment, None)
        return [main, detail, dict(exif.get_ifd(ExifTags.IFD.GPSInfo))]


def pixels(path: Path) -> tuple[object, ...]:
    with Image.open(path) as picture:
        return picture.format, picture.mode, picture.size, picture.tobytes()


@pytest.mark.parametrize("text", [PLAIN, WIDE])
def test_text_put_into_a_picture_is_read_by_us_and_by_others_and_the_pixels_stay(file, text):
    before, compressed = pixels(file), compressed_pixels(file)

    assert insert(file, text)

    assert read_text(file) == text
    assert comment_by_pillow(file) == text
    assert pixels(file) == before
    assert compressed_pixels(file) == compressed
    checked_format(file)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_text_is_replaced_not_added(file):
    insert(file, "one\nSteps: 1")
    insert(file, "two\nSteps: 2")

    assert read_text(file) == comment_by_pillow(file) == "two\nSteps: 2"


@pytest.mark.parametrize("name", ["jpeg with exif", "webp with exif and xmp"])
def test_what_a_camera_wrote_is_kept(tmp_path, name):
    path = tmp_path / "picture"
    path.write_bytes(FILES[name])

    before = camera_facts(path)
    insert(path, PLAIN)

    assert camera_facts(path) == before
    assert before[0][ExifTags.Base.Make] == "A camera with a long name"


def test_a_webps_own_xmp_profile_and_transparency_are_kept(tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(encoded("WEBP", mode="RGBA", xmp=b"<x:xmpmeta/>", icc_profile=b"profile" * 9))

    insert(path, PLAIN)

    with Image.open(path) as picture:
        assert picture.info["xmp"] == b"<x:xmpmeta/>"
        assert picture.info["icc_profile"] == b"profile" * 9
        assert picture.mode == "RGBA"
    assert path.read_bytes().count(b"XMP ") == 1


@pytest.mark.parametrize(("mode", "flags"), [("RGB", 0x08), ("RGBA", 0x18)])
def test_the_header_that_a_plain_webp_gets_tells_its_transparency_and_size(tmp_path, mode, flags):
    path = tmp_path / "picture"
    path.write_bytes(encoded("WEBP", mode=mode, lossless=True, size=(300, 7)))

    insert(path, PLAIN)

    header = path.read_bytes()[12:30]
    assert header == b"VP8X\x0a\0\0\0" + bytes([flags, 0, 0, 0]) + b"\x2b\x01\0" + b"\x06\0\0"


def place_only() -> Image.Exif:
    """Return a block whose one entry sorts behind the pointer that a comment needs."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSMapDatum] = "WGS-84"
    return exif


@pytest.mark.parametrize("exif", [camera(), place_only()], ids=["camera", "place only"])
@pytest.mark.parametrize("behind", [b"", b"!"])
def test_exif_directories_begin_at_even_places_and_are_in_order(exif, behind):
    written = with_user_comment(exif.tobytes() + behind, "x")

    order = "<" if written.startswith(b"II") else ">"
    (at,) = struct.unpack_from(order + "I", written, 4)
    (count,) = struct.unpack_from(order + "H", written, at)
    tags = [struct.unpack_from(order + "H", written, at + 2 + 12 * i)[0] for i in range(count)]
    assert at % 2 == 0
    assert tags == sorted(tags)
    assert ExifTags.IFD.GPSInfo in tags
    assert user_comment(written) == "x"


def test_fill_bytes_before_a_segment_are_stepped_over(tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(FILES["jpeg"])
    insert(path, PLAIN)
    data = path.read_bytes()
    path.write_bytes(data[:20] + b"\xff\xff\xff" + data[20:])

    assert read_text(path) == PLAIN


def test_in_a_png_the_text_stands_before_the_pixels_and_in_the_form_that_all_can_read(tmp_path):
    path = tmp_path / "picture"
    for text, kind in ((PLAIN, b"tEXt"), (WIDE, b"iTXt"), ("café\nSteps: 1", b"iTXt")):
        path.write_bytes(FILES["png"])
        insert(path, text)
        data = path.read_bytes()
        assert data.index(kind + b"parameters\0") < data.index(b"IDAT")
        assert b"zTXt" not in data


def test_a_jpeg_keeps_jfif_first(tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(FILES["jpeg"])
    insert(path, PLAIN)

    assert path.read_bytes()[:4] == b"\xff\xd8\xff\xe0"
    assert path.read_bytes()[20:22] == b"\xff\xe1"


def test_a_text_too_long_for_a_jpeg_leaves_the_file_alone(tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(FILES["jpeg"])

    assert not insert(path, "x" * 32_738)

    assert path.read_bytes() == FILES["jpeg"]
    assert insert(path, "x" * 32_737)
    assert len(comment_by_pillow(path)) == 32_737


@pytest.mark.parametrize("data", [b"", b"<html>", FILES["png"][:40], b"RIFF\4\0\0\0WEBP"])
def test_what_is_no_whole_picture_is_left_alone(tmp_path, data):
    path = tmp_path / "picture"
    path.write_bytes(data)

    assert not insert(path, PLAIN)
    assert path.read_bytes() == data
    assert read_text(path) is None


@pytest.mark.parametrize("name", FILES)
def test_a_picture_without_text_has_none(tmp_path, name):
    path = tmp_path / "picture"
    path.write_bytes(FILES[name])

    assert read_text(path) is None


# What others have written.


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
@pytest.mark.parametrize(
    "comment",
    [
        b"UNICODE\0" + WIDE.encode("utf-16-be"),
        b"UNICODE\0" + WIDE.encode("utf-16-le"),
        b"UNICODE\0" + WIDE.encode("utf-16"),
        b"UNICODE\0\xfe\xff" + WIDE.encode("utf-16-be"),
        b"UTF8\0\0\0\0" + WIDE.encode(),
        b"ASCII\0\0\0" + WIDE.encode(),
        b"\0" * 8 + WIDE.encode("utf-16-be"),
        b"UNICODE\0" + WIDE.encode("utf-16-be") + b"\0\0",
    ],
)
def test_every_way_to_write_a_user_comment_is_read(tmp_path, kind, comment):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = comment
    path = tmp_path / "picture"
    path.write_bytes(encoded(kind, exif=exif.tobytes()))

    assert read_text(path) == WIDE


def test_a_comment_in_the_main_directory_is_read_too(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.UserComment] = b"ASCII\0\0\0" + PLAIN.encode()
    path = tmp_path / "picture"
    path.write_bytes(encoded("JPEG", exif=exif))

    assert read_text(path) == PLAIN


def test_the_letter_whose_halves_look_like_the_other_order_is_read_right(tmp_path):
    text = "\u4e00" * 500 + "\nSteps: 1"
    path = tmp_path / "picture"
    path.write_bytes(FILES["jpeg"])
    insert(path, text)

    assert read_text(path) == text


@pytest.mark.parametrize(
    "add",
    [
        lambda info: info.add_text("parameters", PLAIN),
        lambda info: info.add_text("parameters", PLAIN, zip=True),
        lambda info: info.add_itxt("parameters", PLAIN),
        lambda info: info.add_itxt("parameters", PLAIN, lang="en", tkey="Parameter", zip=True),
        lambda info: (info.add_text("workflow", "{}"), info.add_text("parameters", PLAIN)),
    ],
)
def test_every_kind_of_png_text_is_read_and_replaced(tmp_path, add):
    info = PngImagePlugin.PngInfo()
    add(info)
    path = tmp_path / "picture"
    path.write_bytes(encoded("PNG", pnginfo=info))

    assert read_text(path) == PLAIN
    insert(path, WIDE)
    assert read_text(path) == comment_by_pillow(path) == WIDE


def test_text_behind_the_pixels_is_read(tmp_path):
    chunk = b"tEXtparameters\0" + PLAIN.encode()
    chunk = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data = FILES["png"]
    path = tmp_path / "picture"
    path.write_bytes(data[:-12] + chunk + data[-12:])

    assert read_text(path) == PLAIN


def test_a_compressed_text_cannot_fill_the_memory(tmp_path):
    bomb = zlib.compress(b"\0" * (64 << 20), 9)
    chunk = b"zTXtparameters\0\0" + bomb
    chunk = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    path = tmp_path / "picture"
    path.write_bytes(FILES["png"][:33] + chunk + FILES["png"][33:])

    assert len(read_text(path) or "") <= 4 << 20


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FolderUnusable, match="is missing"):
        read_text(tmp_path / "gone.png")
    with pytest.raises(FolderUnusable, match="is missing"):
        insert(tmp_path / "gone.png", PLAIN)


@given(
    text=st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe"))
)
@ANY_PATH
def test_any_text_comes_back_from_any_container(tmp_path, text):
    text = f"{text}\nSteps: 1"
    for name in ("png", "jpeg", "webp"):
        path = tmp_path / name
        path.write_bytes(FILES[name])
        insert(path, text)
        assert read_text(path) == comment_by_pillow(path) == text


@given(
    name=st.sampled_from([*FILES]),
    holes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6),
    length=st.floats(0, 1),
)
@ANY_PATH
def test_a_spoiled_file_is_read_and_written_without_a_crash(tmp_path, name, holes, length):
    path = tmp_path / "picture"
    path.write_bytes(FILES[name])
    insert(path, PLAIN)
    data = bytearray(path.read_bytes())
    for share, junk in holes:
        at = int(share * min(len(data), 400))
        data[at : at + len(junk)] = junk
    path.write_bytes(data[: max(1, int(length * len(data)))])

    text = read_text(path)
    assert text is None or isinstance(text, str)
    if insert(path, WIDE):
        with suppress(DamagedPicture):
            checked_format(path)
            assert read_text(path) == WIDE
