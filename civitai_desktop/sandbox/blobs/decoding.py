"""Opening pictures that clients send: their texts and profiles may be of any size."""

import struct
from io import BytesIO

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def opened(content: bytes) -> Image.Image:
    """Open a picture without its PNG texts and profiles, for which the decoder has limits.

    Raises:
        ValueError: The bytes are no picture.
    """
    try:
        return Image.open(BytesIO(_bare(content)))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("no picture") from error


def _bare(content: bytes) -> bytes:
    if not content.startswith(_SIGNATURE):
        return content
    kept, start = [_SIGNATURE], len(_SIGNATURE)
    while len(header := content[start : start + 8]) == 8:
        length, kind = struct.unpack(">I4s", header)
        end = start + 12 + length
        if kind in _NEEDED:
            kept.append(content[start:end])
        if kind == b"IEND":
            break
        start = end
    return b"".join(kept)
