"""The rows of the engine list: what stands in them, and how they are painted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QFont, QGuiApplication, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.service import ServiceStatus
from civitai_desktop.ui.generate.engines.shelf import EngineShelf
from civitai_desktop.ui.generate.wording import usual_price, usual_time
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.icon_button import draw_icon
from civitai_desktop.ui.shared.widgets import plain_tip

Index = QModelIndex | QPersistentModelIndex

ROW_PX = 30
_SIDE_PX = 10
_STAR_PX = 14
_STAR_ROOM_PX = 22
_TIME_PX = 64
_BESIDE_PX = 12
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_MIDDLE_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


_NOT_THERE = frozenset({ServiceStatus.UNAVAILABLE, ServiceStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    engines: tuple[Engine, ...]


class EngineListModel(QAbstractListModel):
    """Engines under headings: favourites, recents, families; or only what a search finds."""

    EngineRole = Qt.ItemDataRole.UserRole + 1
    FavouriteRole = Qt.ItemDataRole.UserRole + 2
    UnavailableRole = Qt.ItemDataRole.UserRole + 3
    PriceRole = Qt.ItemDataRole.UserRole + 4
    TimeRole = Qt.ItemDataRole.UserRole + 5
    ChosenRole = Qt.ItemDataRole.UserRole + 6

    def __init__(self, catalogue: Catalogue, shelf: EngineShelf, parent: QObject | None) -> None:
        super().__init__(parent)
        self._engines = {each.id: each for each in catalogue.from_text()}
        self._shelf = shelf
        self._rows: Sequence[str | Engine] = ()
        self._chosen = ""
        self._tellers: dict[int, Callable[[Engine], object]] = {
            Qt.ItemDataRole.DisplayRole: attrgetter("label"),
            Qt.ItemDataRole.AccessibleDescriptionRole: self._described,
            Qt.ItemDataRole.ToolTipRole: self._tip,
            self.EngineRole: _itself,
            self.FavouriteRole: self._is_favourite,
            self.UnavailableRole: self._is_unavailable,
            self.PriceRole: self._price,
            self.TimeRole: self._time,
            self.ChosenRole: self._is_chosen,
        }
        self.search("")
        shelf.changed.connect(self._show_changes)

    @Slot(str)
    def search(self, text: str) -> None:
        """Show the engines whose name, family or base models hold every word of `text`.

        Where the name is what was typed, or it or a base model begins with the first word, engine
        and family come first.
        """
        words = text.lower().split()
        sections = [*([] if words else self._marked()), *self._families(words)]
        self.beginResetModel()
        rows: list[str | Engine] = []
        for each in sections:
            rows += (each.name, *each.engines)
        self._rows = rows
        self.endResetModel()

    def choose(self, engine_id: str) -> None:
        """Mark the chosen engine as such, wherever it stands."""
        self._chosen = engine_id

    def row_of(self, engine_id: str) -> int:
        """Return where an engine stands first, the first engine if nowhere, -1 if none is."""
        rows = [(at, row.id) for at, row in enumerate(self._rows) if isinstance(row, Engine)]
        found = (at for at, each in rows if each == engine_id)
        return next(found, rows[0][0] if rows else -1)

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
        tell = self._tellers.get(role)
        return tell(row) if tell else None

    @Slot()
    def _show_changes(self) -> None:
        # Rows stay where they are: a list that moves under the mouse is pressed at the wrong place.
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _marked(self) -> list[_Section]:
        favourites, recents = self._shelf.favourites, self._shelf.recents
        sections = [
            _Section(self.tr("Favourites"), self._known(favourites)),
            _Section(self.tr("Recent"), self._known(r for r in recents if r not in favourites)),
        ]
        return [each for each in sections if each.engines]

    def _families(self, words: Sequence[str]) -> list[_Section]:
        families: dict[str, list[Engine]] = {}
        for engine in self._engines.values():
            names = (engine.family, engine.label, engine.id, *engine.base_models)
            name = " ".join(names).lower()
            if all(word in name for word in words):
                families.setdefault(engine.family, []).append(engine)
        sections = [
            _Section(family, tuple(sorted(found, key=lambda each: _distance(each, words))))
            for family, found in families.items()
        ]
        return sorted(sections, key=lambda each: _distance(each.engines[0], words))

    def _known(self, ids: Iterable[str]) -> tuple[Engine, ...]:
        # One that has vanished stays marked, in case it comes back.
        return tuple(self._engines[each] for each in ids if each in self._engines)

    def _is_favourite(self, engine: Engine) -> bool:
        return engine.id in self._shelf.favourites

    def _is_unavailable(self, engine: Engine) -> bool:
        return self._shelf.status(engine.id) in _NOT_THERE

    def _is_chosen(self, engine: Engine) -> bool:
        return engine.id == self._chosen

    def _price(self, engine: Engine) -> str:
        return price_text(engine, self._shelf.status(engine.id))

    def _time(self, engine: Engine) -> str:
        return trouble(self._shelf.status(engine.id)) or usual_time(engine)

    def _tip(self, engine: Engine) -> str:
        return plain_tip(self._described(engine))

    def _described(self, engine: Engine) -> str:
        status = self._shelf.status(engine.id)
        costs = "  ".join(filter(None, (usual_price(engine), usual_time(engine))))
        if status is ServiceStatus.WITHDRAWN:
            return withdrawn_text()
        favourite = self.tr("Favourite") if self._is_favourite(engine) else ""
        chosen = self.tr("Chosen") if self._is_chosen(engine) else ""
        return ". ".join(filter(None, (costs, trouble(status), favourite, chosen)))


def _distance(engine: Engine, words: Sequence[str]) -> int:
    """Return 0 if the words are the name, 1 if it or a base model begins with them, else 2."""
    if engine.label.lower() == " ".join(words):
        return 0
    first = tuple(words[:1])
    names = (engine.label, *engine.base_models)
    return 1 if any(name.lower().startswith(first) for name in names) else 2


def _itself(engine: Engine) -> Engine:
    return engine


class EngineDelegate(QStyledItemDelegate):
    """Paints headings dim, engines with price and time at the right, and their star."""

    @guarded(nothing)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(EngineListModel.EngineRole) is None:
            self._paint_heading(painter, option, str(index.data()))
        else:
            self._paint_engine(painter, option, index)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(1, ROW_PX)

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, name: str) -> None:
        font = QFont(option.font)
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QGuiApplication.palette().placeholderText().color())
        painter.drawText(option.rect.adjusted(_SIDE_PX, 6, -_SIDE_PX, 0), _MIDDLE, name)

    def _paint_engine(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = QGuiApplication.palette()
        is_marked = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_marked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.button())
            painter.drawRoundedRect(option.rect, 4, 4)
        inside = option.rect.adjusted(_SIDE_PX, 0, -_STAR_ROOM_PX - 4, 0)
        dim, text = palette.placeholderText().color(), palette.text().color()
        small = QFont(option.font)
        small.setPixelSize(12)
        painter.setFont(small)
        painter.setPen(dim)
        time, price = index.data(EngineListModel.TimeRole), index.data(EngineListModel.PriceRole)
        painter.drawText(inside, _MIDDLE_RIGHT, time)
        # Prices stand in a column of their own; a word of trouble may need more room than a time.
        time_px = max(_TIME_PX, painter.fontMetrics().horizontalAdvance(time) + _BESIDE_PX)
        inside.setRight(inside.right() - time_px)
        painter.drawText(inside, _MIDDLE_RIGHT, price)
        inside.setRight(
            inside.right() - painter.fontMetrics().horizontalAdvance(price) - _BESIDE_PX
        )
        font = QFont(option.font)
        if index.data(EngineListModel.ChosenRole):
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(dim if index.data(EngineListModel.UnavailableRole) else text)
        name = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, inside.width()
        )
        painter.drawText(inside, _MIDDLE, name)
        is_favourite = index.data(EngineListModel.FavouriteRole)
        if is_favourite or is_marked:
            icon = "star" if is_favourite else "star-outline"
            center = star_room(option.rect).center()
            draw_icon(painter, icon, center, _STAR_PX, QPalette.ColorRole.PlaceholderText)


def star_room(row: QRect) -> QRect:
    """Return where in a row the star stands, and is pressed."""
    room = QRect(QPoint(0, 0), QSize(_STAR_ROOM_PX, row.height()))
    room.moveTopRight(row.topRight() - QPoint(2, 0))
    return room


def trouble(status: ServiceStatus) -> str:
    """Say what is the matter with an engine; nothing if it is well or nothing is known."""
    return {
        ServiceStatus.WITHDRAWN: QCoreApplication.translate("Engines", "No longer offered"),
        ServiceStatus.UNAVAILABLE: QCoreApplication.translate("Engines", "Unavailable now"),
        ServiceStatus.DEGRADED: QCoreApplication.translate("Engines", "Unreliable now"),
    }.get(status, "")


def price_text(engine: Engine, status: ServiceStatus) -> str:
    """Return what a picture usually costs; nothing while there is none to be had."""
    return "" if status in _NOT_THERE else usual_price(engine)


def withdrawn_text() -> str:
    """Say why an engine is greyed that the server has refused."""
    return QCoreApplication.translate("Engines", "Civitai no longer offers this engine.")


def facts(engine: Engine, status: ServiceStatus) -> str:
    """Write what stands beside an engine: its trouble, or its usual price and time."""
    if status is ServiceStatus.WITHDRAWN:
        return withdrawn_text()
    if status is ServiceStatus.UNAVAILABLE:
        return trouble(status)
    return "  ".join(filter(None, (usual_price(engine), trouble(status) or usual_time(engine))))
