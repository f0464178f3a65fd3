"""PNG, JPEG and WebP from outside: which it is, where its pieces lie, whether it is whole."""

import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal

from civitai_desktop.domain.errors import DamagedPicture

PictureFormat = Literal["jpeg", "png", "webp"]

EXTENSIONS: dict[PictureFormat, str] = {"jpeg": ".jpg", "png": ".png", "webp": ".webp"}

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_SOI, _EOI, _SOS, _TEM = b"\xd8", b"\xd9", b"\xda", b"\x01"
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
"""A JPEG's next marker: no stuffed byte, no restart within a scan, no fill byte."""
_WINDOW = 1 << 17
"""Bytes of a scan held at a time. Of more, every piece is new memory from the system, and finding
it costs as much again as the search."""
_MOST_PIECES = 300_000
"""Beyond it a file is no picture but a way to keep us busy."""

_STRANGERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", "a GIF"),
    (4, b"ftypavi", "an AVIF picture"),
    (4, b"ftyphei", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (4, b"ftyp", "a video"),
    (0, b"\x1a\x45\xdf\xa3", "a video"),
    (0, b"\x1f\x8b", "a compressed file"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"%PDF", "a PDF document"),
    (0, b"BM", "a BMP picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
)
"""Offset and beginning of files that come in place of pictures, the narrower first."""
_STRANGE_TEXTS: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<svg", "an SVG drawing"),
    (b"<!doctype svg", "an SVG drawing"),
    (b"<?xml", "an XML document"),
    (b"{", "a JSON document"),
    (b"[", "a JSON document"),
)
"""The same for texts, in small letters, behind a mark and blanks."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A PNG chunk, JPEG segment or RIFF chunk; offsets in bytes from the file's beginning.

    Attributes:
        kind: The chunk's four letters, or the JPEG marker's second byte.
        start: Where the piece begins, its header included.
        data: Where its content begins.
        size: Of the content.
        end: Where the next piece begins.
    """

    kind: bytes
    start: int
    data: int
    size: int
    end: int

    def read(self, file: BinaryIO) -> bytes:
        """Return the content; shorter than `size` where the file breaks off."""
        file.seek(self.data)
        return file.read(self.size)


def picture_format(head: bytes) -> PictureFormat | None:
    """Tell a file's format from its first 12 bytes; None for any other format."""
    if head.startswith(PNG_SIGNATURE):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return None


def checked_format(path: Path) -> PictureFormat:
    """Tell the format of a picture file and make sure that none of it is missing.

    Every picture goes through it before it is decoded, whether it was downloaded or found in the
    folder: the bytes decide, never the name, and no other decoder sees them. Reads only what
    frames the picture: cut-off files are found, flipped bits are the decoder's. What stands behind
    the picture's own end does not matter.

    Raises:
        DamagedPicture: Another format (the message says which), or the end is missing.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return format_of(file)


def format_of(file: BinaryIO) -> PictureFormat:
    """Do what `checked_format` does for what is open, or in memory.

    Raises:
        DamagedPicture: As there.
        OSError: It cannot be read.
    """
    file.seek(0)
    head = file.read(256)
    found = picture_format(head)
    if found is None:
        raise DamagedPicture(f"There is {_stranger(head)} instead of a picture.")
    is_whole = {"png": _png_is_whole, "jpeg": _jpeg_is_whole, "webp": _webp_is_whole}[found]
    if not is_whole(file):
        raise DamagedPicture("The picture is incomplete: its end is missing.")
    return found


def png_chunks(file: BinaryIO) -> Iterator[Piece]:
    """Yield a PNG's chunks up to and including IEND, or up to where the file breaks off."""
    size, start = _size(file), len(PNG_SIGNATURE)
    for _ in range(_MOST_PIECES):
        file.seek(start)
        header = file.read(8)
        if len(header) < 8:
            return
        length, kind = struct.unpack(">I4s", header)
        end = start + 12 + length
        if end > size:
            return
        yield Piece(kind, start, start + 8, length, end)
        if kind == b"IEND":
            return
        start = end


def jpeg_segments(file: BinaryIO) -> Iterator[Piece]:
    """Yield a JPEG's segments between SOI and the first scan (SOS), which is not among them."""
    for segment in _jpeg_pieces(file):
        if segment.kind in {_SOS, _EOI}:
            return
        yield segment


def webp_chunks(file: BinaryIO) -> Iterator[Piece]:
    """Yield a WebP's chunks, or those before the place where the file breaks off."""
    size, start = min(_size(file), riff_end(file)), 12
    for _ in range(_MOST_PIECES):
        file.seek(start)
        header = file.read(8)
        if len(header) < 8:
            return
        kind, length = struct.unpack("<4sI", header)
        end = start + 8 + length
        if end > size:
            return
        padded = end + length % 2
        yield Piece(kind, start, start + 8, length, padded)
        start = padded


def riff_end(file: BinaryIO) -> int:
    """Return where a WebP says that it ends, as an offset in bytes."""
    file.seek(4)
    return 8 + int.from_bytes(file.read(4), "little")


def _jpeg_pieces(file: BinaryIO) -> Iterator[Piece]:
    """Yield all segments of a JPEG, those of its scans too, and EOI as the last one.

    Decoders step over stray bytes before a marker, and so does this. Ends early where the file
    breaks off. Source: ITU-T T.81, B.1.1.
    """
    size, start = _size(file), 2
    for _ in range(_MOST_PIECES):
        found = _next_marker(file, start)
        if found is None:
            return
        start, kind = found
        if kind == _EOI:
            yield Piece(kind, start, start + 2, 0, start + 2)
        if kind in {_EOI, _SOI}:  # another picture begins before this one has ended
            return
        if kind == _TEM:  # has no length
            start += 2
            continue
        file.seek(start + 2)
        length = int.from_bytes(file.read(2), "big")
        end = start + 2 + length
        if length < 2 or end > size:
            return
        yield Piece(kind, start, start + 4, length - 2, end)
        start = end


def _next_marker(file: BinaryIO, start: int) -> tuple[int, bytes] | None:
    """Find the next marker; return its offset and its second byte, None if there is no more."""
    file.seek(start)
    window = file.read(64)  # mostly it is right here
    while len(window) > 1:
        if found := _MARKER.search(window):
            return start + found.start(), found[1]
        # A marker may lie across the border.
        start += len(window) - 1
        window = window[-1:] + file.read(_WINDOW)
    return None


def _png_is_whole(file: BinaryIO) -> bool:
    first = last = b""
    has_pixels = False
    for chunk in png_chunks(file):
        first, last = first or chunk.kind, chunk.kind
        has_pixels |= last == b"IDAT"
    return first == b"IHDR" and has_pixels and last == b"IEND"


def _jpeg_is_whole(file: BinaryIO) -> bool:
    last, has_pixels = b"", False
    for piece in _jpeg_pieces(file):
        last = piece.kind
        has_pixels |= last == _SOS
    return has_pixels and last == _EOI


def _webp_is_whole(file: BinaryIO) -> bool:
    pixels = {b"VP8 ", b"VP8L", b"ANMF"}
    return _size(file) >= riff_end(file) and any(c.kind in pixels for c in webp_chunks(file))


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _stranger(head: bytes) -> str:
    if not head:
        return "nothing"
    text = head.lower().removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"<?xml", b"<!--")) and b"<svg" in text:
        return "an SVG drawing"
    files = (name for offset, beginning, name in _STRANGERS if head.startswith(beginning, offset))
    texts = (name for beginning, name in _STRANGE_TEXTS if text.startswith(beginning))
    return next(chain(files, texts), "something unknown")
