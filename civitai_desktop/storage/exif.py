"""The one EXIF field that carries a picture's prompt and settings: UserComment."""

import struct

_EXIF_DIRECTORY = 0x8769
_USER_COMMENT = 0x9286
_LONG, _UNDEFINED = 4, 7
_ORDERS = {b"II": "<", b"MM": ">"}
_EMPTY = b"MM\x00*\x00\x00\x00\x00"

PREFIX = b"Exif\x00\x00"
"""Stands before the block in a JPEG, and in other containers where a writer copied it along."""


def user_comment(block: bytes) -> str | None:
    """Read the comment from an EXIF block; None where there is none or the block is spoiled.

    Source: Exif 2.3, section 4.6.2 (directories) and 4.6.5, UserComment.
    """
    try:
        return _Block(block.removeprefix(PREFIX)).user_comment()
    except (struct.error, KeyError):
        return None


def with_user_comment(block: bytes, text: str) -> bytes:
    """Return an EXIF block, without prefix, that says `text` and all that `block` says.

    New directories are put behind the old ones, so that nothing in the block moves; makers'
    notes point to absolute places.

    Args:
        block: May be empty; a spoiled one is given up.
        text: Written as UTF-16 big-endian without a mark, which most programs expect.
    """
    comment = b"UNICODE\x00" + text.encode("utf-16-be")
    try:
        return _Block(block.removeprefix(PREFIX)).with_user_comment(comment)
    except (struct.error, KeyError):
        return _Block(_EMPTY).with_user_comment(comment)


class _Block:
    """A TIFF header and its directories; spoiled ones raise struct.error or KeyError."""

    def __init__(self, block: bytes) -> None:
        self._block = block
        self._order = _ORDERS[block[:2]]
        (self._main,) = self._read("I", 4)

    def user_comment(self) -> str | None:
        main, _ = self._directory(self._main)
        detail, _ = self._detail(main)
        # A few programs put it into the main directory, where it does not belong.
        entry = detail.get(_USER_COMMENT) or main.get(_USER_COMMENT)
        if entry is None:
            return None
        _, _, size, at = self._unpack("HHII", entry)
        return _decoded(self._block[at : at + size]) or None

    def with_user_comment(self, comment: bytes) -> bytes:
        main, following = self._directory(self._main)
        detail, detail_following = self._detail(main)
        comment_at = len(self._block) + len(self._block) % 2
        detail_at = comment_at + len(comment) + len(comment) % 2
        detail[_USER_COMMENT] = self._entry(_USER_COMMENT, _UNDEFINED, len(comment), comment_at)
        new_detail = self._packed(detail, detail_following)
        main[_EXIF_DIRECTORY] = self._entry(_EXIF_DIRECTORY, _LONG, 1, detail_at)
        main_at = detail_at + len(new_detail)
        header = self._block[:4] + struct.pack(self._order + "I", main_at)
        old = (header + self._block[8:]).ljust(comment_at, b"\0")
        padded = comment + b"\0" * (len(comment) % 2)
        return old + padded + new_detail + self._packed(main, following)

    def _detail(self, main: dict[int, bytes]) -> tuple[dict[int, bytes], int]:
        entry = main.get(_EXIF_DIRECTORY)
        return self._directory(self._unpack("HHII", entry)[3]) if entry else ({}, 0)

    def _directory(self, at: int) -> tuple[dict[int, bytes], int]:
        """Read the entries at an offset, by tag, and the offset of the directory that follows."""
        if at == 0:
            return {}, 0
        (count,) = self._read("H", at)
        entries = {
            self._read("H", place)[0]: self._block[place : place + 12]
            for place in range(at + 2, at + 2 + 12 * count, 12)
        }
        return entries, self._read("I", at + 2 + 12 * count)[0]

    def _entry(self, tag: int, kind: int, count: int, value: int) -> bytes:
        return struct.pack(self._order + "HHII", tag, kind, count, value)

    def _packed(self, entries: dict[int, bytes], following: int) -> bytes:
        count = struct.pack(self._order + "H", len(entries))
        in_order = b"".join(entries[tag] for tag in sorted(entries))
        return count + in_order + struct.pack(self._order + "I", following)

    def _read(self, layout: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(self._order + layout, self._block, at)

    def _unpack(self, layout: str, data: bytes) -> tuple[int, ...]:
        return struct.unpack(self._order + layout, data)


def _decoded(comment: bytes) -> str:
    code, raw = comment[:8], comment[8:]
    if code.startswith((b"ASCII", b"UTF")):
        return raw.decode("utf-8", "replace").rstrip("\0")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").rstrip("\0")
    big, little = (raw.decode(f"utf-16-{order}", "replace") for order in ("be", "le"))
    # Without a mark only the sense tells; counting zeros is misled by letters such as U+4E00.
    return (little if "Steps: " in little and "Steps: " not in big else big).rstrip("\0")
