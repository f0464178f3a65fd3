"""Paints one tile: a picture, a picture still to come, or the reason why there is none."""

import re
from collections.abc import Sequence
from enum import Enum, auto

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from civitai_desktop.domain.generation import Image
from civitai_desktop.ui.gallery.model import GalleryListModel
from civitai_desktop.ui.queue.tiles import LiveTile, Phase
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.plates import (
    OUTLINE_PX,
    between,
    corners,
    outline,
    plate,
    small_font,
    whole_sentences,
    wrapped,
)
from civitai_desktop.ui.shared.theme import RADIUS_PX, Colours, Theme, pixmap
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore

_LINE_PX = 16
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=\S)")
_LIVE_LINES = 3
"""Under the ring: the name of what is loaded may need more than one."""

_RING_PX = 54
_RING_PEN_PX = 4.5
_PADDING_PX = 10
_CROSS_PX = 28
_RETRY = QSize(76, 26)
_MICRO_PX = 4
_HOVER = "#16ffffff"


class Zone(Enum):
    """A part of a tile that can be clicked by itself."""

    CROSS = auto()
    RETRY = auto()


def zone_at(tile: LiveTile, rect: QRect, point: QPoint) -> Zone | None:
    """Return the part of a live tile under the pointer; none while it is being looked into."""
    if tile.is_busy:
        return None
    if _cross_rect(rect).contains(point):
        return Zone.CROSS
    if tile.can_be_tried and _retry_rect(rect).contains(point):
        return Zone.RETRY
    return None


class TileDelegate(QStyledItemDelegate):
    """Paints tiles in the theme's colours.

    What is the same on many tiles (plates, corners, outlines) is drawn once and then copied.

    Attributes:
        hot_zone: The part of the hovered tile that the pointer is on.
    """

    def __init__(
        self, theme: Theme, thumbnails: ThumbnailStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails = thumbnails
        self._colours = theme.colours
        self.hot_zone: Zone | None = None
        theme.changed.connect(self._on_theme_changed)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._colours = self._theme.colours

    @guarded(nothing)
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        image: Image | None = index.data(GalleryListModel.ImageRole)
        if image is not None:
            self._paint_image(painter, rect, image.id, image, hovered=hovered)
        elif live := index.data(GalleryListModel.LiveRole):
            self._paint_live(painter, rect, live, self.hot_zone if hovered else None)
        else:
            image_id: int = index.data(GalleryListModel.IdRole)
            self._paint_image(painter, rect, image_id, None, hovered=hovered)
        colours, ratio = self._colours, _ratio_of(painter)
        corner = rect.topLeft() - QPoint(OUTLINE_PX, OUTLINE_PX)
        if state & QStyle.StateFlag.State_Selected:
            painter.drawPixmap(corner, outline(rect.width(), ratio, colours.accent))
        elif state & QStyle.StateFlag.State_HasFocus:
            painter.drawPixmap(corner, outline(rect.width(), ratio, colours.dim))

    def _paint_image(
        self,
        painter: QPainter,
        rect: QRect,
        image_id: int,
        image: Image | None,
        *,
        hovered: bool,
    ) -> None:
        colours, ratio, side = self._colours, _ratio_of(painter), rect.width()
        if thumbnail := self._thumbnails.pixmap(image_id):
            if thumbnail.width() == round(side * ratio):
                painter.drawPixmap(rect.topLeft(), thumbnail)
            else:  # of the size before a resize, until the workers have caught up
                painter.drawPixmap(rect, thumbnail)
            painter.drawPixmap(rect.topLeft(), corners(side, ratio, colours.background))
        elif problem := self._thumbnails.problem(image_id):
            self._paint_problem(painter, rect, problem)
        elif image is not None and image.micro:
            _paint_micro(painter, rect, image)
            painter.drawPixmap(rect.topLeft(), corners(side, ratio, colours.background))
        else:
            painter.drawPixmap(rect.topLeft(), plate(side, ratio, colours.field, colours.field))
        if hovered:
            painter.drawPixmap(rect.topLeft(), plate(side, ratio, _HOVER, _HOVER))
        if image is not None and image.favourite:
            star = pixmap("star", colours.star, 15, ratio)
            painter.drawPixmap(rect.topRight() + QPoint(-22, 6), star)

    def _paint_problem(self, painter: QPainter, rect: QRect, problem: str) -> None:
        colours, ratio = self._colours, _ratio_of(painter)
        ground = plate(rect.width(), ratio, self._plate_colour(), colours.line)
        painter.drawPixmap(rect.topLeft(), ground)
        sign = QRect(0, 0, 28, 28)
        sign.moveCenter(rect.center() - QPoint(0, 14))
        painter.drawPixmap(sign.topLeft(), pixmap("broken", colours.dim, sign.width(), ratio))
        _write(painter, rect.adjusted(0, 36, 0, 0), [problem], colours.dim)

    def _paint_live(self, painter: QPainter, rect: QRect, tile: LiveTile, hot: Zone | None) -> None:
        colours, ratio = self._colours, _ratio_of(painter)
        ground = plate(rect.width(), ratio, self._plate_colour(), colours.line)
        painter.drawPixmap(rect.topLeft(), ground)
        if tile.can_be_tried:
            self._paint_reason(painter, rect, tile, is_hot=hot is Zone.RETRY)
        else:
            middle = rect.topLeft() + QPoint(rect.width() // 2, rect.height() * 2 // 5)
            _paint_ring(painter, middle, tile.share, colours)
            # A number and its unit stay in one line.
            text = _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", tile.text)
            lines = wrapped(text, rect.width() - 2 * 6, _LIVE_LINES)
            below = QRect(rect.left(), middle.y() + 42, rect.width(), len(lines) * _LINE_PX)
            _write(painter, below, lines, colours.dim)
        if tile.is_busy:
            return
        cross = _cross_rect(rect)
        if hot is Zone.CROSS:
            painter.drawPixmap(
                cross.topLeft(), plate(cross.width(), ratio, colours.hover, colours.hover)
            )
        colour = colours.text if hot is Zone.CROSS else colours.dim
        painter.drawPixmap(cross.topLeft() + QPoint(6, 6), pixmap("cross", colour, 16, ratio))

    def _paint_reason(
        self, painter: QPainter, rect: QRect, tile: LiveTile, *, is_hot: bool
    ) -> None:
        colours = self._colours
        inner = rect.adjusted(_PADDING_PX, _PADDING_PX, -_PADDING_PX, -_PADDING_PX)
        title = QRect(inner.left(), inner.top(), inner.width() - _CROSS_PX + 6, _LINE_PX)
        colour = colours.text if tile.phase is Phase.HELD else colours.bad_text
        _write(painter, title, wrapped(tile.text, title.width(), 1), colour, centred=False)
        button = _retry_rect(rect)
        top = title.bottom() + 7
        room = max((button.top() - 4 - top) // _LINE_PX, 1)
        reason = QRect(inner.left(), top, inner.width(), room * _LINE_PX)
        lines = whole_sentences(tile.brief or tile.problem, inner.width(), room)
        _write(painter, reason, lines, colours.dim, centred=False)
        if tile.is_busy:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line)))
        painter.setBrush(QColor(colours.hover if is_hot else colours.field))
        painter.drawRoundedRect(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)
        word = self.tr("Try now") if tile.phase is Phase.HELD else self.tr("Retry")
        _write(painter, button, [word], colours.text)

    def _plate_colour(self) -> str:
        """Return the ground of a tile that is no picture, raised a little from what is around."""
        colours = self._colours
        return between(colours.panel, colours.field) if self._theme.is_dark else colours.panel


