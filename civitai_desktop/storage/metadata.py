"""The text about a picture inside its own file: found, and put in without touching a pixel."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from civitai_desktop.storage.containers import (
    PNG_SIGNATURE,
    PictureFormat,
    Piece,
    jpeg_segments,
    picture_format,
    png_chunks,
    webp_chunks,
)
from civitai_desktop.storage.exif import PREFIX, user_comment, with_user_comment
from civitai_desktop.storage.files import folder_errors, part_beside
from civitai_desktop.storage.parameters import PictureResource, PictureText, compose, parse

__all__ = ["PictureResource", "PictureText", "compose", "insert", "parse", "read_text"]

_KEYWORD = b"parameters\x00"
_LONGEST = 1 << 22
"""In bytes; a chunk or an inflated text beyond it holds no prompt that anyone has typed."""
_SEGMENT = 0xFFFF - 2
_APP0, _APP1 = b"\xe0", b"\xe1"
_HAS_ALPHA, _HAS_EXIF = 0x10, 0x08


def read_text(path: Path) -> str | None:
    """Return the text with prompt and settings from a PNG, JPEG or WebP file.

    None if there is none, or if the file is damaged or no such picture. Reads headers only.

    Raises:
        FolderUnusable: The file cannot be read.

    Source: PNG specification 11.3.4 (text chunks); Exif 2.3; WebP container specification.
    """
    with folder_errors(path.parent), path.open("rb") as file:
        kind = picture_format(file.read(12))
        return _READERS[kind](file) if kind else None


def insert(path: Path, text: str) -> bool:
    """Put `text` into a picture file in place of any other; every pixel keeps its bytes.

    The file is replaced at once, so that a crash leaves the old one or the new one.

    Returns:
        Whether the file now has the text. A JPEG holds some 32,000 characters; a file that is
        no whole PNG, JPEG or WebP none. It is left alone then.

    Raises:
        FolderUnusable: The disk is full or gone.
    """
    with folder_errors(path.parent):
        data = path.read_bytes()
        kind = picture_format(data[:12])
        written = _WRITERS[kind](data, text) if kind else None
        if written is None:
            return False
        beside = part_beside(path)
        try:
            beside.write_bytes(written)
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
    return True


def _png_text(file: BinaryIO) -> str | None:
    exif = None
    for chunk in png_chunks(file):
        if chunk.size > _LONGEST:
            continue
        if chunk.kind in _PNG_TEXTS:
            keyword, _, rest = chunk.read(file).partition(b"\0")
            text = _PNG_TEXTS[chunk.kind](rest) if keyword + b"\0" == _KEYWORD else None
            if text is not None:
                return text
        elif chunk.kind == b"eXIf":
            exif = user_comment(chunk.read(file))
    return exif


def _plain(rest: bytes) -> str:
    return rest.decode("latin-1")


def _compressed(rest: bytes) -> str | None:
    inflated = _inflated(rest[1:])
    return None if inflated is None else inflated.decode("latin-1")


def _international(rest: bytes) -> str | None:
    is_compressed = rest[:1] == b"\x01"
    _language, _, translated = rest[2:].partition(b"\0")
    _keyword, _, raw = translated.partition(b"\0")
    inflated = _inflated(raw) if is_compressed else raw
    return None if inflated is None else inflated.decode("utf-8", "replace")


def _inflated(data: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(data, _LONGEST)
    except zlib.error:
        return None


_PNG_TEXTS: dict[bytes, Callable[[bytes], str | None]] = {
    b"tEXt": _plain,
    b"zTXt": _compressed,
    b"iTXt": _international,
}


def _jpeg_text(file: BinaryIO) -> str | None:
    for segment in jpeg_segments(file):
        if segment.kind == _APP1:
            content = segment.read(file)
            if content.startswith(PREFIX):
                return user_comment(content)
    return None


def _webp_text(file: BinaryIO) -> str | None:
    for chunk in webp_chunks(file):
        if chunk.kind == b"EXIF" and chunk.size <= _LONGEST:
            return user_comment(chunk.read(file))
    return None


_READERS: dict[PictureFormat, Callable[[BinaryIO], str | None]] = {
    "png": _png_text,
    "jpeg": _jpeg_text,
    "webp": _webp_text,
}


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
    return chunk.kind in _PNG_TEXTS and data.startswith(_KEYWORD, chunk.data)


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
    content = PREFIX + with_user_comment(old, text)
    if len(content) > _SEGMENT:
        return None
    new = b"\xff" + _APP1 + (len(content) + 2).to_bytes(2, "big") + content
    return data[:start] + new + data[end:]


def _webp_with(data: bytes, text: str) -> bytes | None:
    chunks = list(webp_chunks(BytesIO(data)))
    contents = {chunk.kind: data[chunk.data : chunk.data + chunk.size] for chunk in chunks}
    header = contents.get(b"VP8X") or _webp_header(contents)
    if header is None:
        return None
    header = bytes([header[0] | _HAS_EXIF]) + header[1:]
    exif = with_user_comment(contents.get(b"EXIF", b""), text)
    # The format's order: header, picture, EXIF, XMP.
    picture = [chunk for chunk in chunks if chunk.kind not in {b"VP8X", b"EXIF", b"XMP "}]
    xmp = [chunk for chunk in chunks if chunk.kind == b"XMP "]
    parts = [
        b"WEBP",
        _riff_chunk(b"VP8X", header),
        *(data[chunk.start : chunk.end] for chunk in picture),
        _riff_chunk(b"EXIF", exif),
        *(data[chunk.start : chunk.end] for chunk in xmp),
    ]
    return _riff_chunk(b"RIFF", b"".join(parts))


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
