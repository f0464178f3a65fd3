"""The rows of the command palette: what each says, and how it is painted."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from civitai_desktop.ui.shared.commands import Command, said, shown_key
from civitai_desktop.ui.shared.guarded import guarded, nothing

Index = QModelIndex | QPersistentModelIndex

ROW_PX = 36
_SIDE_PX = 10
_TICK_PX = 18
_BETWEEN_PX = 12
_KEY_PX = (6, 20)
"""Beside the letters of a key, and its height."""
_FRAME_ALPHA = 90
_SMALL_PX = 12
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CENTRE = Qt.AlignmentFlag.AlignCenter


class Row(NamedTuple):
    """One command as it is now.

    Attributes:
        why_not: Why it cannot be done now; "" if it can.
    """

    command: Command
    why_not: str
    is_chosen: bool


class CommandListModel(QAbstractListModel):
    """What was found."""

    RowRole = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show exactly these."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @guarded(nothing)
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return said(row.command.text)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
            case Qt.ItemDataRole.SizeHintRole:
                return QSize(1, ROW_PX)
            case self.RowRole:
                return row
        return None

    def _spoken(self, row: Row) -> str:
        ticked = self.tr("Chosen") if row.is_chosen else ""
        hint = row.why_not or said(row.command.hint)
        key = shown_key(row.command.key)
        said_of_it = [said(row.command.text).removesuffix("…"), ticked, key, hint.removesuffix(".")]
        return ". ".join(filter(None, said_of_it)) + "."


class CommandDelegate(QStyledItemDelegate):
    """Paints a command, what it does or why it cannot be done in dim, and its key."""

    @guarded(nothing)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(CommandListModel.RowRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = QGuiApplication.palette()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.button())
            painter.drawRoundedRect(option.rect, 4, 4)
        dim = palette.placeholderText().color()
        room = option.rect.adjusted(_SIDE_PX, 0, -_SIDE_PX, 0)
        small = QFont(option.font)
        small.setPixelSize(_SMALL_PX)
        painter.setPen(dim)
        painter.setFont(small)
        self._paint_keys(painter, room, shown_key(row.command.key))
        painter.setFont(option.font)
        if row.is_chosen:
            painter.drawText(room, _MIDDLE, "✓")
        room.setLeft(room.left() + _TICK_PX)
        painter.setPen(dim if row.why_not else palette.text().color())
        self._paint_text(painter, room, said(row.command.text))
        small.setItalic(bool(row.why_not))
        painter.setFont(small)
        painter.setPen(dim)
        self._paint_text(painter, room, row.why_not or said(row.command.hint))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(1, ROW_PX)

    def _paint_text(self, painter: QPainter, room: QRect, text: str) -> None:
        """Paint a text at the left of the room, which is what is right of it then."""
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room.width()))
        painter.drawText(room, _MIDDLE, shown)
        room.setLeft(room.left() + metrics.horizontalAdvance(shown) + _BETWEEN_PX)

    def _paint_keys(self, painter: QPainter, room: QRect, key: str) -> None:
        """Paint a key in a frame at the right of the room, which is what is left of it then."""
        if not key:
            return
        beside_px, height_px = _KEY_PX
        width_px = QFontMetrics(painter.font()).horizontalAdvance(key) + 2 * beside_px
        cap = QRect(0, 0, max(width_px, height_px), height_px)
        cap.moveCenter(room.center())
        cap.moveRight(room.right())
        frame = QGuiApplication.palette().placeholderText().color()
        frame.setAlpha(_FRAME_ALPHA)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        text = painter.pen()
        painter.setPen(QPen(frame, 1))
        painter.drawRoundedRect(cap, 4, 4)
        painter.setPen(text)
        painter.drawText(cap, _CENTRE, key)
        room.setRight(cap.left() - _BETWEEN_PX)
