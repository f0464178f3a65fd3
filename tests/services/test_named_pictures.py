"""What a text means as pictures, and what it does not."""

import base64
import os
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.errors import SourceUnusable
from civitai_desktop.domain.source import MOST_BYTES
from civitai_desktop.services.named_pictures import Named, decoded, named_in, shown_in

posix = pytest.mark.skipif(os.name == "nt", reason="paths of other systems")
HOME = Path("~").expanduser()
PNG = b"\x89PNG\r\n\x1a\n\xfb\xff"
ENCODED = base64.b64encode(PNG).decode()

FILES = [
    ("/a/cat.png", "/a/cat.png"),
    ("  /a/cat.JPEG\r\n", "/a/cat.JPEG"),
    ("'/a b/cat.webp'", "/a b/cat.webp"),
    ('"/a b/cat.png"', "/a b/cat.png"),
    ("/a\\ b/cat\\(1\\).png", "/a b/cat(1).png"),
    ("~/cat.png", f"{HOME}/cat.png"),
    ("/a/old.gif", "/a/old.gif"),
    ("file:///a/cat.png", "/a/cat.png"),
    ("FILE:///a/cat", "/a/cat"),
    ("file:/a/cat.png", "/a/cat.png"),
    ("file://localhost/a/cat.png", "/a/cat.png"),
    (f"file://{socket.gethostname()}/a/cat.png", "/a/cat.png"),
    ("file://server/share/cat.png", "//server/share/cat.png"),
    ("file:///a%20b/c%23d%3F.png", "/a b/c#d?.png"),
    ("file:///a#b.png", "/a#b.png"),
    ("file:///d%C3%A4.png", "/d\xe4.png"),
    ("file:///d%E4.png", "/d\udce4.png"),
    ("\N{ZERO WIDTH NO-BREAK SPACE}/a/cat.png", "/a/cat.png"),
]

ADDRESSES = [
    ("https://example.com/a.png", "https://example.com/a.png"),
    ("HTTPS://EXAMPLE.com/A.PNG", "https://EXAMPLE.com/A.PNG"),
    ("<https://example.com/a?b=%20&c>", "https://example.com/a?b=%20&c"),
    ('"http://example.com/a.png"', "http://example.com/a.png"),
]

TEXTS = [
    "",
    "a boat",
    "cat.png",
    "a photo, saved as /a/cat.png",
    "/imagine a boat at dusk",
    "/r/pics, a boat",
    "https://example.com/a.png a boat",
    "https://example.com/a.png\na boat",
    "/a/cat.png\nin the rain",
    "https://",
    "https:// example.com",
    "http://[::1",
    "ftp://example.com/a.png",
    "data: a futuristic city, neon",
    "data:text/plain,hello",
    "{red|blue} boat",
    "(a boat:1.2), ~/ ",
    "/a\0b.png",
    "file://",
    "/a/" + "x" * 10_000 + ".png",
]


@posix
@pytest.mark.parametrize(("text", "path"), FILES)
def test_a_path_or_file_address_is_a_file(text, path):
    assert named_in(text) == Named(files=(Path(path),))


@pytest.mark.parametrize("path", [r"C:\Users\me\cat.png", r"\\server\share\cat.png"])
def test_a_path_as_windows_copies_it_is_a_file(path):
    assert named_in(f'"{path}"') == Named(files=(Path(path),))


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_an_address_is_one_however_it_is_written(text, address):
    assert named_in(text) == Named(addresses=(address,))


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:40]))
def test_what_says_anything_else_is_a_text(text):
    assert not named_in(text)


@posix
def test_several_lines_are_several_pictures_each_once():
    text = (
        "x-special/nautilus-clipboard\ncopy\nfile:///a/1.png\n/a/2.png\n\n'/a/2.png'\nhttps://x/3"
    )
    assert named_in(text) == Named(
        files=(Path("/a/1.png"), Path("/a/2.png")), addresses=("https://x/3",)
    )


@pytest.mark.parametrize(
    "address",
    [
        f"data:image/png;base64,{ENCODED}",
        f"DATA:IMAGE/PNG;BASE64,{ENCODED}",
        f"data:;base64,{ENCODED}",
        f"data:image/png;charset=utf-8;base64,{ENCODED}",
        f"data:image/png;base64,{ENCODED.rstrip('=')}",
        f"data:image/png;base64,{quote(ENCODED, safe='')}",
        f"data:image/png;base64,{base64.urlsafe_b64encode(PNG).decode()}",
        f"data:image/png;base64,{ENCODED[:7]}\r\n  {ENCODED[7:]}",
        f'"data:image/png;base64,{ENCODED}"',
        f"data:image/png,{quote(PNG)}",
    ],
)
def test_a_data_address_holds_its_picture(address):
    [data] = named_in(address).data
    assert decoded(data) == PNG


def test_two_data_addresses_are_two_pictures():
    one, other = f"data:image/png;base64,{ENCODED}", "data:image/jpeg;base64,/9j/"
    assert named_in(f"{one}\n{other}") == Named(data=(one, other))


@pytest.mark.parametrize(
    "address",
    [
        "data:image/png;base64," + "A" * (3 * MOST_BYTES + 3),
        "data:image/png;base64,AAAAA",
        "data:image/png",
        "",
    ],
    ids=["too large", "cut off", "nothing", "empty"],
)
def test_a_data_address_that_holds_none_is_said(address):
    with pytest.raises(SourceUnusable):
        decoded(address)


@given(st.lists(st.sampled_from([*"dat:;,/%=-_ \n\xe4A", "base64", "image/png"])).map("".join))
def test_whatever_stands_in_a_data_address_it_is_decoded_or_said(text):
    with suppress(SourceUnusable):
        assert isinstance(decoded(f"data:image/png;base64,{text}"), bytes)


PAGES = [
    ('<meta charset="utf-8"><img src="https://x/?b=1&amp;c" alt="">', ["https://x/?b=1&c"], False),
    ("<IMG alt='x' SRC='HTTPS://x/a.png'>", ["https://x/a.png"], False),
    ("<img src=//x/a.png>", ["https://x/a.png"], False),
    ("<style>b</style><!-- a --><a><img\nsrc='https://x/1'/></a>&nbsp;", ["https://x/1"], False),
    ("<p>A</p><img src='https://x/1'><img src='http://x/2'>", ["https://x/1", "http://x/2"], True),
    ("<img src='/only/on/that/site.png'><img src='cid:1'><img>", [], False),
    ("<b>bold</b>", [], True),
    ("", [], True),
]


@pytest.mark.parametrize(("page", "expected", "has_text"), PAGES)
def test_the_pictures_of_a_page_are_found(page, expected, has_text):
    assert shown_in(page) == (Named(addresses=tuple(expected)), has_text)


@posix
def test_a_page_may_hold_pictures_themselves_and_files():
    page = f"<img src='data:image/png;base64,{ENCODED}'><img src='file:///a/b%20c.png'>"
    named, has_text = shown_in(page)
    assert named.files == (Path("/a/b c.png"),)
    assert decoded(named.data[0]) == PNG
    assert not has_text


def test_of_a_page_with_hundreds_the_first_few_are_taken():
    page = "".join(f"<img src='https://x/{n}'>" for n in range(500))
    assert len(shown_in(page)[0].addresses) == 16


_SIGNS = st.sampled_from([*"/~:%#?\\\"'<> \n.\0", "file:", "png", "https:", "<img src="])


@given(st.lists(_SIGNS).map("".join))
def test_no_text_raises(text):
    named_in(text)
    shown_in(text)
