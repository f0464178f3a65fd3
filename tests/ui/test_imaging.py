"""Decoding real files: thumbnails, facts, and pictures that are not whole."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from civitai_desktop.domain.errors import DamagedPicture
from civitai_desktop.ui.shared.imaging import QtPictureReader, warm_up_image_plugins


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
