"""The README's promises that can be checked without a window."""

import re
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from civitai_desktop.ui.shared.commands import shown_key
from civitai_desktop.ui.window.commands import COMMANDS, KEY_NOTES

HOUSE = Path(__file__).parents[1]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_link_within_the_house_leads_somewhere(page):
    text = (HOUSE / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (HOUSE / target).exists()] == []


def keys_of_the_readme() -> list[str]:
    """Return the first column of the table of keys, key by key."""
    lines = (HOUSE / "README.md").read_text(encoding="utf-8").splitlines()
    first = lines.index("| key | does |") + 2
    table = takewhile(lambda line: line.startswith("|"), lines[first:])
    cells = [line.split("|")[1].strip() for line in table]
    return [key for cell in cells for key in re.split(r", | and ", cell)]


@pytest.mark.skipif(sys.platform == "darwin", reason="keys are called otherwise there")
def test_the_table_of_keys_names_every_key_of_a_command_and_no_other():
    named = keys_of_the_readme()
    gestures = {note.gesture.lower(): note.keys for note in KEY_NOTES if note.gesture}
    commands = {shown_key(command.key) for command in COMMANDS if command.key}
    notes = {shown_key(key) for note in KEY_NOTES for key in note.keys}
    assert [key for key in named if key not in commands | notes | set(gestures)] == []
    meant = set(named).union(*(gestures[key] for key in named if key in gestures))
    assert sorted(commands - meant) == []
    assert len(set(named)) == len(named)
