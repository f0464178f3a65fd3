"""Pictures to start from: kept byte for byte, refused before they are sent, turned upright."""

import os
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from civitai_desktop.domain.errors import NotFound, SourceUnusable
from civitai_desktop.domain.source import MOST_BYTES, media_type
from civitai_desktop.storage.sources import SourceFolder


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(SourceUnusable, match="no file"):
        SourceFolder(tmp_path / "kept").keep_file(tmp_path / "a.png")


def picture(kind: str, *, orientation: int = 1, size=(40, 20)) -> bytes:
    """Return a picture whose left half is red."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
    buffer = BytesIO()
    image.save(buffer, kind, exif=exif)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> SourceFolder:
    return SourceFolder(tmp_path / "sources")


@pytest.mark.parametrize(
    ("kind", "type_"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_a_picture_is_kept_byte_for_byte(folder, tmp_path, kind, type_) -> None:
    content = picture(kind)
    # The ending is nobody's business.
    file = tmp_path / "picture.dat"
    file.write_bytes(content)
    name = folder.keep_file(file)
    file.unlink()
    assert folder.read(name) == content
    assert media_type(name) == type_
    assert folder.has(name)


def test_the_same_picture_is_kept_once(folder) -> None:
    assert folder.keep(picture("PNG")) == folder.keep(picture("PNG"))
    assert folder.keep(picture("PNG")) != folder.keep(picture("PNG", size=(20, 20)))
    assert len(list(folder.path(folder.keep(picture("PNG"))).parent.iterdir())) == 2


def test_the_same_picture_may_be_kept_by_several_threads_at_once(folder) -> None:
    content = picture("PNG", size=(400, 400))
    with ThreadPoolExecutor(8) as threads:
        [name] = set(threads.map(folder.keep, [content] * 40))
    assert folder.read(name) == content
    assert [path.suffix for path in folder.path(name).parent.iterdir()] == [".png"]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_a_picture_that_lies_on_its_side_is_turned(folder, kind) -> None:
    name = folder.keep(picture(kind, orientation=6))
    with Image.open(folder.path(name)) as kept:
        assert kept.size == (20, 40)
        assert kept.getexif().get(0x0112, 1) == 1
        red, _, blue = kept.convert("RGB").getpixel((10, 5))
        assert red > 200 > blue


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (picture("GIF"), "a GIF"),
        (picture("BMP"), "a BMP"),
        (picture("TIFF"), "a TIFF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "an AVIF"),
        (b"<svg/>", "no PNG, JPEG or WebP"),
        (b"RIFF\0\0\0\0WAVEfmt ", "no PNG, JPEG or WebP"),
    ],
)
def test_what_civitai_would_refuse_is_refused_at_once_with_what_to_do(
    folder, content, said
) -> None:
    with pytest.raises(SourceUnusable, match=said) as caught:
        folder.keep(content)
    assert "Save it as PNG or JPEG" in caught.value.next_step


def test_a_picture_that_is_cut_short_is_refused(folder) -> None:
    with pytest.raises(SourceUnusable, match="damaged"):
        folder.keep(picture("PNG", size=(400, 400))[:200])


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_too_many_pixels_is_refused_before_it_fills_the_memory(folder) -> None:
    with pytest.raises(SourceUnusable, match="too many pixels"):
        folder.keep(picture("PNG", size=(14_000, 13_000)))


def test_a_file_that_is_too_large_is_not_even_read(folder, tmp_path) -> None:
    file = tmp_path / "large.png"
    with file.open("wb") as sparse:
        sparse.truncate(MOST_BYTES + 1)
    with pytest.raises(SourceUnusable, match="64 MB") as caught:
        folder.keep_file(file)
    assert "smaller" in caught.value.next_step


@pytest.mark.parametrize("what", ["gone.png", "."])
def test_a_file_that_cannot_be_read_is_said(folder, tmp_path, what) -> None:
    with pytest.raises(SourceUnusable, match="cannot be read"):
        folder.keep_file(tmp_path / what)


def test_a_folder_that_cannot_be_written_is_said(tmp_path) -> None:
    (tmp_path / "sources").write_text("a file in its place")
    with pytest.raises(SourceUnusable, match="could not be kept"):
        SourceFolder(tmp_path / "sources").keep(picture("PNG"))


def test_a_picture_that_is_gone_is_said(folder) -> None:
    name = folder.keep(picture("PNG"))
    folder.path(name).unlink()
    assert not folder.has(name)
    with pytest.raises(NotFound, match="not there any more"):
        folder.read(name)


def test_the_blob_of_an_upload_outlives_the_program(folder) -> None:
    name = folder.keep(picture("PNG"))
    assert folder.uploaded(name) is None
    folder.remember(name, "up1.png")
    again = SourceFolder(folder.path(name).parent)
    assert again.uploaded(name) == "up1.png"
    assert again.has(name)


@pytest.mark.parametrize("name", ["source:../../etc/passwd", "source:abc.png", "https://x/y.png"])
def test_nothing_but_a_reference_leads_to_a_file(folder, name) -> None:
    with pytest.raises(ValueError, match="names no picture"):
        folder.path(name)


def test_an_empty_file_is_called_empty(folder) -> None:
    with pytest.raises(SourceUnusable, match="This file is empty"):
        folder.keep(b"")
