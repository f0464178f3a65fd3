"""The gallery's arithmetic against a layout that is laid out tile by tile."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.ui.gallery.sections import (
    EDGE_PX,
    GAP_PX,
    HEADER_PX,
    LEAST_TILE_PX,
    TOP_PX,
    Grid,
    Measures,
    Move,
    Square,
)

counts = st.lists(st.integers(1, 23), max_size=12)
widths = st.integers(60, 1600)


def laid_out(counts: list[int], measures: Measures) -> tuple[list[Square], list[int], int]:
    """Return the squares, the tops of the headers and the height, the slow and obvious way."""
    squares, headers, y = [], [], TOP_PX
    for count in counts:
        headers.append(y)
        y += HEADER_PX
        for start in range(0, count, measures.columns):
            for column in range(min(measures.columns, count - start)):
                squares.append(Square(measures.left_of(column), y, measures.tile_px))
            y += measures.tile_px + GAP_PX
        y -= GAP_PX
    return squares, headers, y + EDGE_PX


@given(counts, widths)
def test_every_tile_and_header_lies_where_it_would_be_laid_out(counts, width):
    measures = Measures.fitting(width)
    grid = Grid(counts, measures)
    squares, headers, height = laid_out(counts, measures)

    assert [grid.place(row) for row in range(grid.rows)] == squares
    assert [grid.header_top(section) for section in range(len(counts))] == headers
    assert grid.height_px == height


@given(counts, widths, st.integers(-300, 4000), st.integers(0, 2000))
def test_the_rows_and_headers_in_sight_are_those_that_overlap_it(counts, width, top, height):
    measures = Measures.fitting(width)
    grid, bottom = Grid(counts, measures), top + height
    squares, headers, _ = laid_out(counts, measures)

    seen = [row for row, (_, y, side) in enumerate(squares) if y < bottom and y + side > top]
    assert list(grid.rows_between(top, bottom)) == (seen if height else [])
    seen = [nr for nr, y in enumerate(headers) if y < bottom and y + HEADER_PX > top]
    assert not height or list(grid.headers_between(top, bottom)) == seen


@given(counts, widths, st.integers(-10, 1700), st.integers(-10, 3000))
def test_the_tile_under_a_point_is_the_one_that_contains_it(counts, width, x, y):
    measures = Measures.fitting(width)
    squares, _, _ = laid_out(counts, measures)
    under = [
        row
        for row, (left, top, side) in enumerate(squares)
        if left <= x < left + side and top <= y < top + side
    ]

    assert Grid(counts, measures).row_at(x, y) == (under[0] if under else None)


@given(st.integers(LEAST_TILE_PX + 2 * EDGE_PX, 4000))
def test_tiles_fill_the_width_and_are_never_too_small(width):
    measures = Measures.fitting(width)

    assert measures.tile_px >= LEAST_TILE_PX
    if measures.columns > 1:
        assert measures.left_of(measures.columns - 1) + measures.tile_px == width - EDGE_PX
        lefts = [measures.left_of(column) for column in range(measures.columns)]
        gaps = {b - a - measures.tile_px for a, b in itertools.pairwise(lefts)}
        assert gaps <= {GAP_PX, GAP_PX + 1}


@given(counts.filter(bool), widths, st.data())
def test_up_and_down_go_by_one_line_and_keep_the_column(counts, width, data):
    grid = Grid(counts, Measures.fitting(width))
    row = data.draw(st.integers(0, grid.rows - 1))
    column = grid.column_of(row)
    lines = sorted({grid.place(r).y for r in range(grid.rows)})
    line = lines.index(grid.place(row).y)

    for move, by in ((Move.UP, -1), (Move.DOWN, 1)):
        target = grid.step(row, move, column=column, page_px=500)
        if 0 <= line + by < len(lines):
            there = [r for r in range(grid.rows) if grid.place(r).y == lines[line + by]]
            assert target in there
            assert grid.column_of(target) == min(column, len(there) - 1)
        else:
            assert target == row


def test_a_short_line_does_not_lose_the_column():
    grid = Grid([5, 1, 5], Measures.fitting(800))

    down = grid.step(3, Move.DOWN, column=3, page_px=500)
    assert down == 5
    assert grid.step(down, Move.DOWN, column=3, page_px=500) == 9


@given(counts.filter(bool), widths, st.integers(1, 3000), st.data())
def test_a_page_goes_about_its_height_and_always_on(counts, width, page, data):
    grid = Grid(counts, Measures.fitting(width))
    row = data.draw(st.integers(0, grid.rows - 1))
    here, column = grid.place(row).y, grid.column_of(row)
    tops = {grid.place(r).y for r in range(grid.rows)}
    room = grid.measures.pitch_px + HEADER_PX

    down = grid.place(grid.step(row, Move.PAGE_DOWN, column=column, page_px=page)).y
    assert down > here or here == max(tops)
    assert down - here <= max(page, room) + room
    up = grid.place(grid.step(row, Move.PAGE_UP, column=column, page_px=page)).y
    assert up < here or here == min(tops)


@given(counts.filter(bool), st.data())
def test_left_right_home_and_end_follow_the_rows(counts, data):
    grid = Grid(counts, Measures.fitting(800))
    row = data.draw(st.integers(0, grid.rows - 1))
    steps = {move: grid.step(row, move, column=0, page_px=500) for move in Move}

    assert steps[Move.LEFT] == max(row - 1, 0)
    assert steps[Move.RIGHT] == min(row + 1, grid.rows - 1)
    assert (steps[Move.HOME], steps[Move.END]) == (0, grid.rows - 1)


def test_nothing_to_show_has_no_rows_in_sight():
    grid = Grid([], Measures.fitting(800))

    assert not grid.rows_between(0, 1000)
    assert not grid.headers_between(0, 1000)
    assert grid.row_at(20, 20) is None
