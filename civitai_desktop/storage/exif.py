"""EXIF blocks: the texts in them, which way up the picture is, and a comment put in."""

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from civitai_desktop.storage.encodings import decoded_comment
from civitai_desktop.storage.found import FoundText, Purpose

PREFIX = b"Exif\x00\x00"
"""Stands before the block in a JPEG, and in other containers where a writer copied it along."""

_EXIF_DIRECTORY = 0x8769
_USER_COMMENT = 0x9286
_ORIENTATION = 0x0112
_ABOUT = (0x010E, 0x010D, 0x9C9C, 0x9C9B, 0x9C9F, 0x9C9E, 0x9213, 0xA436)
"""ImageDescription, DocumentName, XPComment, XPTitle, XPSubject, XPKeywords, ImageHistory and
ImageTitle; those whose names begin with XP are Windows' own and always UTF-16."""
_SHORT, _LONG, _UNDEFINED = 3, 4, 7
_LETTERS = frozenset({2, 129})
"""Types ASCII and UTF-8."""
_SIZES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of each value, by type; all the others have one."""
_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}
_EMPTY = b"MM\x00*\x00\x00\x00\x00"
_ENTRY = 12
_GUESSED = 1000
"""Bytes of a comment by which civitai.com guesses the order of its bytes."""
_LONGEST = 1 << 22
_LONGEST_NAME = 256
_MOST_NAMES = 500
"""Bounds in bytes, and entries: a block of some kilobytes may point to the same place often."""


class SpoiledBlock(ValueError):
    """An EXIF block whose directories lead nowhere; what it says is not known."""


def is_block(data: bytes) -> bool:
    """Tell whether an EXIF block begins here, and not the next part of one."""
    return data[:4] in _ORDERS


def user_comment(block: bytes) -> str | None:
    """Read the comment from an EXIF block; None where there is none or the block is spoiled.

    Source: Exif 2.3, section 4.6.2 (directories) and 4.6.5, UserComment.
    """
    for found in texts(block):
        if found.purpose is Purpose.SETTINGS and not found.is_empty:
            return found.text
    return None


def texts(block: bytes) -> Iterator[FoundText]:
    """Yield the texts of an EXIF block, the comment first.

    The comment belongs into the directory for details; some programs put it into the main one,
    as letters or as bytes. A spoiled block is one text that cannot be read.

    Args:
        block: With or without its prefix.
    """
    try:
        parsed = _Block(block)
        for purpose, entry in parsed.entries():
            longest = _LONGEST_NAME if purpose is Purpose.NAME else _LONGEST
            value = parsed.value(entry)[:longest]
            is_lost = not value and entry.count > 0
            text = decoded_comment(value, is_big_endian=parsed.is_big_endian)
            yield FoundText(purpose, None if is_lost else text)
    except SpoiledBlock:
        yield FoundText(Purpose.ABOUT, None)


def orientation(block: bytes) -> int:
    """Return how a picture must be turned, 1 to 8 as EXIF counts; 1 where nothing says so."""
    try:
        turned = _Block(block).short(_ORIENTATION)
    except SpoiledBlock:
        return 1
    return turned if turned in range(1, 9) else 1


def with_user_comment(block: bytes, text: str) -> bytes | None:
    """Return an EXIF block, without prefix, that says `text` and all that `block` says.

    New directories are put behind the old ones, so that nothing in the block moves; makers'
    notes point to absolute places.

    Args:
        block: May be empty.
        text: Written as UTF-16 big-endian, without a mark where it can be, which most programs
            expect.

    Returns:
        None for a spoiled block: nobody can tell what else it says.
    """
    comment = b"UNICODE\x00" + _utf_16(text)
    try:
        return _Block(block).with_user_comment(comment)
    except SpoiledBlock:
        return None


def _utf_16(text: str) -> bytes:
    """Encode a text; with a mark where civitai.com would take the order of bytes for the other.

    It counts zeros in what comes first: a long text in Chinese has the wrong ones, such as the
    second byte of "one", U+4E00.
    """
    encoded = text.encode("utf-16-be")
    high, low = encoded[:_GUESSED:2], encoded[1:_GUESSED:2]
    return (codecs.BOM_UTF16_BE if low.count(0) > high.count(0) else b"") + encoded


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a directory; `raw` is all twelve bytes of it."""

    tag: int
    kind: int
    count: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class _Directory:
    """A directory's entries in the order of the file, and the offset of the one that follows."""

    entries: tuple[_Entry, ...] = ()
    following: int = 0

    def all(self, tag: int) -> Iterator[_Entry]:
        return (entry for entry in self.entries if entry.tag == tag)

    def without(self, tag: int) -> tuple[_Entry, ...]:
        return tuple(entry for entry in self.entries if entry.tag != tag)


