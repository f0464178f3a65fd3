"""Plates, outlines and broken lines of text: what many tiles share is made once and copied."""

import re
from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QTextLayout,
    QTextOption,
)

from civitai_desktop.ui.shared.theme import RADIUS_PX

OUTLINE_PX = 4
"""How far the mark of a selected tile reaches beyond the tile."""

_PEN_PX = 2
_SPACE = re.compile(r"[^\S\u00a0]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SMALL_TEXT_PX = 12


@lru_cache(maxsize=1)
def small_font() -> QFont:
    """Return the font of what stands on a tile."""
    font = QFont()
    font.setPixelSize(_SMALL_TEXT_PX)
    return font


@lru_cache(maxsize=256)
def wrapped(text: str, width_px: int, most_lines: int) -> tuple[str, ...]:
    """Break a text into lines that fit; what does not fit the last one is elided.

    No-break spaces hold together what they stand between.
    """
    metrics = QFontMetrics(small_font())
    layout = QTextLayout(_SPACE.sub(" ", text).strip(), small_font())
    layout.setTextOption(_wrapping())
    lines: list[str] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width_px)
        rest = layout.text()[line.textStart() :]
        if len(lines) + 1 == most_lines:
            lines.append(metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width_px))
            break
        lines.append(rest[: line.textLength()].strip())
    layout.endLayout()
    return tuple(lines)


def whole_sentences(text: str, width_px: int, most_lines: int) -> tuple[str, ...]:
    """Break as many whole sentences into lines as there is room for; cut only a first one."""
    sentences = _SENTENCE_END.split(text)
    for count in range(len(sentences), 0, -1):
        lines = wrapped(" ".join(sentences[:count]), width_px, most_lines + 1)
        if len(lines) <= most_lines:
            return lines
    return wrapped(text, width_px, most_lines)


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def between(one: str, other: str) -> str:
    """Return the colour half-way between two, as "#rrggbb"."""
    first, second = QColor(one), QColor(other)
    return QColor(
        (first.red() + second.red()) // 2,
        (first.green() + second.green()) // 2,
        (first.blue() + second.blue()) // 2,
    ).name()


def _blank(side_px: int, ratio: float) -> QPixmap:
    blank = QPixmap(QSize(side_px, side_px) * ratio)
    blank.setDevicePixelRatio(ratio)
    blank.fill(Qt.GlobalColor.transparent)
    return blank


@lru_cache(maxsize=32)
def plate(side_px: int, ratio: float, fill: str, line: str) -> QPixmap:
    """Return a filled square with round corners and a line around it."""
    square = _blank(side_px, ratio)
    painter = QPainter(square)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if line == fill else QPen(QColor(line)))
    painter.setBrush(QColor(fill))
    inset = 0 if line == fill else 0.5
    rect = QRectF(inset, inset, side_px - 2 * inset, side_px - 2 * inset)
    painter.drawRoundedRect(rect, RADIUS_PX, RADIUS_PX)
    painter.end()
    return square


@lru_cache(maxsize=8)
def corners(side_px: int, ratio: float, colour: str) -> QPixmap:
    """Return what makes a square look round: its four corners in the colour around it."""
    mask = _blank(side_px, ratio)
    painter = QPainter(mask)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRect(0, 0, side_px, side_px)
    shape.addRoundedRect(QRectF(0, 0, side_px, side_px), RADIUS_PX, RADIUS_PX)
    painter.fillPath(shape, QColor(colour))
    painter.end()
    return mask


@lru_cache(maxsize=8)
def outline(side_px: int, ratio: float, colour: str) -> QPixmap:
    """Return the mark around a tile of this side; it is larger by `OUTLINE_PX` all round."""
    outer = side_px + 2 * OUTLINE_PX
    mark = _blank(outer, ratio)
    painter = QPainter(mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), _PEN_PX))
    inset = _PEN_PX / 2
    rect = QRectF(inset, inset, outer - _PEN_PX, outer - _PEN_PX)
    painter.drawRoundedRect(rect, RADIUS_PX + OUTLINE_PX, RADIUS_PX + OUTLINE_PX)
    painter.end()
    return mark
