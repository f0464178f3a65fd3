"""What a tile looks like, as far as it can be told from its pixels and its lines."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from civitai_desktop.ui.gallery.delegate import TileDelegate, Zone, zone_at
from civitai_desktop.ui.gallery.model import GalleryListModel
from civitai_desktop.ui.queue.tiles import Phase
from civitai_desktop.ui.shared.plates import wrapped

TILE = QRect(10, 10, 147, 147)
CENTRE = TILE.center()


@pytest.fixture
def rows(qapp):
    return GalleryListModel()


@pytest.fixture
def painted(rows, thumbnails, theme):
    delegate = TileDelegate(theme, thumbnails)

    def paint(state: QStyle.StateFlag = QStyle.StateFlag.State_None) -> QImage:
        paper = QImage(167, 167, QImage.Format.Format_RGB32)
        paper.fill(QColor(theme.colours.background))
        option = QStyleOptionViewItem()
        option.rect, option.state = TILE, state
        painter = QPainter(paper)
        delegate.paint(painter, option, rows.index(0))
        painter.end()
        return paper

    return paint


def colours(paper: QImage, rect: QRect) -> set[str]:
    columns, lines = range(rect.left(), rect.right()), range(rect.top(), rect.bottom())
    return {paper.pixelColor(x, y).name() for x in columns for y in lines}


def test_until_the_thumbnail_comes_the_micro_preview_is_shown_and_round(
    rows, painted, theme, image
):
    rows.add_image(image(1, micro=bytes([200, 40, 40]) * 16))
    paper = painted()
    assert paper.pixelColor(CENTRE).name() == "#c82828"
    assert paper.pixelColor(TILE.topLeft()).name() == theme.colours.background
    assert paper.pixelColor(TILE.bottomRight()).name() == theme.colours.background


def test_the_micro_preview_shows_the_middle_as_the_thumbnail_will(rows, painted, image):
    line = bytes([0, 0, 250]) + bytes([250, 0, 0]) * 2 + bytes([0, 0, 250])
    rows.add_image(image(1, micro=line * 4, width=400, height=100))
    middle = painted().pixelColor(TILE.left() + 8, CENTRE.y())
    assert middle.red() > 3 * middle.blue()


def test_an_unknown_image_is_a_quiet_plate(rows, painted, theme, image):
    rows.add_image(image(1, micro=b""))
    assert painted().pixelColor(CENTRE).name() == theme.colours.field


def test_a_favourite_has_a_star(rows, painted, theme, image):
    corner = QRect(TILE.right() - 24, TILE.top() + 4, 22, 20)
    rows.add_image(image(1))
    assert theme.colours.star not in colours(painted(), corner)
    rows.change_image(image(1, favourite=True))
    assert theme.colours.star in colours(painted(), corner)


def test_a_selected_tile_has_a_ring_around_it_and_not_on_it(rows, painted, theme, image):
    rows.add_image(image(1, micro=b""))
    paper = painted(QStyle.StateFlag.State_Selected)
    across = [paper.pixelColor(x, CENTRE.y()).name() for x in range(6, 12)]
    accent, ground = theme.colours.accent, theme.colours.background
    assert across == [accent, accent, ground, ground, theme.colours.field, theme.colours.field]


def test_the_ring_fills_with_the_share_that_is_done(rows, painted, theme, tile):
    def share() -> int:
        paper = painted()
        accent = theme.colours.accent
        return sum(paper.pixelColor(x, y).name() == accent for x in range(167) for y in range(167))

    filled = []
    for done in (None, 0.25, 0.5, 1.0):
        rows.set_live([tile(share=done)])
        filled.append(share())
    assert 0 < filled[0] < filled[1] < filled[2] < filled[3]


def test_a_failed_tile_says_so_in_red_and_offers_retry(rows, painted, theme, tile):
    failed = tile(phase=Phase.FAILED, text="Failed", problem="The prompt was refused.")
    rows.set_live([failed])
    paper = painted()
    assert theme.colours.bad_text in colours(paper, QRect(18, 18, 60, 20))
    assert theme.colours.text in colours(paper, QRect(50, 120, 70, 30))


def test_a_held_tile_is_no_failure_and_can_be_tried_now(rows, painted, theme, tile):
    held = tile(phase=Phase.HELD, text="Waiting for Civitai", problem="It is asked for again.")
    rows.set_live([held])
    paper = painted()
    assert theme.colours.bad_text not in colours(paper, QRect(0, 0, 167, 167))
    assert theme.colours.text in colours(paper, QRect(50, 120, 70, 30))
    retry = QPoint(CENTRE.x(), TILE.bottom() - 20)
    assert zone_at(held, TILE, retry) is Zone.RETRY


def test_a_held_tile_says_first_what_calms(rows, painted, tile):
    brief = "Asked for again at 12:30."
    held = tile(phase=Phase.HELD, text="Waiting for Civitai", problem=brief)
    rows.set_live([held])
    wanted = painted()
    rows.set_live([replace(held, problem="It is not known. And much more.", brief=brief)])
    assert painted() == wanted


def test_the_parts_of_a_tile_are_where_they_are_painted(tile):
    running, failed = tile(), tile(phase=Phase.FAILED)
    cross, retry = TILE.topRight() + QPoint(-14, 18), QPoint(CENTRE.x(), TILE.bottom() - 20)
    assert zone_at(running, TILE, cross) is Zone.CROSS
    assert zone_at(running, TILE, retry) is None
    assert zone_at(failed, TILE, retry) is Zone.RETRY
    assert zone_at(failed, TILE, CENTRE) is None
    busy = replace(failed, is_busy=True)
    assert zone_at(busy, TILE, retry) is zone_at(busy, TILE, cross) is None


def test_a_long_reason_is_broken_at_words_and_elided(qapp):
    reason = "The prompt was refused because it names a person who is alive, so change it."
    lines = wrapped(reason, 127, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert reason.startswith(" ".join(lines[:2]))
    assert wrapped("Short.", 127, 3) == ("Short.",)
    assert len(wrapped("W" * 300, 127, 4)) == 4


def test_what_a_no_break_space_holds_together_stays_in_one_line(qapp):
    together = "2\N{NO-BREAK SPACE}ahead"
    for width in range(60, 200, 7):
        lines = wrapped(f"Loading Pony\n Diffusion, {together}", width, 5)
        assert any(together in line for line in lines), width
