"""Paints one find as a card: picture, name, version, what it was made for, how often it was had."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from civitai_desktop.domain.resource import Offer, Resource
from civitai_desktop.ui.resource_picker.model import Index, ResourceListModel
from civitai_desktop.ui.resource_picker.presenter import PickerPresenter
from civitai_desktop.ui.resource_picker.wording import count_text
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.plates import OUTLINE_PX, corners, outline, plate, small_font
from civitai_desktop.ui.shared.theme import Theme, pixmap
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore

SIDE_PX = 172
"""Of a card's picture."""

_TEXT_PX = 58
_LINE_PX = 17
CARD = QSize(SIDE_PX, SIDE_PX + _TEXT_PX)

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CardDelegate(QStyledItemDelegate):
    """Paints cards in the theme's colours, each in the middle of its cell.

    Attributes:
        cell: The size of a cell. An item fills its own, so that its outline is painted with it.
    """

    def __init__(
        self, presenter: PickerPresenter, theme: Theme, pictures: ThumbnailStore, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme = theme
        self._pictures = pictures
        self._colours = theme.colours
        self.cell = CARD
        theme.changed.connect(self._on_theme_changed)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._colours = self._theme.colours

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell

    @guarded(nothing)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer: Offer = index.data(ResourceListModel.OfferRole)
        resource = offer.best
        cell: QRect = option.rect
        card = QRect(QPoint(cell.left() + (cell.width() - SIDE_PX) // 2, cell.top()), CARD)
        card.translate(0, OUTLINE_PX + 2)
        ratio = painter.device().devicePixelRatio()
        painter.save()
        self._paint_picture(painter, card.topLeft(), resource, ratio)
        self._paint_text(painter, card.adjusted(1, SIDE_PX + 6, -1, 0), resource)
        painter.restore()
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            colour = self._colours.accent
        elif state & (QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver):
            colour = self._colours.dim
        else:
            return
        corner = card.topLeft() - QPoint(OUTLINE_PX, OUTLINE_PX)
        painter.drawPixmap(corner, outline(SIDE_PX, ratio, colour))

    def _paint_picture(
        self, painter: QPainter, at: QPoint, resource: Resource, ratio: float
    ) -> None:
        colours = self._colours
        if picture := self._pictures.pixmap(resource.version_id):
            painter.drawPixmap(at, picture)
            painter.drawPixmap(at, corners(SIDE_PX, ratio, colours.background))
        else:
            painter.drawPixmap(at, plate(SIDE_PX, ratio, colours.field, colours.line))
            if resource.is_mature and not resource.preview_url:
                painter.setFont(small_font())
                painter.setPen(QColor(colours.dim))
                square = QRect(at, QSize(SIDE_PX, SIDE_PX))
                painter.drawText(square, Qt.AlignmentFlag.AlignCenter, self.tr("Mature"))
        if self._presenter.is_favourite(resource):
            star = pixmap("star", colours.star, 16, ratio)
            painter.drawPixmap(at + QPoint(SIDE_PX - 23, 7), star)

    def _paint_text(self, painter: QPainter, where: QRect, resource: Resource) -> None:
        colours = self._colours
        name, below, last = (
            QRect(where.left(), where.top() + row * _LINE_PX, where.width(), _LINE_PX)
            for row in range(3)
        )
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        self._line(painter, name, resource.name)
        painter.setFont(small_font())
        painter.setPen(QColor(colours.dim))
        downloads = f"↓ {count_text(resource.downloads)}"
        room = painter.fontMetrics().horizontalAdvance(downloads) + 8
        painter.drawText(below, _RIGHT, downloads)
        self._line(painter, below.adjusted(0, 0, -room, 0), resource.version)
        if not self._presenter.wish.is_met_by(resource):
            painter.setPen(QColor(colours.warning_text))
        self._line(painter, last, resource.base_model)

    def _line(self, painter: QPainter, where: QRect, text: str) -> None:
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(where, _LEFT, painter.fontMetrics().elidedText(text, elide, where.width()))
