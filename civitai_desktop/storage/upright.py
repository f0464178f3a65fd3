"""Decoding a picture once, to know that it can be, and turning it where it lies on its side."""

import struct
import zlib
from io import BytesIO

from civitai_desktop.domain.errors import SourceUnusable
from civitai_desktop.storage.containers import PictureFormat, jpeg_segments, png_chunks

_PNG_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_PNG_COLOURS = frozenset({b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP"})
_HEADER_END = 33
"""Of a PNG: its signature and IHDR."""
_JPEG_TEXTS = frozenset({b"\xe1", b"\xed", b"\xfe"})
_JPEG_PROFILES = b"\xe2"
_PROFILE = b"ICC_PROFILE\0"


def upright(content: bytes, kind: PictureFormat, orientation: int) -> bytes:
    """Make sure that a picture decodes, and return it upright.

    Only what makes pixels is decoded. Texts, and profiles of colours, may be of any size and in
    any state, and are no business of a decoder that has limits for them.

    Args:
        content: A whole picture.
        kind: Its format.
        orientation: As EXIF counts, 1 to 8.

    Returns:
        `content` itself if it stands upright; else its pixels turned, with its colours.

    Raises:
        SourceUnusable: It does not decode, or has too many pixels.
    """
    # Loading it takes longer than showing the window.
    from PIL import Image  # noqa: PLC0415

    ways = (
        None,
        Image.Transpose.FLIP_LEFT_RIGHT,
        Image.Transpose.ROTATE_180,
        Image.Transpose.FLIP_TOP_BOTTOM,
        Image.Transpose.TRANSPOSE,
        Image.Transpose.ROTATE_270,
        Image.Transpose.TRANSVERSE,
        Image.Transpose.ROTATE_90,
    )
    way = ways[orientation - 1]
    try:
        with Image.open(BytesIO(_bare(content, kind)), formats=[kind.upper()]) as picture:
            picture.load()
            if way is None:
                return content
            buffer = BytesIO()
            colours = picture.info.get("icc_profile")
            picture.transpose(way).save(
                buffer, kind.upper(), quality=95, lossless=True, icc_profile=colours, exif=b""
            )
    except Image.DecompressionBombError as error:
        raise SourceUnusable(
            "This picture has too many pixels.", next_step="Make it smaller in an image program."
        ) from error
    except _DAMAGES as error:
        raise SourceUnusable("This picture is damaged and cannot be read.") from error
    return _with_colours(buffer.getvalue(), content) if kind == "png" else buffer.getvalue()


_DAMAGES = (
    OSError,
    SyntaxError,
    ValueError,
    ArithmeticError,
    EOFError,
    LookupError,
    TypeError,
    struct.error,
    zlib.error,
)
"""What the decoder raises at spoiled bytes, depending on where they are spoiled."""


def _bare(content: bytes, kind: PictureFormat) -> bytes:
    """Leave out of a picture what its pixels do not need."""
    if kind == "png":
        chunks = png_chunks(BytesIO(content))
        kept = [content[c.start : c.end] for c in chunks if c.kind in _PNG_PIXELS]
        return b"".join([content[:8], *kept])
    if kind == "jpeg":
        kept, start = [], 0
        for segment in jpeg_segments(BytesIO(content)):
            is_profile = content.startswith(_PROFILE, segment.data)
            if segment.kind in _JPEG_TEXTS or (segment.kind == _JPEG_PROFILES and not is_profile):
                kept.append(content[start : segment.start])
                start = segment.end
        return b"".join([*kept, content[start:]])
    return content


def _with_colours(turned: bytes, content: bytes) -> bytes:
    """Give a PNG what another one says about its colours, as it stands there."""
    chunks = png_chunks(BytesIO(content))
    colours = [content[c.start : c.end] for c in chunks if c.kind in _PNG_COLOURS]
    return b"".join([turned[:_HEADER_END], *colours, turned[_HEADER_END:]])
