"""PNG, JPEG and WebP from outside: which it is, where its pieces lie, whether it is whole."""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from civitai_desktop.domain.errors import DamagedPicture

PictureFormat = Literal["jpeg", "png", "webp"]

EXTENSIONS: dict[PictureFormat, str] = {"jpeg": ".jpg", "png": ".png", "webp": ".webp"}

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_TAIL = 4096
"""Bytes searched for a JPEG's end; servers and cameras pad behind it, but not by more."""

_STRANGERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", "A GIF"),
    (4, b"ftypavi", "An AVIF picture"),
    (4, b"ftyphei", "A HEIC picture"),
    (4, b"ftyp", "A video"),
    (0, b"\x1a\x45\xdf\xa3", "A video"),
    (0, b"<!doctype html", "A web page"),
    (0, b"<html", "A web page"),
    (0, b"<?xml", "An XML document"),
    (0, b"{", "A JSON document"),
    (0, b"[", "A JSON document"),
)
"""Offset and lower-case beginning of what has arrived in place of pictures, the narrower first."""


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

    Reads only what frames the picture: cut-off files are found, flipped bits are the decoder's.

    Raises:
        DamagedPicture: Another format (the message says which), or the end is missing.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(64)
        found = picture_format(head)
        if found is None:
            raise DamagedPicture(f"{_stranger(head)} arrived instead of a picture.")
        is_whole = {"png": _png_is_whole, "jpeg": _jpeg_is_whole, "webp": _webp_is_whole}[found]
        if not is_whole(file):
            raise DamagedPicture("The picture arrived incomplete: its end is missing.")
    return found


def png_chunks(file: BinaryIO) -> Iterator[Piece]:
    """Yield a PNG's chunks up to and including IEND, or up to where the file breaks off."""
    size, start = _size(file), len(PNG_SIGNATURE)
    while True:
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
    size, start = _size(file), 2
    while True:
        file.seek(start)
        header = file.read(4)
        if len(header) < 4 or header[0] != 0xFF or header[1] == 0xDA:
            return
        if header[1] == 0xFF:  # any number of fill bytes may stand before a marker
            start += 1
            continue
        length = int.from_bytes(header[2:4], "big")
        end = start + 2 + length
        if length < 2 or end > size:
            return
        yield Piece(header[1:2], start, start + 4, length - 2, end)
        start = end


def webp_chunks(file: BinaryIO) -> Iterator[Piece]:
    """Yield a WebP's chunks, or those before the place where the file breaks off."""
    size, start = min(_size(file), _riff_end(file)), 12
    while True:
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


def _png_is_whole(file: BinaryIO) -> bool:
    kinds = [chunk.kind for chunk in png_chunks(file)]
    return kinds[:1] == [b"IHDR"] and b"IDAT" in kinds and kinds[-1] == b"IEND"


def _jpeg_is_whole(file: BinaryIO) -> bool:
    file.seek(max(2, _size(file) - _TAIL))
    return file.read().rstrip(b"\x00\xff\r\n").endswith(b"\xff\xd9")


def _webp_is_whole(file: BinaryIO) -> bool:
    kinds = {chunk.kind for chunk in webp_chunks(file)}
    return _size(file) >= _riff_end(file) and not kinds.isdisjoint({b"VP8 ", b"VP8L", b"ANMF"})


def _riff_end(file: BinaryIO) -> int:
    file.seek(4)
    return 8 + int.from_bytes(file.read(4), "little")


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _stranger(head: bytes) -> str:
    if not head:
        return "Nothing"
    text = head.lower().lstrip(b"\xef\xbb\xbf \t\r\n")
    for offset, beginning, name in _STRANGERS:
        if beginning.lower() in {head[offset:].lower()[: len(beginning)], text[: len(beginning)]}:
            return name
    return "Something unknown"
