"""Draws docs/architecture.svg from the imports: the program's rooms, and which of them knows which.

Run by `make architecture`; tests/packaging/test_architecture.py says when it has to be.
An arrow that others imply is left out, so that what is drawn can be followed.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "civitai_desktop"
PICTURE = ROOT / "docs" / "architecture.svg"

ROWS: tuple[tuple[str, ...], ...] = (
    ("app",),
    ("ui.window",),
    ("ui.account", "ui.generate", "ui.gallery", "ui.viewer", "ui.preferences"),
    ("ui.resource_picker", "ui.queue", "ui.runtime"),
    ("ui.shared",),
    ("services",),
    ("api", "storage"),
    ("catalogue",),
    ("domain",),
)
"""The rooms from the top down."""

APART: tuple[tuple[str, ...], ...] = (
    ("sandbox",),
    ("sandbox.workflows", "sandbox.site"),
    ("sandbox.blobs", "sandbox.faults"),
    ("sandbox.scenes", "sandbox.orchestration"),
    ("sandbox.requests", "sandbox.clock"),
)
"""The sandbox, which shares no code with the rest; beside it."""

_WIDE, _TALL, _GAP, _STEP, _EDGE = 124, 34, 14, 76, 24

_STYLE = """
  text { font: 13px sans-serif; text-anchor: middle; dominant-baseline: central; fill: #17191d }
  rect { fill: #f1f2f5; stroke: #9a9ea6; rx: 6 }
  .apart { stroke-dasharray: 4 3 }
  path { fill: none; stroke: #2563eb; stroke-opacity: .55; stroke-width: 1.4 }
  marker path { fill: #2563eb; stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e9eaec } rect { fill: #25272c; stroke: #5d636d }
    path { stroke: #3b82f6 } marker path { fill: #3b82f6 }
  }
"""


def rooms() -> tuple[str, ...]:
    """Return the rooms that are drawn."""
    return tuple(room for row in (*ROWS, *APART) for room in row)


def drawn() -> str:
    """Return the picture."""
    places = dict(_places())
    arrows = reduced(imports())
    width = max(x for x, _ in places.values()) + _WIDE + _EDGE
    height = max(y for _, y in places.values()) + _TALL + _EDGE
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="The rooms and their imports">',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
        *(
            _arrow(places[room], places[other])
            for room in rooms()
            for other in sorted(arrows[room])
        ),
        *(_box(room, places[room]) for room in rooms()),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def imports() -> dict[str, set[str]]:
    """Return the rooms that each room imports from."""
    found: dict[str, set[str]] = {room: set() for room in rooms()}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        name = path.relative_to(ROOT / PACKAGE).with_suffix("").as_posix().replace("/", ".")
        room = room_of(name)
        if room:
            found[room] |= {other for each in _imported(path) if (other := room_of(each))} - {room}
    return found


def room_of(module: str) -> str:
    """Return the innermost room that a module lies in; "" for what starts the program."""
    return max((r for r in rooms() if f"{module}.".startswith(f"{r}.")), key=len, default="")


def reduced(arrows: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the arrows without those that a longer way implies."""
    below: dict[str, set[str]] = {}

    def reach(room: str) -> set[str]:
        if room not in below:
            below[room] = set()  # a circle would end here, and the linter forbids it
            below[room] = arrows[room].union(*(reach(other) for other in arrows[room]))
        return below[room]

    return {
        room: {
            other
            for other in others
            if not any(other in reach(between) for between in others - {other})
        }
        for room, others in arrows.items()
    }


def _imported(path: Path) -> Iterator[str]:
    """Yield the modules of ours that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PACKAGE}."):
            yield from (
                f"{node.module}.{each.name}".removeprefix(f"{PACKAGE}.") for each in node.names
            )


def _places() -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each room with its upper left corner."""
    left = _EDGE
    for rows in (ROWS, APART):
        widest = max(map(len, rows))
        whole = widest * _WIDE + (widest - 1) * _GAP
        for number, row in enumerate(rows):
            start = left + (whole - len(row) * _WIDE - (len(row) - 1) * _GAP) // 2
            for place, room in enumerate(row):
                yield room, (start + place * (_WIDE + _GAP), _EDGE + number * _STEP)
        left += whole + 3 * _EDGE


def _box(room: str, at: tuple[int, int]) -> str:
    x, y = at
    apart = ' class="apart"' if room.startswith("sandbox") else ""
    name = room.replace(".", "/")
    middle = f'x="{x + _WIDE // 2}" y="{y + _TALL // 2}"'
    box = f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_TALL}"{apart}/>'
    return f"{box}<text {middle}>{name}</text>"


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = start[0] + _WIDE // 2, start[1] + _TALL
    x2, y2 = end[0] + _WIDE // 2, end[1]
    bend = (y2 - y1) // 2
    return (
        f'<path d="M{x1} {y1} C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2 - 1}" '
        'marker-end="url(#head)"/>'
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
    print(f"{PICTURE.relative_to(ROOT)} is drawn")
