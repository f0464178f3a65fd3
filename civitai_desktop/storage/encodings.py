"""Bytes of a text whose writer did not say, or did not know, how it is encoded."""

import codecs
import re

_CODE_LENGTH = 8
_SIXTEEN_BITS = {b"UNICODE", b"", None}
"""Codes behind which UTF-16 stands, or anything."""
_JAPANESE = ("iso2022_jp", "shift_jis", "euc_jp")
_CODES = {b"ASCII", b"UNICODE", b"JIS", b"UTF8", b"UTF-8", b"UTF16", b"UTF-16", b""}
_NAMED = re.compile(
    rb'charset="?(?:Unicode|Ascii|Jis|Undefined|InvalidCharsetId)"? ', re.IGNORECASE
)
"""What a well-known tool prints before a comment, and what was then written as the comment."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
_SIGNS = " \n,"
"""In every text of some length, while their halves exchanged are in hardly any."""
_COMMON = re.compile(
    "[\t\n\r -~\xa0-\u06ff\u0900-\u097f\u0e00-\u0e7f\u2010-\u2044\u3000-\u30ff\u4e00-\u9fff"
    "\uac00-\ud7a3\uff00-\uffee\U0001f300-\U0001faff]"
)
"""Letters of living scripts, their punctuation, and emoji."""
_SAMPLE = 1 << 16
"""Bytes that are enough to tell."""
_FEW = 16
"""Fewer zero bytes than one in so many are somebody's way to part lines."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decoded(raw: bytes) -> str:
    """Return a text of single bytes: UTF-8 if it can be, else Latin-1, as PNG has it.

    Hardly any text in Latin-1 happens to be right UTF-8 as well. Where Latin-1 has control signs,
    Windows has quotes and dashes.
    """
    raw = raw.rstrip(b"\0")
    if (marked := _marked(raw)) is not None:
        return marked
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def decoded_comment(raw: bytes, *, is_big_endian: bool) -> str:
    """Return a text as it stands in EXIF's UserComment, behind a code of eight bytes or without.

    The code is only a hint: programs write UTF-8 behind UNICODE, UTF-16 behind zeros, either of
    its orders in a block of the other order, and plain text without any code.

    Args:
        raw: The whole value.
        is_big_endian: The block's order of bytes, for texts in which nothing tells.

    Source: Exif 2.32, table 9 (codes).
    """
    code, body = _parted(raw)
    if len(body) % 2 and body.endswith(b"\0"):
        body = body[:-1]  # the end of a field of letters, behind whatever text
    if (marked := _marked(body, is_wide=code == b"UNICODE")) is not None:
        return marked
    if code == b"JIS":
        for encoding in _JAPANESE:
            try:
                return body.rstrip(b"\0").decode(encoding)
            except UnicodeDecodeError:
                continue
    if _is_wide(code, body):
        return decoded_wide(body, is_big_endian=is_big_endian)
    return decoded(body)


def decoded_wide(raw: bytes, *, is_big_endian: bool) -> str:
    """Return a text in UTF-16 of either order.

    Args:
        raw: With or without a mark.
        is_big_endian: What it is where neither order makes more sense.
    """
    if (marked := _marked(raw, is_wide=True)) is not None:
        return marked
    orders = ("utf-16-be", "utf-16-le") if is_big_endian else ("utf-16-le", "utf-16-be")
    # The first of equals wins.
    encoding = max(orders, key=lambda each: _sense(raw[:_SAMPLE], each))
    return raw.decode(encoding, "replace").rstrip("\0")


def _parted(raw: bytes) -> tuple[bytes | None, bytes]:
    """Part a comment into its code, in capitals and without its filling, and the rest.

    The code is None where there is none.
    """
    if named := _NAMED.match(raw):
        return None, raw[named.end() :]
    code = raw[:_CODE_LENGTH].rstrip(b"\0").upper()
    # A text of its own may begin like a code, but is not filled up with zeros.
    if len(raw) >= _CODE_LENGTH and code in _CODES:
        return code, raw[_CODE_LENGTH:]
    return None, raw


def _marked(raw: bytes, *, is_wide: bool = False) -> str | None:
    """Read a text that begins with a mark; None if there is none.

    In Latin-1 the marks of UTF-16 are letters, so that there must be more to be seen of it.
    """
    for mark, encoding in _MARKS:
        is_mark = is_wide or mark == codecs.BOM_UTF8 or 0 in raw
        if is_mark and raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace").rstrip("\0")
    return None


def _is_wide(code: bytes | None, body: bytes) -> bool:
    """Tell whether a text is UTF-16; what has Latin letters is known by their zero bytes."""
    plain = body.rstrip(b"\0")
    if plain.count(0) * _FEW > len(plain):
        return True
    if code not in _SIXTEEN_BITS or len(body) % 2:
        return False
    try:
        return bool(_CONTROL.search(plain.decode().replace("\0", "")))
    except UnicodeDecodeError:
        # A text in Latin-1 is mostly ASCII.
        is_latin = sum(byte < 0x80 for byte in plain) * 2 > len(plain)
        return code == b"UNICODE" or not is_latin or bool(_CONTROL.search(plain.decode("latin-1")))


def _sense(raw: bytes, encoding: str) -> tuple[int, bool, bool, int]:
    """Tell how much bytes look like a text, to compare it with how they look read otherwise.

    Counting zero bytes is misled by letters such as U+4E00.
    """
    text = raw.decode(encoding, "ignore").rstrip("\0")
    signs = sum(text.count(sign) for sign in _SIGNS)
    try:
        raw.decode(encoding)
        is_whole = True
    except UnicodeDecodeError:
        is_whole = False
    # Latin letters read the other way round end in 00 one and all.
    is_turned = len(set(text)) > 1 and not any(ord(letter) & 0xFF for letter in text)
    return signs, is_whole, not is_turned, len(_COMMON.findall(text))
