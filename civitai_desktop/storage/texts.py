"""All texts in a PNG, JPEG or WebP file, wherever it has places for them, read within bounds."""

import html
import re
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO

from civitai_desktop.storage import exif
from civitai_desktop.storage.containers import (
    PictureFormat,
    Piece,
    jpeg_segments,
    png_chunks,
    webp_chunks,
)
from civitai_desktop.storage.encodings import decoded
from civitai_desktop.storage.found import FoundText, Purpose

_APP1 = b"\xe1"
_APP13, _COMMENT = b"\xed", b"\xfe"

_SETTINGS = frozenset({"parameters", "user_comment", "usercomment"})
_NAMES = frozenset(
    {
        "artist",
        "author",
        "copyright",
        "creation time",
        "date:create",
        "date:modify",
        "date:timestamp",
        "make",
        "model",
        "software",
        "source",
    }
)
_XMP_KEYWORD = "xml:com.adobe.xmp"
_PROFILE = "raw profile type "
"""What ImageMagick and others begin the keyword of a block with that they write as digits."""
_LONGEST_KEYWORD = 80

_LONGEST = 1 << 22
"""In bytes; a text beyond it is none that anyone has typed."""
_MOST_INFLATED = {Purpose.SETTINGS: 1 << 24, Purpose.ABOUT: 1 << 22, Purpose.NAME: 1 << 18}
"""In bytes, of one file: a chunk of some kilobytes may inflate to gigabytes."""
_MOST_BLOCKS = 16

_XMP_BEGINNING = b"http://ns.adobe.com/xap/1.0/\0"
_LONGEST_XMP = 1 << 18
"""In bytes; what is longer holds previews and histories, behind the texts."""
_XMP_ABOUT = re.compile(
    rb"dc:(?:description|title|subject)|ImageDescription|photoshop:(?:Headline|Instructions)"
    rb"|Steps: |(?i:prompt|workflow|parameters|comment)"
)
"""What XMP says about a picture; mostly it names programs, rights and how it was made."""
_IPTC_ABOUT = re.compile(rb"\x1c\x02[\x05\x19\x28\x69\x78]")
"""Title, keywords, instructions, headline, caption. Source: IPTC-IIM 4.2, record 2."""
_ENCODER = re.compile(rb"CREATOR: gd-jpeg|Lavc\d|LEAD Technologies|Intel\(R\) JPEG|File written by")
"""Programs that sign each JPEG that they write in its comment."""


def texts(file: BinaryIO, kind: PictureFormat) -> Iterator[FoundText]:
    """Yield a file's texts, where it has chunks for text those before its EXIF data.

    Reads no pixels; what is cut off or spoiled ends the look, and never raises.

    Source: PNG specification 11.3.3 (text) and 11.3.2.12 (eXIf); Exif 2.32; RFC 9649 (WebP).
    """
    return _READERS[kind](file)


def orientation(file: BinaryIO, kind: PictureFormat) -> int:
    """Return how a picture must be turned to stand upright, 1 to 8 as EXIF counts; 1 is not."""
    for piece in _PIECES[kind](file):
        if piece.kind in {b"eXIf", b"EXIF", _APP1}:
            block = _read(file, piece)
            if piece.kind != _APP1 or block.startswith(exif.PREFIX):
                return exif.orientation(block)
    return 1


def _png(file: BinaryIO) -> Iterator[FoundText]:
    inflating = _Inflating()
    blocks: list[bytes] = []
    for chunk in png_chunks(file):
        if chunk.kind == b"eXIf":
            blocks += [_read(file, chunk)] if len(blocks) < _MOST_BLOCKS else []
        elif chunk.kind in _PNG_TEXTS:
            keyword = _keyword(file, chunk)
            if keyword.startswith(_PROFILE):
                yield from _profile(keyword, _png_text(file, chunk, Purpose.ABOUT, inflating))
                continue
            purpose = _purpose(keyword)
            raw = _png_text(file, chunk, purpose, inflating)
            if keyword == _XMP_KEYWORD:
                yield from _xmp(raw)
            else:
                yield FoundText(purpose, None if raw is None else decoded(raw))
    for block in blocks:
        yield from exif.texts(block)


def _keyword(file: BinaryIO, chunk: Piece) -> str:
    file.seek(chunk.data)
    head = file.read(min(chunk.size, _LONGEST_KEYWORD))
    return head.partition(b"\0")[0].decode("latin-1").strip().lower()


def _purpose(keyword: str) -> Purpose:
    if keyword in _SETTINGS:
        return Purpose.SETTINGS
    return Purpose.NAME if keyword in _NAMES else Purpose.ABOUT


def _png_text(
    file: BinaryIO, chunk: Piece, purpose: Purpose, inflating: "_Inflating"
) -> bytes | None:
    """Return what stands behind a chunk's keyword; None if it is too long or damaged."""
    if chunk.size > _LONGEST:
        return None
    _, _, rest = chunk.read(file).partition(b"\0")
    is_compressed, raw = _PNG_TEXTS[chunk.kind](rest)
    return inflating.inflated(raw, purpose) if is_compressed else raw


