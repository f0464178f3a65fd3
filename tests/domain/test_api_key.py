"""Keys as people copy them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.api_key import LONGEST, cleaned
from civitai_desktop.domain.errors import InvalidInput

KEY = "0123456789abcdef0123456789abcdef"

WRAPPED = (
    "{}",
    " {}\r\n\r\n",
    "\t{}\t",
    "\x00{}\x00",
    "\N{NO-BREAK SPACE}{}\N{IDEOGRAPHIC SPACE}",
    "\N{ZERO WIDTH NO-BREAK SPACE}{}\N{ZERO WIDTH SPACE}",
    "\N{LEFT-TO-RIGHT ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}",
    '"{}"',
    "'{}'",
    "`{}`",
    "<{}>",
    "\N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}{}\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}{}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    "CIVITAI_API_KEY={}",
    "CIVITAI_API_KEY = {}",
    "CIVITAI_API_KEY: {}",
    "civitai_api_key={};",
    "export CIVITAI_API_KEY={}",
    'export CIVITAI_API_KEY="{}"',
    "set CIVITAI_API_KEY={}",
    "setx CIVITAI_API_KEY {}",
    "set -x CIVITAI_API_KEY {}",
    "$env:CIVITAI_API_KEY = '{}'",
    "ENV CIVITAI_API_KEY={}",
    "CIVITAI_TOKEN={}",
    "CIVITAI_API_KEY='Bearer {}'",
    "# mine\nOTHER=1\nCIVITAI_API_KEY={} # comment\nLAST=2\n",
    # What a field of one line makes of it.
    "# mine OTHER=1 CIVITAI_API_KEY={} # comment LAST=2",
    "OTHER=1 CIVITAI_API_KEY={} LAST=2",
    '{{"CIVITAI_API_KEY": "{}", "other": 1}}',
    "Bearer {}",
    "bearer\N{NO-BREAK SPACE}{}",
    "Authorization: Bearer {}",
    '"Authorization: Bearer {}"',
    'curl -H "Authorization: Bearer {}" https://orchestration.civitai.com',
    "API key: {}",
    "My key: {}",
    "apiKey={}",
    "token={}",
    "https://civitai.com/api/download/models/1?token={}",
    "https://civitai.com/api/download/models/1?token={}&type=Model#top",
    "<https://civitai.com/api/v1/models?limit=1&apiKey={}>",
    '{{"token": "{}"}}',
    '{{"name": "mine", "apiKey": "{}", "scopes": ["a", "b"]}}',
    '{{\n  "user": {{"id": 1, "api_key": "{}"}},\n  "n": null\n}}\n',
    '[{{"access_token": "{}", "expires": 3600}}]',
    '{{"Authorization": "Bearer {}"}}',
    '{{"OPENAI_KEY": "other", "civitaiToken": "{}"}}',
    "{{'token': '{}'}}",
)

REFUSED = (
    ("two words", "space inside"),
    ("a\N{NO-BREAK SPACE}b", "space inside"),
    ("a\x00b", "space inside"),
    ("one\ntwo", "more than one line"),
    ("caf\xe9", "character 4"),
    ("\N{FULLWIDTH LATIN SMALL LETTER A}bc", "character 1"),
    ("ab\N{GRINNING FACE}", "character 3"),
    ("ab\ud800", "character 3"),
    ("x" * (LONGEST + 1), "too long"),
    ("Bearer " + "x" * 2000, "too long"),
    ("-" * 1_000_000, "too long"),
    ("\N{ZERO WIDTH SPACE}", "no API key"),
    ("\x00", "no API key"),
    ('""', "no API key"),
    ("Bearer ", "no API key"),
    ("CIVITAI_API_KEY=", "no API key"),
    ("CIVITAI_API_KEY", "no API key"),
    ("${CIVITAI_API_KEY}", "no API key"),
    ('{"name": "caf"}', "no API key"),
    ('{"token": 17}', "no API key"),
    ('{"token": "one", "key": "two"}', "no API key"),
    ("[]", "no API key"),
    ("[" * 50_000, "too long"),
    ('{"user":caf', "no key has"),
    ("https://civitai.com/user/account", "web address"),
    ("'https://civitai.com/user/account'", "web address"),
    ("http://caf", "web address"),
    ("www.civitai.com", "web address"),
    ("civitai.com/user/account", "web address"),
    ("civitai.red", "web address"),
    ("key: https://civitai.com/models/1", "web address"),
    ("file:///home/caf/key.txt", "web address"),
    ("%CIVITAI_API_KEY%", "no API key"),
)


@pytest.mark.parametrize("wrapped", WRAPPED, ids=repr)
def test_a_key_comes_out_of_what_was_copied_along_with_it(wrapped) -> None:
    assert cleaned(wrapped.format(KEY)) == KEY


@pytest.mark.parametrize("key", [KEY, "abc=", "a#b", "a-b_c.d~e", "sk=key:1", "x" * LONGEST])
def test_nothing_inside_a_key_is_changed(key) -> None:
    assert cleaned(key) == key
    assert cleaned(f'export CIVITAI_API_KEY="{key}"') == key


def test_an_invisible_character_inside_a_key_goes() -> None:
    assert cleaned(f"{KEY[:7]}\N{ZERO WIDTH SPACE}{KEY[7:20]}\N{SOFT HYPHEN}{KEY[20:]}") == KEY


@pytest.mark.parametrize("blank", ["", " ", "\r\n", "\N{NO-BREAK SPACE}"])
def test_nothing_is_no_key_and_no_mistake(blank) -> None:
    assert cleaned(blank) == ""


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[repr(text[:30]) for text, _ in REFUSED])
def test_what_is_no_key_is_said_in_words_without_showing_it(text, said) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        cleaned(text)
    assert refused.value.next_step
    assert len(str(refused.value)) < 200
    assert "caf" not in str(refused.value)


_PARTS = st.sampled_from([*"ab:='\"#- \n\t;,{}\xe9\0", "Bearer ", "CIVITAI_API_KEY=", "\u200b"])


@given(st.lists(_PARTS).map("".join) | st.text())
def test_whatever_is_pasted_a_header_can_carry_what_comes_out(text) -> None:
    try:
        key = cleaned(text)
    except InvalidInput:
        return
    assert key.isascii()
    assert key.isprintable()
    assert " " not in key
    assert key or not text.strip()
