"""Pictures to start from: kept byte for byte, refused before they are sent, turned upright."""

import os
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from civitai_desktop.domain.errors import NotFound, SourceUnusable
from civitai_desktop.domain.source import MOST_BYTES, media_type
from civitai_desktop.storage.containers import png_chunks
from civitai_desktop.storage.sources import SourceFolder
from tests.huge_png import huge_png
from tests.storage.picture_files import chunk, exif, jpeg, png, webp, with_exif


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(SourceUnusable, match="no file"):
        SourceFolder(tmp_path / "kept").keep_file(tmp_path / "a.png")


def picture(kind: str, *, orientation: int = 1, size=(40, 20), mode="RGB", **options) -> bytes:
    """Return a picture whose left half is red."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    image = image.convert(mode)
    turned = Image.Exif()
    if orientation != 1:
        turned[0x0112] = orientation
    buffer = BytesIO()
    image.save(buffer, kind, exif=turned, **options)
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


PROFILE = b"a profile" * 300_000


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_a_picture_that_is_turned_keeps_its_colours(folder, kind) -> None:
    name = folder.keep(picture(kind, orientation=6, icc_profile=PROFILE))
    content = folder.read(name)
    if kind == "PNG":  # Pillow refuses one of that size
        chunks = {chunk.kind: chunk for chunk in png_chunks(BytesIO(content))}
        written = chunks[b"iCCP"].read(BytesIO(content))
        assert zlib.decompress(written.partition(b"\0")[2][1:]) == PROFILE
        assert list(chunks).index(b"iCCP") < list(chunks).index(b"IDAT")
    else:
        with Image.open(BytesIO(content)) as kept:
            assert kept.info["icc_profile"] == PROFILE


WAYS = {2: (39, 0), 3: (39, 19), 4: (0, 19), 5: (0, 0), 6: (19, 0), 7: (19, 39), 8: (0, 39)}
"""Where the corner that is stored first belongs, by how EXIF counts the ways to lie."""


@pytest.mark.parametrize("orientation", WAYS)
def test_each_way_to_lie_is_turned_as_exif_says(folder, orientation) -> None:
    image = Image.new("RGB", (40, 20), "blue")
    image.putpixel((0, 0), (255, 0, 0))
    turned = Image.Exif()
    turned[0x0112] = orientation
    buffer = BytesIO()
    image.save(buffer, "PNG", exif=turned)

    with Image.open(folder.path(folder.keep(buffer.getvalue()))) as kept:
        assert kept.size == ((20, 40) if orientation > 4 else (40, 20))
        assert kept.convert("RGB").getpixel(WAYS[orientation]) == (255, 0, 0)


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


LONG = zlib.compress(bytes(range(256)) * 20_000)
SOUND = {
    "a long zTXt": png((b"zTXt", b"workflow\0\0" + LONG)),
    "a long iTXt": png((b"iTXt", b"workflow\0\1\0\0\0" + LONG)),
    "a long tEXt": png((b"tEXt", b"workflow\0" + b"x" * 9_000_000)),
    "long texts that are too much together": png(*[(b"tEXt", b"w\0" + b"x" * 9_000_000)] * 7),
    "a large colour profile": png((b"iCCP", b"p\0\0" + LONG)),
    "a large EXIF block": png((b"eXIf", exif() + b"x" * 9_000_000)),
    "a spoiled EXIF block": png((b"eXIf", b"no block")),
    "a text that does not inflate": png((b"zTXt", b"workflow\0\0no zlib")),
    "a wrong checksum of a text": png()[:33] + chunk(b"tEXt", b"a\0b")[:-1] + b"!" + png()[33:],
    "an unknown chunk": png((b"prVt", b"?")),
    "bytes behind a PNG": png(behind=b"\0" * 70_000),
    "bytes behind a JPEG": jpeg(behind=b"\0" * 70_000),
    "bytes behind a WebP": webp(behind=b"\0" * 70_000),
    "a film behind a JPEG": jpeg(behind=b"\0\0\0\x18ftypmp42\xff\xda\0\x08" * 900),
    "a second picture behind a JPEG": jpeg((0xE2, b"MPF\0II*\0\x08\0\0\0\0\0"), behind=jpeg()),
    "a spoiled EXIF segment": jpeg((0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff")),
    "a spoiled profile in a JPEG": jpeg((0xE2, b"ICC_PROFILE\0\2\1half a profile")),
    "a spoiled EXIF chunk in a WebP": webp((b"EXIF", b"no block")),
    "a progressive JPEG": picture("JPEG", progressive=True),
    "a CMYK JPEG": picture("JPEG", mode="CMYK"),
    "a grey JPEG": picture("JPEG", mode="L"),
    "a PNG with a palette": picture("PNG", mode="P"),
    "a PNG of 16 bits": picture("PNG", mode="I;16"),
    "a WebP without losses": picture("WEBP", lossless=True),
}


@pytest.mark.parametrize("what", SOUND)
def test_a_sound_picture_is_never_called_damaged(folder, what) -> None:
    assert folder.read(folder.keep(SOUND[what])) == SOUND[what]


@pytest.mark.parametrize("what", [what for what in SOUND if "behind" not in what])
@pytest.mark.parametrize("lost", [1, 30])
def test_a_picture_that_is_cut_short_is_refused(folder, what, lost) -> None:
    with pytest.raises(SourceUnusable, match="damaged"):
        folder.keep(SOUND[what][:-lost])


def test_a_picture_whose_pixels_are_spoiled_is_refused(folder) -> None:
    buffer = BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(buffer, "PNG")
    content = buffer.getvalue()
    middle = len(content) // 2
    with pytest.raises(SourceUnusable, match="damaged"):
        folder.keep(content[:middle] + bytes(90) + content[middle + 90 :])


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_what_inflates_without_end_is_not_inflated(folder, kind) -> None:
    bomb = zlib.compress(b"\0" * (200 << 20), 9)
    beginning = b"workflow\0\1\0\0\0" if kind == b"iTXt" else b"workflow\0\0"
    tracemalloc.start()
    try:
        folder.keep(png(*[(kind, beginning + bomb)] * 9))
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


@given(
    container=st.sampled_from(["png", "jpeg", "webp", "png with a prefix", "jpeg, second"]),
    at=st.integers(0, 700),
    junk=st.binary(max_size=12),
)
@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_spoiled_bytes_are_refused_or_kept_and_nothing_else(folder, container, at, junk) -> None:
    content = with_exif(container, exif())
    with suppress(SourceUnusable):
        folder.keep(content[:at] + junk + content[at + len(junk) :])


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_too_many_pixels_is_refused_before_it_fills_the_memory(folder) -> None:
    with pytest.raises(SourceUnusable, match="too many pixels"):
        folder.keep(huge_png(14_000))


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