def _international(rest: bytes) -> tuple[bool, bytes]:
    _language, _, translated = rest[2:].partition(b"\0")
    _keyword, _, raw = translated.partition(b"\0")
    return rest[:1] == b"\x01", raw


_PNG_TEXTS: dict[bytes, Callable[[bytes], tuple[bool, bytes]]] = {
    b"tEXt": lambda rest: (False, rest),
    b"zTXt": lambda rest: (True, rest[1:]),
    b"iTXt": _international,
}
"""Whether the text is compressed, and its bytes, from what stands behind the keyword."""


class _Inflating:
    """Inflates the texts of one file, which together stay within a bound."""

    def __init__(self) -> None:
        self._left = dict(_MOST_INFLATED)

    def inflated(self, data: bytes, purpose: Purpose) -> bytes | None:
        """Return a text; None if it is damaged, or longer than what is left."""
        most = min(self._left[purpose], _LONGEST)
        inflating = zlib.decompressobj()
        try:
            text = inflating.decompress(data, most + 1)
        except zlib.error:
            return None
        self._left[purpose] -= min(len(text), most)
        return text if len(text) <= most else None


def _profile(keyword: str, raw: bytes | None) -> Iterator[FoundText]:
    """Read a block that is written as digits: a line with its name, one with its length."""
    kind = keyword.removeprefix(_PROFILE)
    if kind in {"icc", "icm"}:
        return
    try:
        block = bytes.fromhex((raw or b"").split(maxsplit=2)[2].decode("ascii"))
    except (IndexError, ValueError):
        block = b""
    if kind in {"exif", "app1"} and block.startswith(exif.PREFIX):
        yield from exif.texts(block)
    elif kind in {"xmp", "app1"} and block:
        yield from _xmp(block.removeprefix(_XMP_BEGINNING))
    else:
        yield FoundText(Purpose.ABOUT, None)


def _jpeg(file: BinaryIO) -> Iterator[FoundText]:
    blocks: list[bytes] = []
    for segment in jpeg_segments(file):
        content = segment.read(file) if segment.kind in {_APP1, _APP13, _COMMENT} else b""
        if content.startswith(exif.PREFIX):
            block = content.removeprefix(exif.PREFIX)
            # A block that is too long for one segment goes on in the next.
            if blocks and not exif.is_block(block) and len(blocks[-1]) <= _LONGEST:
                blocks[-1] += block
            elif len(blocks) < _MOST_BLOCKS:
                blocks.append(block)
        elif content.startswith(_XMP_BEGINNING):
            yield from _xmp(content.removeprefix(_XMP_BEGINNING))
        elif segment.kind == _APP13 and _IPTC_ABOUT.search(content):
            yield FoundText(Purpose.ABOUT, None)
        elif segment.kind == _COMMENT and not _ENCODER.match(content):
            yield FoundText(Purpose.ABOUT, decoded(content))
    for block in blocks:
        yield from exif.texts(block)


def _webp(file: BinaryIO) -> Iterator[FoundText]:
    blocks = 0
    for chunk in webp_chunks(file):
        if chunk.kind == b"EXIF" and blocks < _MOST_BLOCKS:
            blocks += 1
            yield from exif.texts(_read(file, chunk))
        elif chunk.kind == b"XMP ":
            yield from _xmp(_read(file, chunk))


def _read(file: BinaryIO, piece: Piece) -> bytes:
    """Return a piece's content; of what is too long, so little that it is no block of any kind."""
    return piece.read(file) if piece.size <= _LONGEST else b"\0"


def _xmp(packet: bytes | None) -> Iterator[FoundText]:
    """Read an XMP packet; one that tells only who made the picture, and with what, has no text."""
    if packet is None:
        yield FoundText(Purpose.ABOUT, None)
    elif _XMP_ABOUT.search(packet):
        # Its elements' and attributes' values, of which one may be a text with settings.
        values = (
            value
            for part in packet[:_LONGEST_XMP].decode("utf-8", "replace").split("<")
            for tag, _, content in [part.partition(">")]
            for value in chain([content], tag.split('"')[1::2])
        )
        said = max(values, key=lambda value: ("Steps: " in value, len(value)))
        yield FoundText(Purpose.ABOUT, html.unescape(said) or None)


_PIECES: dict[PictureFormat, Callable[[BinaryIO], Iterator[Piece]]] = {
    "png": png_chunks,
    "jpeg": jpeg_segments,
    "webp": webp_chunks,
}
_READERS: dict[PictureFormat, Callable[[BinaryIO], Iterator[FoundText]]] = {
    "png": _png,
    "jpeg": _jpeg,
    "webp": _webp,
}
