"""Pictures that a text names: addresses, `data:` addresses, paths and file addresses, or HTML."""

import base64
import binascii
import os
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from civitai_desktop.domain.errors import SourceUnusable
from civitai_desktop.domain.source import MOST_BYTES

_ENDINGS = r"(?:png|jpe?g|jfif|webp|gif|bmp|tiff?|avif|heic|heif)"
"""Of pictures, those that Civitai refuses too: that is better said than passed over."""

_MOST = 16
"""Pictures in one text; a whole page of the web may hold hundreds."""

_LONGEST_LINE = 8192
_LONGEST_HTML = 3 * MOST_BYTES
_DATA = re.compile(r"data:(?:image/[^,;]*)?(?P<parameters>(?:;[^,;]*)*),", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_FILE = re.compile(
    r"file:(?://(?P<host>[^/\\]*)(?P<path>/.+)|(?P<bare>/[^/].*))", re.IGNORECASE | re.DOTALL
)
_PATH = re.compile(
    rf"(?:/|~[^/\\\s]*[/\\]|[a-z]:[/\\]|\\\\).*\.{_ENDINGS}", re.IGNORECASE | re.DOTALL
)
_NOT_NAMES = frozenset({"x-special/nautilus-clipboard", "copy", "cut"})
"""What a file manager writes above the addresses of the files it has copied."""

_IMAGE = re.compile(
    r"""<img\b[^<>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE
)
_UNSHOWN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<part>style|script|title)\b.*?(?:</(?P=part)\s*>|\Z)|<[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<inside>.*)(?P=quote)|<(?P<angled>.*)>""", re.DOTALL)
_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Pictures, by what is known of them.

    Attributes:
        files: On this machine; whether they are there is not known yet.
        data: Addresses that hold the picture itself; `decoded` gives it.
        addresses: On the web, as they must be written there.
    """

    files: tuple[Path, ...] = ()
    data: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.data or self.addresses)


def named_in(text: str) -> Named:
    """Return the pictures that a text consists of, one a line; none if it says anything else."""
    text = text.strip().strip("\N{ZERO WIDTH NO-BREAK SPACE}\0").strip()
    if _DATA.match(text):
        # Often broken into lines; no other kind of address is that long.
        starts = re.split(r"[\r\n]+(?=data:)", text, flags=re.IGNORECASE)
        return Named(data=tuple("".join(each.split()) for each in starts[:_MOST]))
    lines = [line for each in text.splitlines() if (line := each.strip())]
    while lines and lines[0] in _NOT_NAMES:
        lines = lines[1:]
    if not lines or len(lines) > _MOST * 10 or max(map(len, lines)) > _LONGEST_LINE:
        return Named()
    found = [_named(line) for line in lines]
    return _together(found) if all(found) else Named()


def shown_in(page: str) -> tuple[Named, bool]:
    """Return the pictures in a piece of HTML, and whether it shows any text beside them."""
    if len(page) > _LONGEST_HTML or "<img" not in page.lower():
        return Named(), True
    # Its table of names is large, and nobody drops a piece of a page before the window is there.
    from html import unescape  # noqa: PLC0415

    sources = (unescape(next(filter(None, each.groups()), "")) for each in _IMAGE.finditer(page))
    found = [_from_page(each.strip()) for each in sources]
    has_text = bool(unescape(_UNSHOWN.sub("", page)).strip())
    return _together(found), has_text


def address_of(url: str) -> Named:
    """Return the picture that one address means, as a drop or the clipboard gives it."""
    return _named(url) if ":" in url else Named()


def decoded(data: str) -> bytes:
    """Return what a `data:` address holds.

    Raises:
        SourceUnusable: It is too large, or holds nothing that can be read.
    """
    found = _DATA.match(data)
    if found is None:
        raise SourceUnusable("This data: address holds no picture.")
    payload = data[found.end() :]
    # The least that may come out of it: percent signs take three characters for a byte.
    if len(payload) // 3 > MOST_BYTES:
        raise SourceUnusable(
            f"The pasted picture has more than {MOST_BYTES // 2**20} MB.",
            next_step="Make it smaller in an image program, or save it as JPEG.",
        )
    content = unquote_to_bytes(payload)
    if found["parameters"].lower().endswith(";base64"):
        content = content.translate(bytes.maketrans(b"-_", b"+/"))
        content = _BASE64.sub(b"", content)
        try:
            content = base64.b64decode(content + b"=" * (-len(content) % 4))
        except binascii.Error as error:
            raise SourceUnusable("This data: address is cut off.") from error
    return content


def _named(line: str) -> Named:
    """Return the picture that a line is; none if it is anything else."""
    if quoted := _QUOTED.fullmatch(line):
        line = (quoted["inside"] or quoted["angled"] or "").strip()
    if _DATA.match(line):
        return Named(data=(line,))
    if _WEB.match(line) and len(line.split()) == 1:
        return Named(addresses=_web(line))
    if file := _FILE.fullmatch(line):
        return Named(files=_path(file["host"] or "", file["path"] or file["bare"]))
    if _PATH.fullmatch(line) and "\0" not in line:
        return Named(files=(_spelled_out(line),))
    return Named()


def _from_page(source: str) -> Named:
    if source.startswith("//"):
        source = f"https:{source}"
    is_address = _WEB.match(source) or _FILE.match(source) or _DATA.match(source)
    # A path there is one of the site that the page is from.
    return _named(source) if is_address else Named()


def _web(address: str) -> tuple[str, ...]:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return ()
    scheme, rest = address[: len(parts.scheme)].lower(), address[len(parts.scheme) :]
    return (scheme + rest,) if parts.hostname else ()


def _path(host: str, path: str) -> tuple[Path, ...]:
    """Return what the path of a file's address means on this machine."""
    plain = os.fsdecode(unquote_to_bytes(path))
    if "\0" in plain:
        return ()
    if os.name == "nt" and re.match(r"/[A-Za-z]:", plain):
        plain = plain[1:]
    if host.lower() not in {"", "localhost", "127.0.0.1", socket.gethostname().lower()}:
        plain = f"//{host}{plain}"
    return (Path(plain),)


def _spelled_out(line: str) -> Path:
    if os.name != "nt" and not re.match(r"[A-Za-z]:|\\\\", line):
        # As a terminal writes it.
        line = re.sub(r"\\(.)", r"\1", line)
    # Unlike the method of `Path`, it raises nothing where there is no such user.
    return Path(os.path.expanduser(line))  # noqa: PTH111


def _together(found: Iterable[Named]) -> Named:
    parts = [each for each in found if each][:_MOST]
    return Named(
        files=tuple(dict.fromkeys(path for each in parts for path in each.files)),
        data=tuple(dict.fromkeys(data for each in parts for data in each.data)),
        addresses=tuple(dict.fromkeys(url for each in parts for url in each.addresses)),
    )
