"""The gallery's list: Qt's own selection, keyboard, drag and accessibility on our own geometry."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QMimeData,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QListView,
    QPushButton,
    QStyle,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from civitai_desktop.domain.generation import Image
from civitai_desktop.ui.gallery.delegate import TileDelegate, Zone, zone_at
from civitai_desktop.ui.gallery.grid_view import GridView
from civitai_desktop.ui.gallery.model import GalleryListModel
from civitai_desktop.ui.gallery.sections import EDGE_PX, GAP_PX, HEADER_PX
from civitai_desktop.ui.queue.tiles import LiveTile, Phase
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.plates import OUTLINE_PX
from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore
from civitai_desktop.ui.shared.widgets import named, styled

_LINES_AHEAD = 5
_SETTLED_MS = 80
"""A fling or a resize that rests this long is over, and worth decoding for."""


class GalleryView(GridView):
    """The gallery's tiles: painted, pointed at, opened, dragged out; thumbnails as they are seen.

    When pictures come in above those in sight, a button says how many and leads to them.
    """

    opened = Signal(int)
    cancel_clicked = Signal(str)
    retry_clicked = Signal(str)
    dismiss_clicked = Signal(str)
    delete_wanted = Signal(list)
    menu_wanted = Signal(QPoint)
    """Where on the screen, for the picture that is current then."""

    def __init__(
        self,
        rows: GalleryListModel,
        thumbnails: ThumbnailStore,
        theme: Theme,
        path_of: Callable[[Image], Path],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(rows, parent)
        self._thumbnails = thumbnails
        self._theme = theme
        self._path_of = path_of
        self._delegate = TileDelegate(theme, thumbnails, self)
        self._pointer: QPoint | None = None
        self._pressed: tuple[LiveTile, Zone] | None = None
        self._looked_for: dict[int, int] = {}
        self._new = 0
        self._direction = 1
        self._wishes = QTimer(self, singleShot=True)
        self._pill = styled(named(QPushButton(self), "New images"), "pill")
        self._set_up()
        self._connect()

    def _set_up(self) -> None:
        named(self, "Gallery")
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._pill.setCursor(Qt.CursorShape.PointingHandCursor)
        self._pill.hide()

    def _connect(self) -> None:
        self._rows.sections_changed.connect(self.viewport().update)
        self._rows.dataChanged.connect(self._wish_now)
        self._rows.modelReset.connect(self._hide_pill)
        self._rows.redrawn.connect(self._thumbnails.redrawn)
        self._thumbnails.loaded.connect(self._on_loaded)
        self._theme.changed.connect(self.viewport().update)
        self._wishes.timeout.connect(self._wish)
        self._pill.clicked.connect(self.scrollToTop)
        self.laid_out.connect(self._wish_now)
        self.came_above.connect(self._announce)

    def dragged(self) -> QMimeData:
        """Return the files of the selected images, for whatever they are dropped on."""
        rows = [row for row in self.selected_rows() if row >= self._rows.live_count]
        images = [image for _, image in self._rows.images_at(rows)]
        content = QMimeData()
        content.setUrls(
            [QUrl.fromLocalFile(str(self._path_of(image))) for image in images if image]
        )
        return content

    # Thumbnails

    @Slot()
    def _wish_now(self) -> None:
        is_settling = self._wishes.isActive() and self._wishes.interval() > 0
        if not is_settling:
            self._wishes.start(0)

    @Slot()
    def _wish(self) -> None:
        """Ask for what is in sight, and then for the lines that come next."""
        top = self.verticalOffset()
        bottom = top + self.viewport().height()
        more = _LINES_AHEAD * self._grid.measures.pitch_px
        ahead = (bottom, bottom + more) if self._direction > 0 else (top - more, top)
        rows = [*self._grid.rows_between(top, bottom), *self._grid.rows_between(*ahead)]
        rows = [row for row in dict.fromkeys(rows) if row >= self._rows.live_count]
        images = self._rows.images_at(rows)
        self._looked_for = {image_id: row for row, (image_id, _) in zip(rows, images, strict=True)}
        side, ratio = self._grid.measures.tile_px, self.devicePixelRatioF()
        self._thumbnails.want(images, side_px=side, ratio=ratio)

    @Slot(int)
    def _on_loaded(self, image_id: int) -> None:
        row = self._looked_for.get(image_id)
        if row is None:
            return
        index = self._rows.index(row)
        if index.data(GalleryListModel.IdRole) == image_id:
            self.update(index)
        else:  # rows came or went since the wish
            self.viewport().update()

    @Slot(int)
    def _announce(self, number: int) -> None:
        self._new += number
        self._pill.setText(self.tr("{n} new").format(n=self._new))
        self._pill.adjustSize()
        self._place_pill()
        self._pill.show()
        self._pill.raise_()

    def _place_pill(self) -> None:
        self._pill.move((self.width() - self._pill.width()) // 2, GAP_PX)

    @Slot()
    def _hide_pill(self) -> None:
        self._new = 0
        self._pill.hide()

    # Events

    @guarded(nothing)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._wishes.start(_SETTLED_MS)
        self._place_pill()

    @guarded(nothing)
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._hover_after_scrolling(dy)
        self._direction = -1 if dy > 0 else 1
        self._wishes.start(_SETTLED_MS if abs(dy) > self.viewport().height() else 0)
        if not self.verticalOffset():
            self._hide_pill()

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            self._paint(painter, event.region())
        finally:
            painter.end()

    def _paint(self, painter: QPainter, region: QRegion) -> None:
        area, offset = region.boundingRect(), self.verticalOffset()
        painter.fillRect(area, self._theme.colours.background)
        top, bottom = area.top() + offset, area.bottom() + 1 + offset
        for section in self._grid.headers_between(top, bottom):
            self._paint_header(painter, section)
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~QStyle.StateFlag.State_MouseOver
        hovered = self._hovered()
        selection, current = self.selectionModel(), self.currentIndex().row()
        reach = OUTLINE_PX
        for row in self._grid.rows_between(top - reach, bottom + reach):
            index = self._rows.index(row)
            rect = self.visualRect(index)
            if not region.intersects(rect.adjusted(-reach, -reach, reach, reach)):
                continue
            state = plain
            if row == hovered:
                state |= QStyle.StateFlag.State_MouseOver
            if selection.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if row != current:
                state &= ~QStyle.StateFlag.State_HasFocus
            option.state = state
            option.rect = rect
            self._delegate.paint(painter, option, index)

    def _paint_header(self, painter: QPainter, section: int) -> None:
        colours = self._theme.colours
        title, detail = self._rows.heading(section)
        rect = QRect(
            EDGE_PX,
            self._grid.header_top(section) - self.verticalOffset(),
            self.width() - 2 * EDGE_PX,
            HEADER_PX,
        )
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(colours.text)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, title)
        rect.setLeft(rect.left() + painter.fontMetrics().horizontalAdvance(title) + GAP_PX)
        painter.setFont(self.font())
        painter.setPen(colours.dim)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, detail)

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        tile = self._live_at(self.currentIndex())
        if tile is not None and tile.is_busy:
            tile = None
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            image_id = self.currentIndex().data(GalleryListModel.IdRole)
            if image_id is not None:
                self.opened.emit(image_id)
            elif tile is not None and tile.can_be_tried:
                self.retry_clicked.emit(tile.generation_id)
        elif event.key() == Qt.Key.Key_Delete:
            if ids := self.selected_ids():
                self.delete_wanted.emit(ids)
            elif tile is not None:
                self._put_away(tile)
        else:
            super().keyPressEvent(event)

    @guarded(nothing)
    def keyboardSearch(self, search: str) -> None:
        """Do nothing: Qt would read every row to find a prompt that begins so."""

    @guarded(nothing)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().toPoint())
        if self._pressed is None:
            super().mouseMoveEvent(event)

    @guarded(nothing)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().toPoint())
        is_left = event.button() is Qt.MouseButton.LeftButton
        self._pressed = self._part_under_pointer() if is_left else None
        if self._pressed is None:
            super().mousePressEvent(event)

    @guarded(nothing)
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
            return
        self._point_at(event.position().toPoint())
        released = self._part_under_pointer()
        if released is None or (released[0].key, released[1]) != (pressed[0].key, pressed[1]):
            return
        tile, zone = released
        if zone is Zone.RETRY:
            self.retry_clicked.emit(tile.generation_id)
        else:
            self._put_away(tile)

    @guarded(nothing)
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or self._part_under_pointer():
            return
        image_id = self.indexAt(event.position().toPoint()).data(GalleryListModel.IdRole)
        if image_id is not None:
            self.opened.emit(image_id)

    @guarded(nothing)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        where, index = event.globalPos(), self.indexAt(event.pos())
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            where = self.viewport().mapToGlobal(self.visualRect(index).center())
        # A button that opens it has made what is under it current before.
        if index.data(GalleryListModel.IdRole) is not None:
            self.menu_wanted.emit(where)

    @guarded(bool)
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._point_at(None)
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            part = self._part_at(event.pos())
            if part is not None and part[1] is Zone.CROSS:
                words = self._rows.cross_words(part[0])
                QToolTip.showText(event.globalPos(), words, self.viewport())
                return True
        return super().viewportEvent(event)

    @guarded(nothing)
    def startDrag(self, supported: Qt.DropAction) -> None:
        content = self.dragged()
        if not content.hasUrls():
            return
        drag = QDrag(self)
        drag.setMimeData(content)
        image_id = self.currentIndex().data(GalleryListModel.IdRole)
        if image_id is not None and (picture := self._thumbnails.pixmap(image_id)):
            drag.setPixmap(picture)
        drag.exec(Qt.DropAction.CopyAction)

    def _put_away(self, tile: LiveTile) -> None:
        if tile.phase is Phase.FAILED:
            self.dismiss_clicked.emit(tile.generation_id)
        else:
            self.cancel_clicked.emit(tile.generation_id)

    def _hovered(self, scrolled_by: int = 0) -> int | None:
        if self._pointer is None:
            return None
        offset = self.verticalOffset() + scrolled_by
        return self._grid.row_at(self._pointer.x(), self._pointer.y() + offset)

    def _hover_after_scrolling(self, dy: int) -> None:
        """Under a pointer that rests another tile is hovered now; the picture only moved along."""
        before, after = self._hovered(scrolled_by=dy), self._hovered()
        if before != after:
            self._point_at(self._pointer)
            self._repaint_rows(before, after)

    def _repaint_rows(self, *rows: int | None) -> None:
        for row in rows:
            if row is not None:
                self.update(self._rows.index(row))

    def _live_at(self, index: QModelIndex) -> LiveTile | None:
        tile: LiveTile | None = index.data(GalleryListModel.LiveRole)
        return tile

    def _part_under_pointer(self) -> tuple[LiveTile, Zone] | None:
        return None if self._pointer is None else self._part_at(self._pointer)

    def _part_at(self, point: QPoint) -> tuple[LiveTile, Zone] | None:
        index = self.indexAt(point)
        tile = self._live_at(index)
        if tile is None:
            return None
        zone = zone_at(tile, self.visualRect(index), point)
        return None if zone is None else (tile, zone)

    def _point_at(self, point: QPoint | None) -> None:
        """Remember where the pointer is, and repaint the tiles that look different for it."""
        before = (self._hovered(), self._delegate.hot_zone)
        self._pointer = point
        part = self._part_under_pointer()
        self._delegate.hot_zone = None if part is None else part[1]
        after = (self._hovered(), self._delegate.hot_zone)
        if before != after:
            self._repaint_rows(before[0], after[0])
