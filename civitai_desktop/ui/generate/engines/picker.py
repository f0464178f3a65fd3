"""The engine's field: a button with name and price, and a list to search and choose from."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
)

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.ui.generate.engines.rows import (
    ROW_PX,
    EngineDelegate,
    EngineListModel,
    facts,
    price_text,
    star_room,
    trouble,
)
from civitai_desktop.ui.generate.engines.shelf import EngineShelf
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.icon_button import IconButton, draw_icon
from civitai_desktop.ui.shared.theme import FIELD_PX
from civitai_desktop.ui.shared.widgets import named, plain, plain_tip, styled

Index = QModelIndex | QPersistentModelIndex

_EDGE_PX = 6
_SHORTEST_PX = 240
_LONGEST_PX = 640
_WIDTH_PX = 380
_BELOW_PX = 12
_LONGEST_SEARCH = 40
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_MIDDLE_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class _Search(QLineEdit):
    """The search field; keys that mean the list go there."""

    key_for_list = Signal(int)
    favourite_wanted = Signal()

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.keyCombination() == _FAVOURITE_KEY:
            self.favourite_wanted.emit()
        elif event.key() in _LIST_KEYS:
            self.key_for_list.emit(event.key())
        else:
            super().keyPressEvent(event)


_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}
_LIST_KEYS = {*_STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}


_FAVOURITE_KEY = Qt.KeyboardModifier.ControlModifier | Qt.Key.Key_D


class _EngineList(QListView):
    """The list; a click on a star is told as such and chooses nothing."""

    star_pressed = Signal(QModelIndex)

    @guarded(nothing)
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        where = event.position().toPoint()
        index = self.indexAt(where)
        is_engine = bool(self.model().flags(index))
        if is_engine and star_room(self.visualRect(index)).contains(where):
            self.star_pressed.emit(index)
        else:
            super().mouseReleaseEvent(event)


class _Popup(QFrame):
    """The search field over the list of engines; closes when one is chosen."""

    chosen = Signal(str)

    def __init__(self, catalogue: Catalogue, shelf: EngineShelf, button: QPushButton) -> None:
        super().__init__(button, Qt.WindowType.Popup)
        styled(self, "popup")
        self._shelf = shelf
        self._room_px = _LONGEST_PX
        self._rows = EngineListModel(catalogue, shelf, self)
        self._search = named(_Search(), self.tr("Search engines"))
        self._search.setPlaceholderText(self.tr("Search engines…"))
        self._search.setMaxLength(_LONGEST_SEARCH)
        self._star = IconButton("star-outline", self.tr("Favourite engine"))
        self._star.setToolTip(self.tr("Mark as favourite, or no longer (Ctrl+D)"))
        self._list = named(_EngineList(), self.tr("Engines"))
        self._list.setModel(self._rows)
        self._list.setItemDelegate(EngineDelegate(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setMouseTracking(True)
        self._nothing = styled(plain(QLabel()), "dim")
        self._nothing.setWordWrap(True)
        self._nothing.setMinimumWidth(1)
        self._nothing.setMargin(_EDGE_PX)
        self._nothing.setObjectName("no_engine")
        self._search.textChanged.connect(self._find)
        self._search.key_for_list.connect(self._key)
        self._search.favourite_wanted.connect(self._toggle_favourite)
        self._star.clicked.connect(self._toggle_favourite)
        self._list.star_pressed.connect(self._toggle)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._list.clicked.connect(self._choose)
        self._list.activated.connect(self._choose)
        self._list.selectionModel().currentChanged.connect(self._show_star)
        self._rows.modelReset.connect(self._show_star)
        self._rows.dataChanged.connect(self._show_star)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE_PX, _EDGE_PX, _EDGE_PX, _EDGE_PX)
        column.setSpacing(_EDGE_PX)
        top = QHBoxLayout()
        top.setSpacing(_EDGE_PX)
        top.addWidget(self._search)
        top.addWidget(self._star)
        column.addLayout(top)
        column.addWidget(self._list)
        column.addWidget(self._nothing)

    def open_for(self, engine_id: str, room_px: int) -> None:
        """Show every engine, the chosen one marked, ready to type.

        Args:
            engine_id: The chosen one.
            room_px: Down to the window's bottom.
        """
        self._room_px = max(_SHORTEST_PX, min(room_px, _LONGEST_PX))
        self._search.clear()
        self.resize(_WIDTH_PX, self.height())
        self._rows.choose(engine_id)
        self._find("")
        self.show()
        self._mark(self._rows.row_of(engine_id))
        centre = QListView.ScrollHint.PositionAtCenter
        self._list.scrollTo(self._list.currentIndex(), centre)
        self._search.setFocus()

    @Slot(str)
    def _find(self, text: str) -> None:
        self._rows.search(text)
        self._mark(self._rows.row_of(""))
        is_found = self._rows.rowCount() > 0
        said = self.tr("No engine is called “{name}”.").format(name=text.strip())
        self._nothing.setText("" if is_found else said)
        self._search.setAccessibleDescription(self._nothing.text())
        self._list.setVisible(is_found)
        self._nothing.setVisible(not is_found)
        self._fit()
        # With the heading, which comes before the first engine.
        self._list.scrollToTop()

    def _fit(self) -> None:
        """Be as high as what is shown, as far as there is room for it."""
        frames_px = 2 * (self.frameWidth() + self._list.frameWidth() + 1)
        around_px = self._search.sizeHint().height() + 3 * _EDGE_PX + frames_px
        said_px = self._nothing.heightForWidth(self.width() - 2 * _EDGE_PX - frames_px)
        inside_px = self._rows.rowCount() * ROW_PX or said_px
        self.resize(self.width(), min(inside_px + around_px, self._room_px))

    @Slot(int)
    def _key(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in _STEPS:
            self._walk(_STEPS[Qt.Key(key)])
        else:
            self._choose(self._list.currentIndex())

    def _walk(self, steps: int) -> None:
        row = self._list.currentIndex().row() + steps
        direction = 1 if steps > 0 else -1
        row = max(0, min(row, self._rows.rowCount() - 1))
        while 0 <= row < self._rows.rowCount():
            if self._rows.flags(self._rows.index(row)):
                self._mark(row)
                return
            row += direction

    def _mark(self, row: int) -> None:
        self._list.setCurrentIndex(self._rows.index(row))

    @Slot()
    def _show_star(self) -> None:
        """Let the button tell what pressing it would change: the marked engine's star."""
        is_favourite = bool(self._list.currentIndex().data(EngineListModel.FavouriteRole))
        self._star.show_icon("star" if is_favourite else "star-outline")

    @Slot()
    def _toggle_favourite(self) -> None:
        self._toggle(self._list.currentIndex())

    @Slot(QModelIndex)
    def _toggle(self, index: Index) -> None:
        engine = index.data(EngineListModel.EngineRole)
        if isinstance(engine, Engine):
            self._shelf.toggle_favourite(engine.id)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        engine = index.data(EngineListModel.EngineRole)
        # Where one click activates, Qt reports it twice.
        if isinstance(engine, Engine) and self.isVisible():
            self.close()
            self.chosen.emit(engine.id)


