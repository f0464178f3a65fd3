"""Decoding real files: thumbnails, facts, and pictures that are not whole."""

import gzip
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QImageReader, QLinearGradient, QPainter

from civitai_desktop.domain.errors import DamagedPicture
from civitai_desktop.ui.shared.decoding import is_beyond_us, read_picture
from civitai_desktop.ui.shared.imaging import QtPictureReader, warm_up_image_plugins
from tests.huge_png import huge_png


@pytest.fixture(autouse=True)
def warm(qapp):
    warm_up_image_plugins()


def draw(path: Path, width: int = 900, height: int = 600) -> Path:
    """Draw red on the left running into blue on the right."""
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    gradient = QLinearGradient(0, 0, width, 0)
    gradient.setColorAt(0, QColor("#ff0000"))
    gradient.setColorAt(1, QColor("#0000ff"))
    painter.fillRect(picture.rect(), gradient)
    for step in range(0, width, 3):  # so that the file has some length to cut
        painter.fillRect(step, (step * 7919) % height, 2, 9, QColor.fromHsv(step % 360, 200, 200))
    painter.end()
    assert picture.save(str(path))
    return path


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_the_thumbnail_is_a_small_jpeg_of_the_same_shape(tmp_path, kind):
    picture, thumbnail = draw(tmp_path / f"a.{kind}"), tmp_path / "cache" / "7" / "7.jpg"

    facts = QtPictureReader().read(picture, thumbnail)

    assert (facts.width, facts.height) == (900, 600)
    with Pillow.open(thumbnail) as small:
        assert (small.format, small.size) == ("JPEG", (320, 213))
    assert list(thumbnail.parent.iterdir()) == [thumbnail]


def test_the_micro_preview_is_red_on_the_left_and_blue_on_the_right(tmp_path):
    facts = QtPictureReader().read(draw(tmp_path / "a.png"), tmp_path / "t.jpg")

    assert len(facts.micro) == 48
    for line in range(4):
        left, right = facts.micro[line * 12 :][:3], facts.micro[line * 12 + 9 :][:3]
        assert left[0] > left[2]
        assert right[2] > right[0]


def test_a_small_picture_is_not_enlarged(tmp_path):
    QtPictureReader().read(draw(tmp_path / "a.png", 64, 48), tmp_path / "t.jpg")
    with Pillow.open(tmp_path / "t.jpg") as small:
        assert small.size == (64, 48)


def test_a_long_strip_keeps_at_least_one_pixel(tmp_path):
    facts = QtPictureReader().read(draw(tmp_path / "a.png", 2000, 2), tmp_path / "t.jpg")
    assert (facts.width, facts.height) == (2000, 2)


def test_a_picture_that_lies_on_its_side_is_turned(tmp_path):
    with Pillow.open(draw(tmp_path / "a.png")) as upright:
        exif = Pillow.Exif()
        exif[0x0112] = 6  # turned by 90 degrees
        upright.convert("RGB").save(tmp_path / "a.jpg", exif=exif)

    facts = QtPictureReader().read(tmp_path / "a.jpg", tmp_path / "t.jpg")

    assert (facts.width, facts.height) == (600, 900)
    with Pillow.open(tmp_path / "t.jpg") as small:
        assert small.size == (213, 320)


@pytest.mark.parametrize("kind", ["jpg", "webp"])
@pytest.mark.parametrize("share", [0.3, 0.99])
def test_a_picture_that_was_cut_short_is_noticed(tmp_path, kind, share):
    picture = draw(tmp_path / f"a.{kind}")
    content = picture.read_bytes()
    picture.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(DamagedPicture, match=picture.name):
        QtPictureReader().read(picture, tmp_path / "t.jpg")
    assert not (tmp_path / "t.jpg").exists()


def test_a_png_that_was_cut_short_is_noticed(tmp_path, capfd):
    picture = draw(tmp_path / "a.png")
    picture.write_bytes(picture.read_bytes()[:-2000])

    with pytest.raises(DamagedPicture):
        QtPictureReader().read(picture, tmp_path / "t.jpg")


@pytest.mark.parametrize("content", [b"", b"<html>Sign in to this network</html>"])
def test_what_is_no_picture_is_refused(tmp_path, content):
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(DamagedPicture):
        QtPictureReader().read(tmp_path / "a.jpg", tmp_path / "t.jpg")


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>'
OTHERS = {
    "an SVG drawing": DRAWING,
    "an SVG drawing that is compressed": gzip.compress(DRAWING),
    "a bitmap": b"P3 1 1 255 9 9 9 ",
    "a pixmap": b'/* XPM */\nstatic char *a[] = {"1 1 1 1", "a c #000000", "a"};\n',
}


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.svg"])
@pytest.mark.parametrize("what", OTHERS)
def test_no_other_format_is_decoded_whatever_its_name(tmp_path, name, what):
    (tmp_path / name).write_bytes(OTHERS[what])
    with pytest.raises(DamagedPicture, match=rf"^{name}: There is .* instead of a picture\."):
        QtPictureReader().read(tmp_path / name, tmp_path / "t.jpg")
    assert not (tmp_path / "t.jpg").exists()


def test_the_name_of_a_picture_says_nothing_about_its_format(tmp_path):
    (tmp_path / "a.png").write_bytes(draw(tmp_path / "b.webp", 64, 48).read_bytes())
    assert QtPictureReader().read(tmp_path / "a.png", tmp_path / "t.jpg").width == 64


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", checksum)


