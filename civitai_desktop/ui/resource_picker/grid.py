"""The cards, in as many columns as fit, with pictures for those in sight and endless scroll."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle

from civitai_desktop.domain.resource import Offer
from civitai_desktop.ui.resource_picker.delegate import CARD, SIDE_PX, CardDelegate
from civitai_desktop.ui.resource_picker.model import Index, ResourceListModel
from civitai_desktop.ui.resource_picker.presenter import PickerPresenter
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore
from civitai_desktop.ui.shared.widgets import named

_GAP = QSize(20, 24)
_AHEAD_PX = 400
"""So near the end the next page is fetched, before anybody sees it."""


class ResourceGrid(QListView):
    """Shows the presenter's rows; asks for pages and pictures as one scrolls.

    Signals:
        offer_chosen: The current `Offer`, or None.
        offer_used: Enter or a double click on an `Offer`.
    """

    offer_chosen = Signal(object)
    offer_used = Signal()

    def __init__(self, presenter: PickerPresenter, theme: Theme, pictures: ThumbnailStore) -> None:
        super().__init__()
        named(self, "Resources")
        self._presenter = presenter
        self._pictures = pictures
        self._ready: set[int] = set()
        self._columns = 1
        self.setModel(presenter.finds.rows)
        self._delegate = CardDelegate(presenter, theme, pictures, self)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(40)
        self._look_soon = QTimer(self)
        self._look_soon.setSingleShot(True)
        self._look_soon.setInterval(0)
        self._look_soon.timeout.connect(self._look)
        self.verticalScrollBar().valueChanged.connect(self._look_soon.start)
        self.verticalScrollBar().rangeChanged.connect(self._look_soon.start)
        for change in (presenter.finds.rows.rowsInserted, presenter.finds.rows.modelReset):
            change.connect(self._look_soon.start)
        presenter.preview_ready.connect(self._on_preview)
        pictures.loaded.connect(self._on_loaded)
        self.doubleClicked.connect(self.offer_used)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        offer = current.data(ResourceListModel.OfferRole)
        self.offer_chosen.emit(offer if isinstance(offer, Offer) else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # What Qt lays out in: the bar's width is kept free whether the bar is there or not.
        bar_px = self.style().pixelMetric(
            QStyle.PixelMetric.PM_ScrollBarExtent, None, self.verticalScrollBar()
        )
        width = self.maximumViewportSize().width() - bar_px
        self._columns = max(1, width // (CARD.width() + _GAP.width()))
        self._delegate.cell = QSize(width // self._columns, CARD.height() + _GAP.height())
        self.setGridSize(self._delegate.cell)

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.offer_used.emit()
        else:
            super().keyPressEvent(event)

    def enter(self) -> None:
        """Take the focus, with the first card chosen if none is."""
        self.setFocus()
        # The focus alone makes the first card current, and leaves it unselected.
        if not self.selectionModel().hasSelection() and self.model().rowCount():
            current = self.currentIndex()
            self.selectionModel().setCurrentIndex(
                current if current.isValid() else self.model().index(0, 0),
                QItemSelectionModel.SelectionFlag.ClearAndSelect,
            )

    def clear_choice(self) -> None:
        """Have no card chosen: something else is."""
        self.setCurrentIndex(QModelIndex())
        self.clearSelection()

    @Slot()
    def _look(self) -> None:
        """Ask for what is in sight, and for the next page before the end is reached."""
        bar = self.verticalScrollBar()
        if bar.value() >= bar.maximum() - _AHEAD_PX:
            self._presenter.finds.more()
        best = [offer.best for offer in self._in_sight()]
        self._presenter.want_previews(best)
        wanted = [(each.version_id, None) for each in best if each.version_id in self._ready]
        self._pictures.want(wanted, side_px=SIDE_PX, ratio=self.devicePixelRatio())

    def _in_sight(self) -> list[Offer]:
        offers = self._presenter.finds.rows.offers
        cell = self.gridSize()
        if not offers or cell.isEmpty():
            return []
        columns = self._columns
        top = self.verticalScrollBar().value() // cell.height()
        rows = self.viewport().height() // cell.height() + 2
        return list(offers[top * columns : (top + rows) * columns])

    @Slot(int)
    def _on_preview(self, version_id: int) -> None:
        self._ready.add(version_id)
        self._look_soon.start()

    @Slot(int)
    def _on_loaded(self, version_id: int) -> None:
        self._presenter.finds.rows.touch(version_id)