class EnginePicker(QPushButton):
    """Shows the chosen engine and its usual price; opens the list.

    Signals:
        chosen: The id of the engine that was picked.
    """

    chosen = Signal(str)

    def __init__(self, catalogue: Catalogue, shelf: EngineShelf) -> None:
        super().__init__()
        styled(named(self, "Engine"), "engine")
        self._engine = catalogue.default
        self._shelf = shelf
        self._popup = _Popup(catalogue, shelf, self)
        self._popup.chosen.connect(self.chosen)
        shelf.changed.connect(self._describe)
        self.clicked.connect(self._open)
        self.setFixedHeight(FIELD_PX)
        self.show_engine(self._engine)

    def show_engine(self, engine: Engine) -> None:
        """Show that `engine` is the chosen one."""
        self._engine = engine
        self._describe()

    @Slot()
    def _describe(self) -> None:
        status = self._shelf.status(self._engine.id)
        said = filter(None, (self._engine.label, trouble(status)))
        self.setAccessibleDescription(". ".join(said))
        self.setToolTip(plain_tip(facts(self._engine, status)))
        self.update()

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        palette = QGuiApplication.palette()
        inside = self.rect().adjusted(12, 0, -29, 0)
        price = price_text(self._engine, self._shelf.status(self._engine.id))
        painter.setPen(palette.placeholderText().color())
        painter.drawText(inside, _MIDDLE_RIGHT, price)
        font = painter.font()
        font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        painter.setPen(palette.text().color())
        price_px = self.fontMetrics().horizontalAdvance(price) + 8
        name = painter.fontMetrics().elidedText(
            self._engine.label, Qt.TextElideMode.ElideRight, inside.width() - price_px
        )
        painter.drawText(inside, _MIDDLE, name)
        draw_icon(painter, "triangle-down", QPoint(self.width() - 15, self.height() // 2), 14)

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _open(self) -> None:
        self._shelf.refresh()
        below, window = QPoint(0, self.height() + 4), self.window()
        self._popup.move(self.mapToGlobal(below))
        room_px = window.height() - self.mapTo(window, below).y() - _BELOW_PX
        self._popup.open_for(self._engine.id, room_px)