def png_with(*chunks: bytes) -> bytes:
    buffer = BytesIO()
    Pillow.new("RGB", (64, 48), "teal").save(buffer, "PNG")
    content = buffer.getvalue()
    return content[:33] + b"".join(chunks) + content[33:]


def encoded(kind: str, mode: str = "RGB", **options: object) -> bytes:
    buffer = BytesIO()
    Pillow.new(mode, (64, 48)).save(buffer, kind, **options)
    return buffer.getvalue()


LONG = bytes(range(256)) * 40_000
SOUND = {
    "a long compressed text": png_with(chunk(b"zTXt", b"workflow\0\0" + zlib.compress(LONG))),
    "a long text": png_with(chunk(b"tEXt", b"workflow\0" + LONG.replace(b"\0", b" "))),
    "a long international text": png_with(
        chunk(b"iTXt", b"workflow\0\1\0\0\0" + zlib.compress(b"x" * 9_000_000))
    ),
    "many texts": png_with(*[chunk(b"tEXt", b"a\0b")] * 3000),
    "a large colour profile": png_with(chunk(b"iCCP", b"p\0\0" + zlib.compress(LONG))),
    "a large EXIF block": png_with(chunk(b"eXIf", b"MM\0*" + LONG)),
    "a text whose checksum is wrong": png_with(chunk(b"tEXt", b"a\0b")[:-1] + b"!"),
    "bytes behind a PNG": png_with() + LONG,
    "bytes behind a JPEG": encoded("JPEG") + LONG,
    "bytes behind a WebP": encoded("WEBP") + LONG,
    "a film behind a JPEG": encoded("JPEG") + b"\0\0\0\x18ftypmp42\xff\xda\0\x08",
    "a progressive JPEG": encoded("JPEG", progressive=True),
    "a CMYK JPEG": encoded("JPEG", "CMYK"),
    "a grey JPEG": encoded("JPEG", "L"),
    "a PNG of 16 bits": encoded("PNG", "I;16"),
    "a PNG with a palette": encoded("PNG", "P"),
    "a WebP with a profile": encoded("WEBP", icc_profile=LONG),
}


@pytest.mark.qt_log_ignore("libpng warning", "Failed ICC signature test", extend=True)
@pytest.mark.parametrize("what", SOUND)
def test_a_sound_picture_is_never_called_damaged(tmp_path, what):
    (tmp_path / "a").write_bytes(SOUND[what])

    facts = QtPictureReader().read(tmp_path / "a", tmp_path / "t.jpg")

    assert (facts.width, facts.height) == (64, 48)
    with Pillow.open(tmp_path / "t.jpg") as small:
        assert small.size == (64, 48)


def test_a_missing_file_is_refused_with_its_name(tmp_path):
    with pytest.raises(DamagedPicture, match=r"gone\.png"):
        QtPictureReader().read(tmp_path / "gone.png", tmp_path / "t.jpg")


def test_a_jpeg_with_a_preview_in_its_header_must_be_whole_too(tmp_path):
    picture = draw(tmp_path / "a.jpg")
    inner = draw(tmp_path / "inner.jpg", 40, 40).read_bytes()
    content = picture.read_bytes()
    segment = b"\xff\xe2" + (len(inner) + 2).to_bytes(2, "big") + inner
    whole = content[:2] + segment + content[2:]
    picture.write_bytes(whole)
    QtPictureReader().read(picture, tmp_path / "t.jpg")

    picture.write_bytes(whole[:-200])
    with pytest.raises(DamagedPicture):
        QtPictureReader().read(picture, tmp_path / "t.jpg")


def test_a_cache_that_cannot_be_written_costs_only_the_thumbnail(tmp_path, caplog):
    (tmp_path / "cache").write_text("a file where a folder should be")

    facts = QtPictureReader().read(draw(tmp_path / "a.png"), tmp_path / "cache" / "t.jpg")

    assert facts.width == 900
    assert "was not written" in caplog.text


def test_several_workers_may_make_the_same_thumbnail(tmp_path):
    picture, thumbnail = draw(tmp_path / "a.webp"), tmp_path / "t.jpg"
    with ThreadPoolExecutor(4) as pool:
        reader = QtPictureReader()
        made = [pool.submit(reader.read, picture, thumbnail) for _ in range(12)]
    assert {(facts.result().width, facts.result().height) for facts in made} == {(900, 600)}
    assert {path.name for path in tmp_path.iterdir()} == {"a.webp", "t.jpg"}


def huge(path: Path, side: int = 40_000) -> Path:
    path.write_bytes(huge_png(side))
    return path


@pytest.mark.qt_log_ignore("Rejecting image")
def test_a_picture_too_large_to_decode_is_whole_and_without_a_preview(tmp_path):
    thumbnail = tmp_path / "t.jpg"
    facts = QtPictureReader().read(huge(tmp_path / "a.png"), thumbnail)
    assert (facts.width, facts.height, facts.micro) == (40_000, 40_000, b"")
    assert not thumbnail.exists()
    with pytest.raises(DamagedPicture, match="cannot be shown here") as caught:
        read_picture(tmp_path / "a.png")
    assert "the file is whole" in caught.value.next_step


def test_a_damaged_picture_of_a_usual_size_stays_damaged(tmp_path):
    with pytest.raises(DamagedPicture):
        QtPictureReader().read(huge(tmp_path / "a.png", side=4000), tmp_path / "t.jpg")


def test_a_kind_without_a_decoder_is_no_damage(tmp_path):
    reader = QImageReader(str(draw(tmp_path / "a.png")), b"nobodys")
    reader.setAutoDetectImageFormat(False)
    assert reader.read().isNull()
    assert is_beyond_us(reader, QSize())
