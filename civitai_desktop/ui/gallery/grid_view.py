"""A QListView whose geometry is arithmetic: cells of equal size under the headers of sections."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QAccessible, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from civitai_desktop.domain.generation import Image
from civitai_desktop.ui.gallery.model import GalleryListModel
from civitai_desktop.ui.gallery.sections import GAP_PX, HEADER_PX, Grid, Measures, Move
from civitai_desktop.ui.queue.tiles import LiveTile
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.plates import OUTLINE_PX

Index = QModelIndex | QPersistentModelIndex

_WHEEL_STEP_PX = 40

_MOVES = {
    QAbstractItemView.CursorAction.MoveLeft: Move.LEFT,
    QAbstractItemView.CursorAction.MovePrevious: Move.LEFT,
    QAbstractItemView.CursorAction.MoveRight: Move.RIGHT,
    QAbstractItemView.CursorAction.MoveNext: Move.RIGHT,
    QAbstractItemView.CursorAction.MoveUp: Move.UP,
    QAbstractItemView.CursorAction.MoveDown: Move.DOWN,
    QAbstractItemView.CursorAction.MovePageUp: Move.PAGE_UP,
    QAbstractItemView.CursorAction.MovePageDown: Move.PAGE_DOWN,
    QAbstractItemView.CursorAction.MoveHome: Move.HOME,
    QAbstractItemView.CursorAction.MoveEnd: Move.END,
}


class GridView(QListView):
    """Selection, keyboard and accessibility are Qt's own; every place is asked of a `Grid`.

    Qt lays the items of a QListView out one by one, which takes a second for 100,000. What comes
    in above the tiles that are looked at does not move them, and an image stays selected when the
    list is exchanged for another one that has it. When the last selected image is deleted, the one
    that follows is selected instead, so that the keyboard goes on from there.
    """

    current_changed = Signal(object)
    """The selected `Image` or `LiveTile` that the keyboard stands on, or None.

    Told whenever that or `selected_ids()` has changed, once per turn of the loop: Qt moves the
    current item first and selects it afterwards.
    """
    laid_out = Signal()
    came_above = Signal(int)
    """So many images were added above those in sight."""

    def __init__(self, rows: GalleryListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._grid = Grid([], Measures.fitting(self.width()))
        self._column = (-1, 0)
        self._told: tuple[Image | LiveTile | None, list[int]] = (None, [])
        self._lost_id: int | None = None
        self._is_losing_all = False
        self._telling = QTimer(self, interval=0, singleShot=True)
        self._telling.timeout.connect(self._tell)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(_WHEEL_STEP_PX)
        self.setModel(rows)
        # After Qt's own connections: the selection is emptied by a reset, and filled again then.
        rows.modelReset.connect(self._find_lost)
        rows.rowsRemoved.connect(self._on_rows_removed)
        rows.modelAboutToBeReset.connect(self._on_about_to_be_reset)

    def selected_rows(self) -> list[int]:
        """Return the selected rows in order."""
        ranges = self.selectionModel().selection().toList()
        return sorted(row for part in ranges for row in range(part.top(), part.bottom() + 1))

    def selected_ids(self) -> list[int]:
        """Return the ids of the selected images, in the order of their rows."""
        return self._rows.ids_of(self.selected_rows())

    def current(self) -> Image | LiveTile | None:
        """Return the selected image or live tile that the keyboard stands on.

        A screen reader selects without moving the keyboard; then it is the only one selected.
        """
        index = self.currentIndex()
        if not self.selectionModel().isSelected(index):
            rows = self.selected_rows()
            if len(rows) != 1:
                return None
            index = self._rows.index(rows[0], 0)
        tile: Image | LiveTile | None = index.data(GalleryListModel.LiveRole)
        return tile or index.data(GalleryListModel.ImageRole)

    def select_image(self, image_id: int) -> bool:
        """Select an image and bring it into sight; tell whether it is listed."""
        row = self._rows.row_of(image_id)
        if row is None:
            return False
        # Not by the view itself: it would take a Ctrl that is held for a click that deselects.
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self._rows.index(row), flags)
        return True

    # Geometry

    @guarded(QRect)
    def visualRect(self, index: Index) -> QRect:
        if not index.isValid() or index.row() >= self._grid.rows:
            return QRect()
        place = self._grid.place(index.row())
        return QRect(place.x, place.y - self.verticalOffset(), place.side, place.side)

    @guarded(QModelIndex)
    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._grid.row_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self._rows.index(row)

    @guarded(int)
    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    @guarded(int)
    def horizontalOffset(self) -> int:
        return 0

    @guarded(bool)
    def isIndexHidden(self, index: Index) -> bool:
        return False

    @guarded(nothing)
    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid() or index.row() >= self._grid.rows:
            return
        place = self._grid.place(index.row())
        height, bar = self.viewport().height(), self.verticalScrollBar()
        above = place.y - HEADER_PX
        below = place.y + place.side + GAP_PX - height
        match hint:
            case QAbstractItemView.ScrollHint.PositionAtTop:
                bar.setValue(above)
            case QAbstractItemView.ScrollHint.PositionAtBottom:
                bar.setValue(below)
            case QAbstractItemView.ScrollHint.PositionAtCenter:
                bar.setValue((above + below) // 2)
            case _:
                bar.setValue(min(max(bar.value(), below), above))

    @guarded(QModelIndex)
    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        if not self._grid.rows:
            return QModelIndex()
        row = self.currentIndex().row()
        if row < 0:
            return self._rows.index(0)
        kept_row, column = self._column
        if kept_row != row:
            column = self._grid.column_of(row)
        move = _MOVES[action]
        target = self._grid.step(row, move, column=column, page_px=self.viewport().height())
        if move in {Move.UP, Move.DOWN, Move.PAGE_UP, Move.PAGE_DOWN}:
            self._column = (target, column)
        return self._rows.index(target)

    @guarded(nothing)
    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        if self.state() is QListView.State.DragSelectingState:
            selection = self._touched_by(rect.normalized())
        else:  # from one tile to another, in whichever direction
            ends = (self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight()))
            rows = sorted(end.row() for end in ends if end.isValid())
            selection = QItemSelection()
            if rows:
                selection.select(self._rows.index(rows[0]), self._rows.index(rows[-1]))
        self.selectionModel().select(selection, command)

    @guarded(nothing)
    def selectAll(self) -> None:
        # Qt makes an index for every row: 80 ms for 100,000.
        everything = QItemSelection()
        if self._grid.rows:
            everything.select(self._rows.index(0), self._rows.index(self._grid.rows - 1))
        self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    @guarded(QRegion)
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        seen = self._rows_in_sight()
        for part in selection.toList():
            for row in range(max(part.top(), seen.start), min(part.bottom() + 1, seen.stop)):
                region += self._marked_rect(self._rows.index(row))
        return region

    @guarded(nothing)
    def updateGeometries(self) -> None:
        QAbstractItemView.updateGeometries(self)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setRange(0, max(self._grid.height_px - height, 0))

    @guarded(nothing)
    def doItemsLayout(self) -> None:
        self._lay_out()
        QAbstractItemView.doItemsLayout(self)

    def _lay_out(self) -> None:
        # The scroll bar stands in the right margin: whether it shows must not move the tiles.
        self._grid = Grid(self._rows.section_counts(), Measures.fitting(self.width()))
        self.updateGeometries()
        self.viewport().update()
        self.laid_out.emit()

    def _lay_out_around(self, row: int, *, shifted_to: int) -> None:
        """Lay out anew and keep the tile `row` where it is on the screen, if one has scrolled."""
        bar = self.verticalScrollBar()
        if not bar.value() or row >= self._grid.rows:
            self._lay_out()
            return
        offset = self._grid.place(row).y - bar.value()
        self._lay_out()
        if 0 <= shifted_to < self._grid.rows:
            bar.setValue(self._grid.place(shifted_to).y - offset)

    def _rows_in_sight(self) -> range:
        top = self.verticalOffset()
        return self._grid.rows_between(top, top + self.viewport().height())

    def _touched_by(self, rect: QRect) -> QItemSelection:
        selection, top = QItemSelection(), self.verticalOffset()
        for row in self._grid.rows_between(rect.top() + top, rect.bottom() + top + 1):
            index = self._rows.index(row)
            if self.visualRect(index).intersects(rect):
                selection.select(index, index)
        return selection

    def _marked_rect(self, index: Index) -> QRect:
        room = OUTLINE_PX
        return self.visualRect(index).adjusted(-room, -room, room, room)

    @guarded(nothing)
    def resizeEvent(self, event: QResizeEvent) -> None:
        first = self._rows_in_sight().start
        self._lay_out_around(first, shifted_to=first)

    @guarded(nothing)
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)

    # Rows that come and go

    @guarded(nothing)
    def reset(self) -> None:
        super().reset()
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self._telling.start()

    @guarded(nothing)
    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        first = self._rows_in_sight().start
        count = end - start + 1
        is_above = start <= first and self.verticalOffset() > 0
        self._lay_out_around(first, shifted_to=first + count if is_above else first)
        QAbstractItemView.rowsInserted(self, parent, start, end)
        if is_above and start >= self._rows.live_count:
            self.came_above.emit(count)
        self._find_lost()

    @guarded(nothing)
    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        # A QListView would lay everything out again, and its base would paint everything again.
        if QAccessible.isActive():
            QAbstractItemView.dataChanged(self, first, last, roles)
        else:
            seen = self._rows_in_sight()
            for row in range(max(first.row(), seen.start), min(last.row() + 1, seen.stop)):
                self.update(self._rows.index(row))
        if first.row() <= self.currentIndex().row() <= last.row():
            self._telling.start()

    @guarded(nothing)
    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        # The view hears of it before its selection model does, which then forgets these rows.
        # Deleted images go one by one; many at once are left out by another query.
        ranges = [
            (part.top(), part.bottom()) for part in self.selectionModel().selection().toList()
        ]
        self._is_losing_all = start == end >= self._rows.live_count and ranges == [(start, end)]
        super().rowsAboutToBeRemoved(parent, start, end)

    @Slot(QModelIndex, int, int)
    def _on_rows_removed(self, _parent: QModelIndex, start: int, end: int) -> None:
        first = self._rows_in_sight().start
        shift = min(end + 1, first) - start if start < first else 0
        self._lay_out_around(first, shifted_to=first - shift)
        # Never a live tile instead of an image: the next Delete would cancel it.
        following = min(start, self._grid.rows - 1)
        if self._is_losing_all and following >= self._rows.live_count:
            self.setCurrentIndex(self._rows.index(following))
        self._telling.start()

    @Slot()
    def _on_about_to_be_reset(self) -> None:
        ids = self._rows.ids_of([self.currentIndex().row()]) if self._has_current() else []
        self._lost_id = ids[0] if ids else self._lost_id

    def _has_current(self) -> bool:
        return self.selectionModel().isSelected(self.currentIndex())

    @Slot()
    def _find_lost(self) -> None:
        """Select again what was selected before the list was exchanged, as soon as it is listed."""
        if self._lost_id is not None and self.select_image(self._lost_id):
            self._lost_id = None

    @guarded(nothing)
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self._lost_id = None
        for index in (current, previous):
            self.viewport().update(self._marked_rect(index))
        self._telling.start()

    @guarded(nothing)
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._telling.start()

    @Slot()
    def _tell(self) -> None:
        current, ids = self.current(), self.selected_ids()
        if (current, ids) != self._told:
            self._told = (current, ids)
            self.current_changed.emit(current)
