"""Decoding a picture file, whole or just large enough."""

import PIL.Image
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from civitai_desktop.domain.errors import DamagedPicture, NotFound
from civitai_desktop.ui.shared.decoding import opened, read_picture

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize(
    ("cover", "size"),
    [
        (None, (1200, 800)),
        (QSize(300, 300), (450, 300)),
        (QSize(600, 100), (600, 400)),
        (QSize(4000, 4000), (1200, 800)),
    ],
)
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_it_covers_what_is_asked_for_and_never_grows(tmp_path, kind, cover, size):
    path = tmp_path / "picture"
    PIL.Image.new("RGB", (1200, 800)).save(path, kind)
    assert read_picture(path, cover).size().toTuple() == size


def test_a_turned_picture_covers_it_upright(tmp_path):
    path = tmp_path / "turned.jpg"
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    PIL.Image.new("RGB", (1200, 800)).save(path, exif=exif)
    assert read_picture(path).size() == QSize(800, 1200)
    assert read_picture(path, QSize(100, 600)).size() == QSize(400, 600)


def test_transparency_is_kept(tmp_path):
    path = tmp_path / "glass.png"
    PIL.Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(path)
    picture = read_picture(path)
    assert picture.format() == QImage.Format.Format_ARGB32_Premultiplied
    assert picture.pixelColor(3, 3).alpha() == 0


def test_a_missing_file_and_a_damaged_one_are_told_apart(tmp_path):
    with pytest.raises(NotFound, match="missing"):
        read_picture(tmp_path / "gone.png")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(DamagedPicture, match=r"text\.png cannot be decoded"):
        read_picture(tmp_path / "text.png")


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
def test_a_drawing_is_no_picture_whatever_its_name(tmp_path, name):
    path = tmp_path / name
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    with pytest.raises(DamagedPicture, match="is no PNG, JPEG or WebP picture"):
        read_picture(path)


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    with pytest.raises(DamagedPicture, match="cannot be read"):
        read_picture(tmp_path)


def test_a_file_that_changes_its_format_in_between_is_not_decoded(tmp_path):
    path = tmp_path / "a.png"
    PIL.Image.new("RGB", (8, 8)).save(path)
    reader = opened(path)
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    assert reader.read().isNull()