class _Block:
    """A TIFF header and its two directories.

    Raises:
        SpoiledBlock: From the constructor.
    """

    def __init__(self, block: bytes) -> None:
        self._block = block.removeprefix(PREFIX) or _EMPTY
        try:
            self._order = _ORDERS[self._block[:4]]
            self._main = self._directory(self._unpack("I", 4)[0])
            details = [self._unpack("I", 8, entry.raw)[0] for entry in self._pointers()]
            self._detail = self._directory(details[0] if details else 0)
        except (struct.error, KeyError) as error:
            raise SpoiledBlock("directories lead nowhere") from error
        if len(details) > 1:
            raise SpoiledBlock("two directories for details")

    @property
    def is_big_endian(self) -> bool:
        return self._order == ">"

    def entries(self) -> Iterator[tuple[Purpose, _Entry]]:
        """Yield what may hold a text with what it is for; each tag of a directory once."""
        both = (self._detail, self._main)
        for tag in (_USER_COMMENT, *_ABOUT):
            purpose = Purpose.SETTINGS if tag == _USER_COMMENT else Purpose.ABOUT
            for directory in both:
                yield from ((purpose, entry) for entry in list(directory.all(tag))[:1])
        known = {_USER_COMMENT, *_ABOUT}
        names = [
            entry
            for directory in both
            for entry in directory.entries
            if entry.kind in _LETTERS and entry.tag not in known
        ]
        yield from ((Purpose.NAME, entry) for entry in names[:_MOST_NAMES])

    def value(self, entry: _Entry) -> bytes:
        """Return an entry's bytes; fewer where the block breaks off."""
        size = entry.count * _SIZES.get(entry.kind, 1)
        if size <= 4:
            return entry.raw[8 : 8 + size]
        (at,) = self._unpack("I", 8, entry.raw)
        return self._block[at : at + size]

    def short(self, tag: int) -> int:
        """Return a small number of the main directory; 0 where there is none."""
        for entry in self._main.all(tag):
            if entry.kind == _SHORT and entry.count == 1:
                return int(self._unpack("H", 8, entry.raw)[0])
        return 0

    def with_user_comment(self, comment: bytes) -> bytes:
        comment_at = len(self._block) + len(self._block) % 2
        detail_at = comment_at + len(comment) + len(comment) % 2
        said = self._entry(_USER_COMMENT, _UNDEFINED, len(comment), comment_at)
        detail = self._packed(self._detail, said)
        pointer = self._entry(_EXIF_DIRECTORY, _LONG, 1, detail_at)
        header = self._block[:4] + struct.pack(self._order + "I", detail_at + len(detail))
        old = (header + self._block[8:]).ljust(comment_at, b"\0")
        padded = comment + b"\0" * (len(comment) % 2)
        return old + padded + detail + self._packed(self._main, pointer)

    def _pointers(self) -> Iterator[_Entry]:
        return self._main.all(_EXIF_DIRECTORY)

    def _directory(self, at: int) -> _Directory:
        if at == 0:
            return _Directory()
        (count,) = self._unpack("H", at)
        places = range(at + 2, at + 2 + _ENTRY * count, _ENTRY)
        entries = tuple(self._read_entry(place) for place in places)
        # Some writers leave out that nothing follows.
        end = at + 2 + _ENTRY * count
        following = self._unpack("I", end)[0] if end + 4 <= len(self._block) else 0
        return _Directory(entries, following)

    def _read_entry(self, at: int) -> _Entry:
        tag, kind, count, _ = self._unpack("HHII", at)
        return _Entry(tag, kind, count, self._block[at : at + _ENTRY])

    def _entry(self, tag: int, kind: int, count: int, value: int) -> _Entry:
        raw = struct.pack(self._order + "HHII", tag, kind, count, value)
        return _Entry(tag, kind, count, raw)

    def _packed(self, directory: _Directory, new: _Entry) -> bytes:
        entries = sorted((*directory.without(new.tag), new), key=lambda entry: entry.tag)
        count = struct.pack(self._order + "H", len(entries))
        following = struct.pack(self._order + "I", directory.following)
        return count + b"".join(entry.raw for entry in entries) + following

    def _unpack(self, layout: str, at: int, data: bytes | None = None) -> tuple[int, ...]:
        return struct.unpack_from(self._order + layout, self._block if data is None else data, at)
