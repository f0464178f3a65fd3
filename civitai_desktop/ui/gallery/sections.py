"""Where every tile of the gallery lies: arithmetic over sections, without Qt.

A section is a header and, under it, its tiles in lines of equal height. Building a grid costs a
step per section; every question costs a binary search over them, however many tiles there are.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import accumulate
from typing import NamedTuple

LEAST_TILE_PX = 132
GAP_PX = 8
EDGE_PX = 16
TOP_PX = 4
HEADER_PX = 37


class Move(Enum):
    """Where a key takes the current tile."""

    LEFT = auto()
    RIGHT = auto()
    UP = auto()
    DOWN = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    HOME = auto()
    END = auto()


class Square(NamedTuple):
    """A tile's place in px, from the top left corner of the whole content."""

    x: int
    y: int
    side: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How tiles share the width.

    Attributes:
        columns: Tiles in a line, at least 1.
        tile_px: Side of a tile.
        spread_px: From the left of the first column to the left of the last one.
    """

    columns: int
    tile_px: int
    spread_px: int

    @classmethod
    def fitting(cls, width_px: int) -> "Measures":
        """Return as many columns as fit with tiles of at least `LEAST_TILE_PX`, filling `width_px`.

        What a whole number of pixels per tile leaves over goes into the gaps, so that the last
        column ends where the content ends.
        """
        inner = max(width_px - 2 * EDGE_PX, 1)
        columns = max((inner + GAP_PX) // (LEAST_TILE_PX + GAP_PX), 1)
        tile_px = max((inner - (columns - 1) * GAP_PX) // columns, 1)
        return cls(columns=columns, tile_px=tile_px, spread_px=inner - tile_px)

    @property
    def pitch_px(self) -> int:
        """From the top of one line of tiles to the top of the next."""
        return self.tile_px + GAP_PX

    def left_of(self, column: int) -> int:
        """Return where a column begins, in px."""
        between = self.columns - 1
        return EDGE_PX + (column * self.spread_px // between if between else 0)


class Grid:
    """The geometry of all tiles; it never changes, a new one is made.

    Rows count the tiles of all sections through, from 0; `y` is px from the top of the content.
    """

    def __init__(self, counts: Sequence[int], measures: Measures) -> None:
        """Lay out one section for each of `counts`, the numbers of tiles (at least 1 each)."""
        self.measures = measures
        columns, pitch = measures.columns, measures.pitch_px
        self._firsts = [0, *accumulate(counts)]
        heights = [HEADER_PX + -(-count // columns) * pitch - GAP_PX for count in counts]
        self._tops = [TOP_PX, *accumulate(heights, initial=TOP_PX)][1:]
        self.rows = self._firsts[-1]
        self.height_px = self._tops[-1] + EDGE_PX

    def place(self, row: int) -> Square:
        """Return where a tile lies."""
        section = self._section_of(row)
        line, column = divmod(row - self._firsts[section], self.measures.columns)
        y = self._tops[section] + HEADER_PX + line * self.measures.pitch_px
        return Square(self.measures.left_of(column), y, self.measures.tile_px)

    def column_of(self, row: int) -> int:
        """Return the column a tile stands in, from 0."""
        return (row - self._firsts[self._section_of(row)]) % self.measures.columns

    def header_top(self, section: int) -> int:
        """Return where a section's header begins; it is `HEADER_PX` high."""
        return self._tops[section]

    def headers_between(self, top: int, bottom: int) -> range:
        """Return the sections whose header shows in [top, bottom)."""
        sections = len(self._tops) - 1
        first = bisect_right(self._tops, top - HEADER_PX, hi=sections)
        return range(first, max(bisect_left(self._tops, bottom, hi=sections), first))

    def rows_between(self, top: int, bottom: int) -> range:
        """Return the tiles of which a part shows in [top, bottom)."""
        if not self.rows or bottom <= top:
            return range(0)
        tile = self.measures.tile_px
        section, lines = self._lines_above(top - tile + 1)
        start = self._row_after(section, lines)
        section, lines = self._lines_above(bottom)
        return range(start, max(self._row_after(section, lines), start))

    def row_at(self, x: int, y: int) -> int | None:
        """Return the tile under a point, or None between tiles and on headers."""
        for row in self.rows_between(y, y + 1):
            place = self.place(row)
            if place.x <= x < place.x + place.side:
                return row
        return None

    def step(self, row: int, move: Move, *, column: int, page_px: int) -> int:
        """Return the tile a key leads to.

        Args:
            row: The tile to start from.
            move: The key.
            column: The column to keep to while going up and down, even where a line before was
                too short for it.
            page_px: What Page Up and Page Down go by.
        """
        last = self.rows - 1
        match move:
            case Move.LEFT:
                return max(row - 1, 0)
            case Move.RIGHT:
                return min(row + 1, last)
            case Move.HOME:
                return 0
            case Move.END:
                return last
            case Move.UP | Move.PAGE_UP:
                target = self._neighbour(row, column, -1)
                if move is Move.PAGE_UP:
                    target = min(target, self._near(self.place(row).y - page_px, column))
            case Move.DOWN | Move.PAGE_DOWN:
                target = self._neighbour(row, column, +1)
                if move is Move.PAGE_DOWN:
                    target = max(target, self._near(self.place(row).y + page_px, column))
        return target

    def _section_of(self, row: int) -> int:
        return bisect_right(self._firsts, row, hi=len(self._firsts) - 1) - 1

    def _lines_of(self, section: int) -> int:
        count = self._firsts[section + 1] - self._firsts[section]
        return -(-count // self.measures.columns)

    def _lines_above(self, y: int) -> tuple[int, int]:
        """Return the section at `y`, and how many of its lines begin above `y`."""
        section = max(bisect_right(self._tops, y, hi=len(self._tops) - 1) - 1, 0)
        lines = -((self._tops[section] + HEADER_PX - y) // self.measures.pitch_px)
        return section, max(lines, 0)

    def _row_after(self, section: int, lines: int) -> int:
        after = self._firsts[section] + lines * self.measures.columns
        return min(after, self._firsts[section + 1])

    def _in_line(self, section: int, line: int, column: int) -> int:
        """Return the tile of this column, or the line's last where the line is shorter."""
        row = self._firsts[section] + line * self.measures.columns + column
        return min(row, self._firsts[section + 1] - 1)

    def _neighbour(self, row: int, column: int, by: int) -> int:
        section = self._section_of(row)
        line = (row - self._firsts[section]) // self.measures.columns + by
        if line < 0:
            if section == 0:
                return row
            section, line = section - 1, self._lines_of(section - 1) - 1
        elif line >= self._lines_of(section):
            if section + 2 == len(self._firsts):
                return row
            section, line = section + 1, 0
        return self._in_line(section, line, column)

    def _near(self, y: int, column: int) -> int:
        """Return the tile of this column in the line whose top is nearest to `y`."""
        section, lines = self._lines_above(y + self.measures.pitch_px // 2)
        line = min(max(lines - 1, 0), self._lines_of(section) - 1)
        return self._in_line(section, line, column)