def _cross_rect(rect: QRect) -> QRect:
    return QRect(rect.right() - _CROSS_PX, rect.top() + 4, _CROSS_PX, _CROSS_PX)


def _retry_rect(rect: QRect) -> QRect:
    left = rect.left() + (rect.width() - _RETRY.width()) // 2
    return QRect(QPoint(left, rect.bottom() - _RETRY.height() - 8), _RETRY)


def _ratio_of(painter: QPainter) -> float:
    return painter.device().devicePixelRatio()


def _paint_micro(painter: QPainter, rect: QRect, image: Image) -> None:
    # Smooth at half the size is a fifth of the work, and in a blur nobody sees the difference.
    half = QSize(rect.width() // 2, rect.height() // 2)
    micro = QImage(image.micro, _MICRO_PX, _MICRO_PX, QImage.Format.Format_RGB888)
    shape = QSize(image.width, image.height)
    blur = micro.convertToFormat(QImage.Format.Format_RGB32).scaled(
        shape.scaled(half, Qt.AspectRatioMode.KeepAspectRatioByExpanding),
        mode=Qt.TransformationMode.SmoothTransformation,
    )
    middle = QRect(QPoint(0, 0), half)
    middle.moveCenter(blur.rect().center())
    painter.drawImage(rect, blur, middle)


def _paint_ring(painter: QPainter, middle: QPoint, share: float | None, colours: Colours) -> None:
    ring = QRectF(0, 0, _RING_PX, _RING_PX)
    ring.moveCenter(middle.toPointF())
    pen = QPen(QColor(colours.line), _RING_PEN_PX)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawEllipse(ring)
    pen.setColor(QColor(colours.accent))
    painter.setPen(pen)
    sixteenths = round(360 * 16 * min(max(share or 0.0, 0.0), 1.0))
    painter.drawArc(ring, 90 * 16, -max(sixteenths, 1))  # with nothing done yet a dot is left


def _write(
    painter: QPainter, rect: QRect, lines: Sequence[str], colour: str, *, centred: bool = True
) -> None:
    painter.setFont(small_font())
    painter.setPen(QColor(colour))
    where = Qt.AlignmentFlag.AlignCenter if centred else Qt.AlignmentFlag.AlignLeft
    painter.drawText(rect, where, "\n".join(lines))
