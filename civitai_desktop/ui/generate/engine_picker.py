"""The engine's field: a button with name and price, and a list to search and choose from."""

from collections.abc import Sequence
from itertools import chain

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.ui.generate.editor import FIELD_PX, draw_icon
from civitai_desktop.ui.generate.wording import usual_price, usual_time
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import named, styled

Index = QModelIndex | QPersistentModelIndex

_ROW_PX = 30
_EDGE_PX = 6
_POPUP_PX = 460


class EngineListModel(QAbstractListModel):
    """Engines under the headings of their families; only those that the search finds."""

    EngineRole = Qt.ItemDataRole.UserRole + 1

    def __init__(self, catalogue: Catalogue, parent: QObject) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._rows: Sequence[str | Engine] = ()
        self.search("")

    @Slot(str)
    def search(self, text: str) -> None:
        """Show the engines whose name or family holds every word of `text`."""
        words = text.lower().split()
        families: dict[str, list[Engine]] = {}
        for engine in self._catalogue.from_text():
            name = f"{engine.family} {engine.label} {engine.id}".lower()
            if all(word in name for word in words):
                families.setdefault(engine.family, []).append(engine)
        self.beginResetModel()
        self._rows = list(
            chain.from_iterable((family, *found) for family, found in families.items())
        )
        self.endResetModel()

    def row_of(self, engine_id: str) -> int:
        """Return where an engine stands, the first engine if it is not there, -1 if none is."""
        rows = {row.id: at for at, row in enumerate(self._rows) if isinstance(row, Engine)}
        return rows.get(engine_id, min(rows.values(), default=-1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_engine = index.isValid() and isinstance(self._rows[index.row()], Engine)
        enabled = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return enabled if is_engine else Qt.ItemFlag.NoItemFlags

    @guarded(nothing)
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        return {
            Qt.ItemDataRole.DisplayRole: row.label,
            Qt.ItemDataRole.AccessibleDescriptionRole: _costs(row),
            self.EngineRole: row,
        }.get(role)


class _EngineDelegate(QStyledItemDelegate):
    """Paints headings dim, engines with their usual price and time at the right."""

    @guarded(nothing)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = QGuiApplication.palette()
        engine = index.data(EngineListModel.EngineRole)
        inside: QRect = option.rect.adjusted(10, 0, -10, 0)
        painter.save()
        font = QFont(option.font)
        if engine is None:
            font.setPixelSize(11)
            painter.setFont(font)
            painter.setPen(palette.placeholderText().color())
            painter.drawText(inside.adjusted(0, 6, 0, 0), _MIDDLE, index.data())
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(palette.button())
                painter.drawRoundedRect(option.rect, 4, 4)
            painter.setPen(palette.text().color())
            painter.setFont(font)
            painter.drawText(inside, _MIDDLE, index.data())
            font.setPixelSize(12)
            painter.setFont(font)
            painter.setPen(palette.placeholderText().color())
            painter.drawText(inside, _MIDDLE_RIGHT, _costs(engine))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(1, _ROW_PX)


_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_MIDDLE_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class _Search(QLineEdit):
    """The search field; keys that mean the list go there."""

    key_for_list = Signal(int)

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _LIST_KEYS:
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


class _Popup(QFrame):
    """The search field over the list of engines; closes when one is chosen."""

    chosen = Signal(str)

    def __init__(self, catalogue: Catalogue, button: QPushButton) -> None:
        super().__init__(button, Qt.WindowType.Popup)
        styled(self, "popup")
        self._rows = EngineListModel(catalogue, self)
        self._search = named(_Search(), self.tr("Search engines"))
        self._search.setPlaceholderText(self.tr("Search engines…"))
        self._list = named(QListView(), self.tr("Engines"))
        self._list.setModel(self._rows)
        self._list.setItemDelegate(_EngineDelegate(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setMouseTracking(True)
        self._search.textChanged.connect(self._find)
        self._search.key_for_list.connect(self._key)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._list.clicked.connect(self._choose)
        self._list.activated.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE_PX, _EDGE_PX, _EDGE_PX, _EDGE_PX)
        column.setSpacing(_EDGE_PX)
        column.addWidget(self._search)
        column.addWidget(self._list)

    def open_for(self, engine_id: str, width_px: int) -> None:
        """Show every engine, the chosen one marked, ready to type."""
        self._search.clear()
        self._mark(self._rows.row_of(engine_id))
        frames_px = 2 * (self.frameWidth() + self._list.frameWidth() + 1)
        around_px = self._search.sizeHint().height() + 3 * _EDGE_PX + frames_px
        self.resize(width_px, min(self._rows.rowCount() * _ROW_PX + around_px, _POPUP_PX))
        self.show()
        self._search.setFocus()

    @Slot(str)
    def _find(self, text: str) -> None:
        self._rows.search(text)
        self._mark(self._rows.row_of(""))

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

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        styled(named(self, "Engine"), "engine")
        self._engine = catalogue.default
        self._popup = _Popup(catalogue, self)
        self._popup.chosen.connect(self.chosen)
        self.clicked.connect(self._open)
        self.setFixedHeight(FIELD_PX)
        self.show_engine(self._engine)

    def show_engine(self, engine: Engine) -> None:
        """Show that `engine` is the chosen one."""
        self._engine = engine
        self.setAccessibleDescription(engine.label)
        self.setToolTip(_costs(engine))
        self.update()

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        palette = QGuiApplication.palette()
        inside = self.rect().adjusted(12, 0, -29, 0)
        price = usual_price(self._engine)
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
        self._popup.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        self._popup.open_for(self._engine.id, self.width())


def _costs(engine: Engine) -> str:
    return "  ".join(filter(None, (usual_price(engine), usual_time(engine))))
