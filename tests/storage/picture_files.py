"""Picture files built by hand, byte by byte, so that nothing but the test says what is in them."""

import base64
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, HEIGHT = 16, 12

IMAGE_DESCRIPTION, MAKE, MODEL, ORIENTATION = 0x010E, 0x010F, 0x0110, 0x0112
SOFTWARE, ARTIST, XP_COMMENT, EXIF_DIRECTORY, USER_COMMENT = 0x0131, 0x013B, 0x9C9C, 0x8769, 0x9286
BYTE, ASCII, SHORT, LONG, UNDEFINED = 1, 2, 3, 4, 7
_SIZES = {SHORT: 2, LONG: 4}

_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ"
    "c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAAMABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcI"
    "CQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcY"
    "GRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKj"
    "pKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AKX9"
    "mf7NH9mf7NdX9nj/ALtH2eP+7X//2Q=="
)
"""16 x 12 grey pixels behind a JFIF header of 20 bytes."""
_WEBP_PIXELS = base64.b64decode("kAEAnQEqEAAMAAQAaCWkAALmi+iAAP7u8mLqExhlztgAAA==")


@dataclass(frozen=True)
class Entry:
    """One entry of an EXIF directory; `value` is its bytes in the block's own order."""

    tag: int
    kind: int
    value: bytes

    @property
    def count(self) -> int:
        return len(self.value) // _SIZES.get(self.kind, 1)


def exif(main: Iterable[Entry] = (), detail: Iterable[Entry] = (), *, order: str = "MM") -> bytes:
    """Return an EXIF block, without prefix: a main directory, and one for details behind it."""
    sign = {"MM": ">", "II": "<"}[order]
    main, detail = list(main), list(detail)
    head = order.encode() + struct.pack(sign + "HI", 42, 8)
    if detail:
        pointer = Entry(EXIF_DIRECTORY, LONG, struct.pack(sign + "I", 0))
        length = len(_directory([*main, pointer], 8, sign))
        main.append(Entry(EXIF_DIRECTORY, LONG, struct.pack(sign + "I", 8 + length)))
    block = head + _directory(main, 8, sign)
    return block + _directory(detail, len(block), sign) if detail else block


def _directory(entries: list[Entry], at: int, sign: str) -> bytes:
    values_at = at + 2 + 12 * len(entries) + 4
    rows, values = b"", b""
    for entry in sorted(entries, key=lambda each: each.tag):
        rows += struct.pack(sign + "HHI", entry.tag, entry.kind, entry.count)
        if len(entry.value) <= 4:
            rows += entry.value.ljust(4, b"\0")
        else:
            rows += struct.pack(sign + "I", values_at + len(values))
            values += entry.value + b"\0" * (len(entry.value) % 2)
    return struct.pack(sign + "H", len(entries)) + rows + struct.pack(sign + "I", 0) + values


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk."""
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", checksum)


def png(*chunks: tuple[bytes, bytes], behind: bytes = b"") -> bytes:
    """Return a PNG with `chunks`, as kinds and contents, between IHDR and IDAT."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x10\x80\x80" * WIDTH) * HEIGHT)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts) + behind


def segment(marker: int, content: bytes) -> bytes:
    """Return a JPEG segment."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg(*segments: tuple[int, bytes], behind: bytes = b"") -> bytes:
    """Return a JPEG with `segments`, as markers and contents, behind its JFIF header."""
    return _JPEG[:20] + b"".join(segment(*part) for part in segments) + _JPEG[20:] + behind


def riff(kind: bytes, content: bytes) -> bytes:
    """Return a RIFF chunk."""
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp(*chunks: tuple[bytes, bytes], flags: int = 0x0C, behind: bytes = b"") -> bytes:
    """Return a WebP with `chunks` behind its picture: a plain one if there are none."""
    body = b"WEBP" + riff(b"VP8 ", _WEBP_PIXELS)
    if chunks:
        sides = (WIDTH - 1).to_bytes(3, "little") + (HEIGHT - 1).to_bytes(3, "little")
        header = riff(b"VP8X", bytes([flags, 0, 0, 0]) + sides)
        body = b"WEBP" + header + body[4:] + b"".join(riff(*part) for part in chunks)
    return riff(b"RIFF", body) + behind


def with_exif(container: str, block: bytes) -> bytes:
    """Return a picture of one of `CONTAINERS` with an EXIF block."""
    return CONTAINERS[container](block)


def _as_digits(block: bytes) -> bytes:
    return b"Raw profile type exif\0\nexif\n%8d\n%s\n" % (len(block), block.hex().encode())


CONTAINERS = {
    "png": lambda block: png((b"eXIf", block)),
    "png with a prefix": lambda block: png((b"eXIf", b"Exif\0\0" + block)),
    "png in digits": lambda block: png((b"tEXt", _as_digits(b"Exif\0\0" + block))),
    "jpeg": lambda block: jpeg((0xE1, b"Exif\0\0" + block)),
    "jpeg, second": lambda block: jpeg(
        (0xE1, b"Exif\0\0" + exif([Entry(SOFTWARE, ASCII, b"a camera\0")])),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
        (0xE1, b"Exif\0\0" + block),
    ),
    "webp": lambda block: webp((b"EXIF", block)),
    "webp with a prefix": lambda block: webp((b"EXIF", b"Exif\0\0" + block)),
}
