"""A source picture in small, with the cross that removes it."""

from PySide6.QtCore import QRect, QRectF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from civitai_desktop.domain.source import file_name
from civitai_desktop.ui.generate.sources.presenter import THUMBNAIL_PX
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.icon_button import IconButton, draw_icon
from civitai_desktop.ui.shared.widgets import named, plain_tip

_RADIUS_PX = 6
_BREAK = "\N{ZERO WIDTH SPACE}"
_ADDRESS_PX = 10
_ADDRESS_LENGTH = 24
"""In characters: what three lines hold."""

_OUTLINE_ALPHA = 110


class SourceThumbnail(QWidget):
    """One picture, cut to a square, with a button that removes it.

    Signals:
        removed: The position of the picture.
    """

    removed = Signal(int)

    def __init__(self, index: int, source: str) -> None:
        super().__init__()
        named(self, f"Source {index + 1}")
        self.source = source
        self._index = index
        self._picture: QImage | None = None
        self._is_used = True
        self._remove = _RemoveButton(f"Remove source {index + 1}")
        self._remove.setParent(self)
        self._remove.move(THUMBNAIL_PX - self._remove.width() - 2, 2)
        self._remove.clicked.connect(self._removed)
        self.setFixedSize(THUMBNAIL_PX, THUMBNAIL_PX)
        address = "" if file_name(source) else source
        self.setToolTip(plain_tip(address))
        self.setAccessibleDescription(address)

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        return [self._remove]

    def show_picture(self, picture: QImage) -> None:
        """Show the picture itself."""
        self._picture = picture
        self.update()

    def show_used(self, is_used: bool) -> None:
        """Show whether the engine takes it, or it is only kept."""
        self._is_used = is_used
        self.update()

    @Slot()
    def _removed(self) -> None:
        self.removed.emit(self._index)

    @guarded(nothing)
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), _RADIUS_PX, _RADIUS_PX)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setOpacity(1.0 if self._is_used else 0.35)
        if self._picture is not None:
            painter.drawImage(self.rect(), self._picture, _middle(self._picture))
        elif not file_name(self.source):
            font = painter.font()
            font.setPixelSize(_ADDRESS_PX)
            painter.setFont(font)
            # Under the cross, and no more than fits there.
            where = self.rect().adjusted(5, 23, -5, -3)
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            host = QUrl(self.source).host().removeprefix("www.")
            end = host if len(host) <= _ADDRESS_LENGTH else f"…{host[-_ADDRESS_LENGTH:]}"
            # Between its parts first; within one only where it is too long by itself.
            parts = end.replace(".", f".{_BREAK}")
            longest = max(map(painter.fontMetrics().horizontalAdvance, parts.split(_BREAK)))
            if longest > where.width():
                wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWrapAnywhere
            painter.drawText(where, wrapped, parts)
        painter.setClipping(False)
        outline = self.palette().color(QPalette.ColorRole.PlaceholderText)
        outline.setAlpha(_OUTLINE_ALPHA)
        painter.setPen(outline)
        # Else a white picture could not be seen on a white panel.
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, _RADIUS_PX, _RADIUS_PX)


class _RemoveButton(IconButton):
    """A cross that can be seen on any picture."""

    def __init__(self, name: str) -> None:
        super().__init__("cross", name)

    @guarded(nothing)
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_marked = self.underMouse() or self.hasFocus()
        painter.setBrush(QColor(0, 0, 0, 220 if is_marked else 150))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        white = QPalette.ColorRole.HighlightedText
        draw_icon(painter, "cross", self.rect().center(), 10, white)


def _middle(picture: QImage) -> QRect:
    """Return the largest square in the middle of a picture."""
    side = min(picture.width(), picture.height())
    square = QRect(0, 0, side, side)
    square.moveCenter(picture.rect().center())
    return square
