"""The gallery's rows: the tiles of what is being generated, then the saved pictures."""

from array import array
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)

from civitai_desktop.domain.generation import Image, Listing, SortOrder
from civitai_desktop.ui.gallery.days import Days, day_title
from civitai_desktop.ui.queue.tiles import LiveTile, Phase
from civitai_desktop.ui.shared.widgets import plain_tip

Index = QModelIndex | QPersistentModelIndex

_KEPT_IMAGES = 4000
"""Rows kept after they were shown; about 2 MB."""

_ASKED_AT_ONCE = 1000
"""A screen reader may walk through everything; the newest questions are worth answering."""


class GalleryListModel(QAbstractListModel):
    """Live tiles first, then images in the listing's order. Holds rows; reads nothing itself.

    Only the ids of all images are held. When a view meets an image that is not there,
    `images_wanted` asks for it, once per turn of the loop for all that were met; whoever listens
    answers with `put_images()`.
    """

    ImageRole = Qt.ItemDataRole.UserRole + 1
    """The `Image`, or None for a live tile and for an image that is still to come."""
    LiveRole = Qt.ItemDataRole.UserRole + 2
    """The `LiveTile`, or None."""
    IdRole = Qt.ItemDataRole.UserRole + 3
    """The image's id, known at once for every image; None for a live tile."""

    images_wanted = Signal(list)
    sections_changed = Signal()
    """A section's heading reads differently; rows that come and go are told by Qt's signals."""
    redrawn = Signal(list)
    """The ids of images that look different now; others may be seen again that could not be."""

    def __init__(
        self, parent: QObject | None = None, *, today: Callable[[], date] = date.today
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._live: list[LiveTile] = []
        self._ids: array[int] = array("I")
        self._order = SortOrder.NEWEST
        self._days = Days()
        self._images: OrderedDict[int, Image] = OrderedDict()
        self._wanted: dict[int, int] = {}
        self._asked: dict[int, int] = {}
        self._ask = QTimer(self, interval=0, singleShot=True)
        self._ask.timeout.connect(self._ask_for_wanted)

    # What Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._live) + len(self._ids)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _IMAGE_FLAGS if index.row() >= len(self._live) else _LIVE_FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = index.row() - len(self._live)
        if row < 0:
            return self._live_data(self._live[row], role)
        image_id = self._ids[row]
        if role == self.IdRole:
            return image_id
        if role == self.ImageRole:
            return self._image(image_id, row)
        if role in _NAMES:
            image = self._image(image_id, row)
            return self.tr("Image") if image is None else image.prompt
        return None

    def _live_data(self, tile: LiveTile, role: int) -> object:
        if role == self.LiveRole:
            return tile
        if role in _NAMES:
            return tile.prompt
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return tile.problem or self._described(tile)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(tile.problem) or None
        return None

    def _described(self, tile: LiveTile) -> str:
        if tile.phase is Phase.FAILED:
            return tile.text
        action = self.cross_words(tile)
        return self.tr("{text}. Delete key: {action}").format(text=tile.text, action=action)

    # What the gallery asks

    @property
    def live_count(self) -> int:
        """Return the number of live tiles, which are the first rows."""
        return len(self._live)

    @property
    def image_count(self) -> int:
        """Return the number of images."""
        return len(self._ids)

    def cross_words(self, tile: LiveTile) -> str:
        """Return what the cross on a live tile does; the tiles of one generation end together."""
        if tile.phase is Phase.FAILED:
            return self.tr("Dismiss")
        count = sum(other.generation_id == tile.generation_id for other in self._live)
        if count == 1:
            return self.tr("Cancel")
        return self.tr("Cancel all {n} images").format(n=count)

    def section_counts(self) -> list[int]:
        """Return the number of rows of each section; together they are all rows."""
        live = [len(self._live)] if self._live else []
        return live + self._days.counts

    def heading(self, section: int) -> tuple[str, str]:
        """Return a section's title and what stands beside it."""
        if self._live:
            if section == 0:
                return self._live_heading()
            section -= 1
        title = day_title(self._days.day(section), self._today())
        return title, self._images_text(self._days.counts[section])

    def row_of(self, image_id: int) -> int | None:
        """Return the row of an image, or None if it is not listed."""
        try:
            return len(self._live) + self._ids.index(image_id)
        except ValueError:
            return None

    def ids(self) -> Sequence[int]:
        """Return the images' ids in their order; the list itself, which is not to be changed."""
        return self._ids

    def ids_of(self, rows: Iterable[int]) -> list[int]:
        """Return the images' ids at these rows; live tiles are left out."""
        live = len(self._live)
        return [self._ids[row - live] for row in rows if row >= live]

    def images_at(self, rows: Iterable[int]) -> list[tuple[int, Image | None]]:
        """Return the images at these rows (no live tiles); asks for those not there yet."""
        places = [row - len(self._live) for row in rows]
        return [(self._ids[place], self._image(self._ids[place], place)) for place in places]

    # What changes

    def set_listing(self, listing: Listing, order: SortOrder = SortOrder.NEWEST) -> None:
        """Show these images. Where rows only came or went in one place, the others stay."""
        old, new = self._ids, listing.ids[:]
        days = Days(listing.days, order)
        self._order = order
        same = _common_start(old, new)
        more = len(new) - len(old)
        first = len(self._live) + same
        if more > 0 and old[same:] == new[same + more :]:
            self.beginInsertRows(QModelIndex(), first, first + more - 1)
            self._ids, self._days = new, days
            self.endInsertRows()
        elif more < 0 and old[same - more :] == new[same:]:
            self.beginRemoveRows(QModelIndex(), first, first - more - 1)
            self._ids, self._days = new, days
            self.endRemoveRows()
        elif more == 0 and same == len(new):
            self._days = days
            self.sections_changed.emit()
        else:
            self.beginResetModel()
            self._ids, self._days = new, days
            self.endResetModel()

    @Slot(list)
    def set_live(self, tiles: Sequence[LiveTile]) -> None:
        """Show these live tiles; those that were there before keep their rows."""
        heading = self._live_heading()
        before = {tile.key for tile in self._live}
        stay = [tile.key for tile in tiles if tile.key in before]
        if stay != [tile.key for tile in self._live if tile.key in set(stay)]:
            stay = []  # another order, which nobody asks for in earnest
        for row in reversed(range(len(self._live))):
            if self._live[row].key not in stay:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._live[row]
                self.endRemoveRows()
        for row, tile in enumerate(tiles):
            if row == len(self._live) or self._live[row].key != tile.key:
                self.beginInsertRows(QModelIndex(), row, row)
                self._live.insert(row, tile)
                self.endInsertRows()
            elif self._live[row] != tile:
                self._live[row] = tile
                self.dataChanged.emit(self.index(row), self.index(row))
        if self._live_heading() != heading:
            self.sections_changed.emit()

    def add_image(self, image: Image) -> None:
        """Show a new image at its place in time; one that is listed already only changes."""
        if image.id in self._ids:
            self.change_image(image)
            return
        self._keep(image)
        day = image.saved_at.astimezone().date()
        row = self._place(image, self._days.pictures_of(day))
        at = len(self._live) + row
        self.beginInsertRows(QModelIndex(), at, at)
        self._ids.insert(row, image.id)
        self._days.add(day)
        self.endInsertRows()

    def remove_image(self, image_id: int) -> None:
        """Show an image no longer."""
        self._images.pop(image_id, None)
        at = self.row_of(image_id)
        if at is None:
            return
        row = at - len(self._live)
        self.beginRemoveRows(QModelIndex(), at, at)
        del self._ids[row]
        self._days.take(row)
        self.endRemoveRows()

    def change_image(self, image: Image) -> None:
        """Take over what has changed about an image."""
        self._keep(image)
        at = self.row_of(image.id)
        if at is not None:
            self.dataChanged.emit(self.index(at), self.index(at))

    def put_images(self, images: Sequence[Image]) -> None:
        """Take over the rows that `images_wanted` asked for."""
        changed = []
        for image in images:
            self._keep(image)
            row = self._asked.pop(image.id, None)
            if row is None or row >= len(self._ids) or self._ids[row] != image.id:
                at = self.row_of(image.id)  # rows came or went since the question
                row = None if at is None else at - len(self._live)
            if row is not None:
                changed.append(len(self._live) + row)
        if changed:
            self.dataChanged.emit(self.index(min(changed)), self.index(max(changed)))

    def refresh(self, redrawn: Sequence[int]) -> None:
        """Ask anew for every row that is met: files were moved or changed.

        Args:
            redrawn: Ids of the images that look different now.
        """
        self._images.clear()
        self._asked.clear()
        self.redrawn.emit(list(redrawn))
        if self._ids:
            first = len(self._live)
            self.dataChanged.emit(self.index(first), self.index(first + len(self._ids) - 1))

    def give_up(self, ids: Sequence[int]) -> None:
        """Take back a question that could not be answered, so that it is asked again."""
        for image_id in ids:
            self._asked.pop(image_id, None)

    # Inside

    def _image(self, image_id: int, row: int) -> Image | None:
        image = self._images.get(image_id)
        if image is not None:
            self._images.move_to_end(image_id)
        elif image_id not in self._asked:
            self._wanted[image_id] = row
            if not self._ask.isActive():
                self._ask.start()
        return image

    @Slot()
    def _ask_for_wanted(self) -> None:
        newest = dict(list(self._wanted.items())[-_ASKED_AT_ONCE:])
        self._wanted.clear()
        self._asked.update(newest)
        self.images_wanted.emit(list(newest))

    def _keep(self, image: Image) -> None:
        self._images[image.id] = image
        self._images.move_to_end(image.id)
        if len(self._images) > _KEPT_IMAGES:
            self._images.popitem(last=False)

    def _place(self, image: Image, day: range) -> int:
        """Return where among its day's images a new one belongs, as far as they are known.

        It is the newest nearly always; pictures that are read back from the folder are not.
        """
        if self._order is SortOrder.NEWEST:
            for row in day:
                if not self._is_later(self._ids[row], image):
                    return row
            return day.stop
        for row in reversed(day):
            if not self._is_later(self._ids[row], image):
                return row + 1
        return day.start

    def _is_later(self, image_id: int, than: Image) -> bool:
        known = self._images.get(image_id)
        return known is not None and (known.saved_at, known.id) > (than.saved_at, than.id)

    def _live_heading(self) -> tuple[str, str]:
        if all(tile.phase is Phase.FAILED for tile in self._live):
            # A tile for each generation, whatever it was to make.
            count = len(self._live)
            one, many = self.tr("1 generation"), self.tr("{n} generations").format(n=count)
            return self.tr("Failed"), one if count == 1 else many
        return self.tr("Generating"), self._live_summary()

    def _images_text(self, count: int) -> str:
        return self.tr("1 image") if count == 1 else self.tr("{n} images").format(n=count)

    def _live_summary(self) -> str:
        numbers = Counter(_SUMMED.get(tile.phase, "running") for tile in self._live)
        texts = {
            "running": self.tr("{n} running"),
            "queued": self.tr("{n} queued"),
            "held": self.tr("{n} waiting"),
            "failed": self.tr("{n} failed"),
        }
        return ", ".join(texts[kind].format(n=numbers[kind]) for kind in texts if numbers[kind])


_LIVE_FLAGS = (
    Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
)
_IMAGE_FLAGS = _LIVE_FLAGS | Qt.ItemFlag.ItemIsDragEnabled
_NAMES = frozenset({int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)})
_SUMMED = {
    Phase.WAITING: "queued",
    Phase.QUEUED: "queued",
    Phase.FAILED: "failed",
    Phase.HELD: "held",
}


def _common_start(one: "array[int]", other: "array[int]") -> int:
    """Return how many items the two begin with alike; slices are compared, not items."""
    longest = range(1, min(len(one), len(other)) + 1)
    return bisect_left(longest, True, key=lambda length: one[:length] != other[:length])
