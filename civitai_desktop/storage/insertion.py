"""Where a text is put into a picture file; every byte that is not named here stays as it is."""

import os
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from civitai_desktop.storage.containers import (
    PictureFormat,
    Piece,
    jpeg_segments,
    png_chunks,
    riff_end,
    webp_chunks,
)
from civitai_desktop.storage.exif import PREFIX, is_block, with_user_comment

_KEYWORD = b"parameters\x00"
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_SEGMENT = 0xFFFF - 2
_APP0, _APP1 = b"\xe0", b"\xe1"
_HAS_ALPHA, _HAS_EXIF = 0x10, 0x08
_PIXELS = frozenset({b"VP8 ", b"VP8L", b"ANMF"})
_RIFF_HEADER = 12
_COPIED = 1 << 20
"""Bytes of a file held at a time."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """What stands between two offsets of a file gives way to `new`."""

    start: int
    end: int
    new: bytes = b""


def edits(file: BinaryIO, kind: PictureFormat, text: str) -> list[Edit] | None:
    """Tell how to put `text` in the place for prompt and settings, in place of other settings.

    Returns:
        In the order of the file. None where the text does not fit, the picture is not whole, or
        its EXIF data are spoiled: writing them again would lose what is in them.

    Source: PNG specification 5.6; JPEG File Interchange Format 1.02; RFC 9649 (WebP).
    """
    found = _EDITS[kind](file, text)
    return None if found is None else sorted(found)


def edited(file: BinaryIO, wanted: Iterable[Edit]) -> Iterator[bytes]:
    """Yield a file's bytes with edits, which are in its order."""
    at = 0
    for edit in wanted:
        yield from _copied(file, at, edit.start)
        yield edit.new
        at = edit.end
    yield from _copied(file, at, None)


def _copied(file: BinaryIO, start: int, end: int | None) -> Iterator[bytes]:
    file.seek(start)
    while block := file.read(_COPIED if end is None else min(_COPIED, end - start)):
        start += len(block)
        yield block


def _png(file: BinaryIO, text: str) -> list[Edit] | None:
    chunks = list(png_chunks(file))
    first = next((chunk.start for chunk in chunks if chunk.kind == b"IDAT"), None)
    if first is None:
        return None
    # Some readers take tEXt for UTF-8, some find no iTXt that is compressed or has a language.
    if text.isascii():
        new = _png_chunk(b"tEXt", _KEYWORD + text.encode())
    else:
        new = _png_chunk(b"iTXt", _KEYWORD + b"\0\0\0\0" + text.encode())
    old = [Edit(chunk.start, chunk.end) for chunk in chunks if _is_settings(file, chunk)]
    return [Edit(first, first, new), *old]


def _is_settings(file: BinaryIO, chunk: Piece) -> bool:
    file.seek(chunk.data)
    return chunk.kind in _TEXTS and file.read(len(_KEYWORD)).lower() == _KEYWORD


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", checksum)


def _jpeg(file: BinaryIO, text: str) -> list[Edit] | None:
    start = 2
    blocks: list[tuple[Piece, bytes]] = []
    for segment in jpeg_segments(file):
        if segment.kind == _APP0 and segment.start == start:
            start = segment.end  # JFIF wants its own segment to be the first
        if segment.kind == _APP1 and (content := segment.read(file)).startswith(PREFIX):
            blocks.append((segment, content.removeprefix(PREFIX)))
    if any(not is_block(content) for _, content in blocks[1:]):
        return None  # one block in several segments, with places counted across them
    end, old = start, b""
    if blocks:
        (segment, old) = blocks[0]
        start, end = segment.start, segment.end
    block = with_user_comment(old, text)
    if block is None or len(PREFIX + block) > _SEGMENT:
        return None
    length = (len(PREFIX + block) + 2).to_bytes(2, "big")
    return [Edit(start, end, b"\xff" + _APP1 + length + PREFIX + block)]


def _webp(file: BinaryIO, text: str) -> list[Edit] | None:
    chunks = list(webp_chunks(file))
    header = _header(file, chunks)
    old = next((chunk for chunk in chunks if chunk.kind == b"EXIF"), None)
    pixels = [chunk for chunk in chunks if chunk.kind in _PIXELS]
    finish = riff_end(file)
    is_whole = pixels and chunks[-1].end <= finish <= file.seek(0, os.SEEK_END)
    if header is None or not is_whole:
        return None
    exif = with_user_comment(old.read(file) if old else b"", text)
    if exif is None:
        return None
    # The format's order is picture, EXIF, XMP, whatever else.
    start, end = (old.start, old.end) if old else (pixels[-1].end, pixels[-1].end)
    inside = [header, Edit(start, end, _riff_chunk(b"EXIF", exif))]
    size = finish - 8 + sum(len(edit.new) - (edit.end - edit.start) for edit in inside)
    return [Edit(4, 8, struct.pack("<I", size)), *inside]


def _header(file: BinaryIO, chunks: list[Piece]) -> Edit | None:
    """Return how the extended header (VP8X) comes to tell of EXIF; None if there can be none."""
    if not chunks:
        return None
    first = chunks[0]
    if first.kind == b"VP8X":
        flags = first.read(file)[:1]
        return Edit(first.data, first.data + 1, bytes([flags[0] | _HAS_EXIF])) if flags else None
    header = _made_header(file, chunks)
    if header is None:
        return None
    return Edit(_RIFF_HEADER, _RIFF_HEADER, _riff_chunk(b"VP8X", header))


def _made_header(file: BinaryIO, chunks: list[Piece]) -> bytes | None:
    """Make the extended header that a plain WebP lacks; None if the picture is spoiled.

    Source: RFC 6386, 9.1 (lossy frame header); RFC 9649, 2.7 (VP8X) and 3.4 (lossless header).
    """
    beginnings: dict[bytes, bytes] = {}
    for chunk in chunks:
        file.seek(chunk.data)
        beginnings.setdefault(chunk.kind, file.read(min(chunk.size, 10)))
    lossy, lossless = beginnings.get(b"VP8 ", b""), beginnings.get(b"VP8L", b"")
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
    sides = (max(width, 1) - 1).to_bytes(3, "little") + (max(height, 1) - 1).to_bytes(3, "little")
    return bytes([flags | _HAS_EXIF, 0, 0, 0]) + sides


def _riff_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)


_EDITS: dict[PictureFormat, Callable[[BinaryIO, str], list[Edit] | None]] = {
    "png": _png,
    "jpeg": _jpeg,
    "webp": _webp,
}
