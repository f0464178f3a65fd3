"""Each line of the page on reliability names a test, and the test is there."""

import re

from civitai_desktop.domain.hold import AGAIN_AFTER_S
from tests.test_security_page import HOUSE, named_in

PAGE = (HOUSE / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "promise" not in line]


def test_every_line_names_what_shows_it():
    assert len(ROWS) > 12
    assert [row for row in ROWS if "::test_" not in row] == []


def test_every_test_that_is_named_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    missing = [f"{path}::{name}" for path, name in named if name not in named_in(HOUSE / path)]
    assert missing == []


def test_the_pauses_are_those_of_the_program():
    told = "after 15 s, 1, 5 and 15 min, then 1, 2, 4 and every 6 h,"
    assert told in " ".join(PAGE.split())
    assert AGAIN_AFTER_S == (15, 60, 300, 900, 3600, 7200, 14400, 21600)
