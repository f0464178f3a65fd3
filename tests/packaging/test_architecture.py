"""The picture of the rooms is that of the code, and the page around it names files there are."""

import importlib.util
import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]

spec = importlib.util.spec_from_file_location(
    "architecture", HOUSE / "packaging" / "architecture.py"
)
architecture = importlib.util.module_from_spec(spec)
spec.loader.exec_module(architecture)


def test_the_picture_is_that_of_the_code():
    drawn = architecture.PICTURE.read_text(encoding="utf-8")
    assert drawn == architecture.drawn(), (
        "run `make architecture` and look at docs/architecture.svg"
    )


def test_every_room_is_drawn():
    package = HOUSE / "civitai_desktop"
    folders = {
        path.parent.relative_to(package).as_posix().replace("/", ".")
        for path in package.rglob("__init__.py")
    }
    assert {room for room in folders - {".", "ui"} if not architecture.room_of(room)} == set()


def test_every_arrow_points_down():
    heights = {
        room: height
        for rows in (architecture.ROWS, architecture.APART)
        for height, row in enumerate(rows)
        for room in row
    }
    upwards = [
        (room, other)
        for room, others in architecture.imports().items()
        for other in others
        if heights[other] <= heights[room]
    ]
    assert upwards == []


def test_an_arrow_that_a_longer_way_implies_is_left_out():
    arrows = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert architecture.reduced(arrows) == {"a": {"b"}, "b": {"c"}, "c": set()}


def test_every_file_that_the_page_names_is_there():
    page = (HOUSE / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = [each for each in re.findall(r"`([\w./]+\.\w+)`", page) if "/" in each]
    assert len(named) > 20
    missing = [
        each
        for each in named
        if not ((HOUSE / each).exists() or (HOUSE / "civitai_desktop" / each).exists())
    ]
    assert missing == []
