"""The finds of a search, or the resources on the shelf, as a list that the view walks through."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from civitai_desktop.domain.resource import Offer
from civitai_desktop.ui.resource_picker.wording import count_text, type_text
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import plain_tip

Index = QModelIndex | QPersistentModelIndex


class ResourceListModel(QAbstractListModel):
    """Offers in the order they came; none twice, though pages may overlap."""

    OfferRole = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._offers: list[Offer] = []
        self._rows: dict[int, int] = {}

    @property
    def offers(self) -> Sequence[Offer]:
        """Return everything there is."""
        return self._offers

    def replace(self, offers: Iterable[Offer]) -> None:
        """Show these and nothing else."""
        self.beginResetModel()
        self._offers, self._rows = [], {}
        self._take(self._new(offers))
        self.endResetModel()

    def append(self, offers: Iterable[Offer]) -> None:
        """Show these too, after the others."""
        new = self._new(offers)
        if new:
            first = len(self._offers)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._take(new)
            self.endInsertRows()

    def row_of(self, version_id: int) -> int:
        """Return where the offer stands whose best version this is, or -1."""
        return self._rows.get(version_id, -1)

    def touch(self, version_id: int) -> None:
        """Paint an offer anew: its picture or its star has changed."""
        row = self.row_of(version_id)
        if row >= 0:
            index = self.index(row)
            self.dataChanged.emit(index, index)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._offers)

    @guarded(nothing)
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        offer = self._offers[index.row()]
        best = offer.best
        if role == self.OfferRole:
            return offer
        if role == Qt.ItemDataRole.DisplayRole:
            return best.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(best.label)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            downloads = self.tr("{n} downloads").format(n=count_text(best.downloads))
            return ", ".join(filter(None, (best.base_model, type_text(best), downloads)))
        return None

    def _new(self, offers: Iterable[Offer]) -> list[Offer]:
        new = {each.best.version_id: each for each in offers}
        return [each for version_id, each in new.items() if version_id not in self._rows]

    def _take(self, offers: Sequence[Offer]) -> None:
        for offer in offers:
            self._rows[offer.best.version_id] = len(self._offers)
            self._offers.append(offer)
