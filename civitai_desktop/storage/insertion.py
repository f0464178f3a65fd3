"""A picture file's bytes with a text put in; what else is in them stays byte for byte."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from civitai_desktop.storage.containers import (
    PNG_SIGNATURE,
    PictureFormat,
    Piece,
    jpeg_segments,
    png_chunks,
    riff_end,
    webp_chunks,
)
from civitai_desktop.storage.exif import PREFIX, with_user_comment

_KEYWORD = b"parameters\x00"
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_SEGMENT = 0xFFFF - 2
_APP0, _APP1 = b"\xe0", b"\xe1"
_HAS_ALPHA, _HAS_EXIF = 0x10, 0x08


def with_text(data: bytes, kind: PictureFormat, text: str) -> bytes | None:
    """Return a picture with `text` in the place for prompt and settings, and nowhere else.

    Returns:
        None where the text does not fit, the picture is not whole, or its EXIF data are spoiled:
        writing them again would lose what is in them.

    Source: PNG specification 5.6; JPEG File Interchange Format 1.02; RFC 9649 (WebP).
    """
    return _WRITERS[kind](data, text)


def _png_with(data: bytes, text: str) -> bytes | None:
    chunks = list(png_chunks(BytesIO(data)))
    first = next((chunk.start for chunk in chunks if chunk.kind == b"IDAT"), None)
    if first is None:
        return None
    # Some readers take tEXt for UTF-8, some find no iTXt that is compressed or has a language.
    if text.isascii():
        new = _png_chunk(b"tEXt", _KEYWORD + text.encode())
    else:
        new = _png_chunk(b"iTXt", _KEYWORD + b"\0\0\0\0" + text.encode())
    kept = [chunk for chunk in chunks if not _is_png_text(data, chunk)]
    before = b"".join(data[chunk.start : chunk.end] for chunk in kept if chunk.start < first)
    behind = b"".join(data[chunk.start : chunk.end] for chunk in kept if chunk.start >= first)
    return PNG_SIGNATURE + before + new + behind + data[chunks[-1].end :]


def _is_png_text(data: bytes, chunk: Piece) -> bool:
    keyword = data[chunk.data : chunk.data + len(_KEYWORD)]
    return chunk.kind in _TEXTS and keyword.lower() == _KEYWORD


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", checksum)


def _jpeg_with(data: bytes, text: str) -> bytes | None:
    start = end = 2
    old = b""
    for segment in jpeg_segments(BytesIO(data)):
        if segment.kind == _APP0 and segment.start == end:
            start = end = segment.end  # JFIF wants its own segment to be the first
        if segment.kind == _APP1 and data.startswith(PREFIX, segment.data):
            start, end = segment.start, segment.end
            old = data[segment.data : segment.end]
            break
    block = with_user_comment(old, text)
    if block is None or len(PREFIX + block) > _SEGMENT:
        return None
    new = b"\xff" + _APP1 + (len(PREFIX + block) + 2).to_bytes(2, "big") + PREFIX + block
    return data[:start] + new + data[end:]


def _webp_with(data: bytes, text: str) -> bytes | None:
    chunks = list(webp_chunks(BytesIO(data)))
    contents = {chunk.kind: data[chunk.data : chunk.data + chunk.size] for chunk in chunks[::-1]}
    is_extended = chunks[:1] and chunks[0].kind == b"VP8X"
    header = contents.get(b"VP8X") if is_extended else _webp_header(contents)
    exif = with_user_comment(contents.get(b"EXIF", b""), text)
    place = _place_for_exif(chunks)
    if not header or exif is None or place is None:
        return None
    flagged = bytes([header[0] | _HAS_EXIF]) + header[1:]
    begin = chunks[0].end if is_extended else 12
    start, end = place
    finish = max(end, min(riff_end(BytesIO(data)), len(data)))
    body = b"".join(
        (
            b"WEBP",
            _riff_chunk(b"VP8X", flagged),
            data[begin:start],
            _riff_chunk(b"EXIF", exif),
            data[end:finish],
        )
    )
    return _riff_chunk(b"RIFF", body) + data[finish:]


def _place_for_exif(chunks: list[Piece]) -> tuple[int, int] | None:
    """Return where the EXIF chunk begins and ends, or twice the place where one belongs.

    The format's order is picture, EXIF, XMP, whatever else. None where there is no picture.
    """
    pixels = [chunk for chunk in chunks if chunk.kind in {b"VP8 ", b"VP8L", b"ANMF"}]
    if not pixels:
        return None
    old = [chunk for chunk in chunks if chunk.kind == b"EXIF"]
    return (old[0].start, old[0].end) if old else (pixels[-1].end, pixels[-1].end)


def _webp_header(chunks: dict[bytes, bytes]) -> bytes | None:
    """Make the extended header (VP8X) that a plain WebP lacks; None if the picture is spoiled.

    Source: RFC 6386, 9.1 (lossy frame header); RFC 9649, 2.7 (VP8X) and 3.4 (lossless header).
    """
    lossy, lossless = chunks.get(b"VP8 ", b""), chunks.get(b"VP8L", b"")
    if len(lossy) >= 10:
        width = int.from_bytes(lossy[6:8], "little") & 0x3FFF
        height = int.from_bytes(lossy[8:10], "little") & 0x3FFF
        flags = 0
    elif len(lossless) >= 5:
        bits = int.from_bytes(lossless[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags = _HAS_ALPHA if bits >> 28 & 1 else 0
    else:
        return None
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes([flags, 0, 0, 0]) + sides


def _riff_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)


_WRITERS: dict[PictureFormat, Callable[[bytes, str], bytes | None]] = {
    "png": _png_with,
    "jpeg": _jpeg_with,
    "webp": _webp_with,
}
