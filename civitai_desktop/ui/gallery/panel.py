"""The middle of the window: search, filters, and the gallery under them."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.domain.generation import GalleryQuery, SortOrder
from civitai_desktop.ui.gallery.presenter import GalleryPresenter, narrows
from civitai_desktop.ui.gallery.search_field import SearchField
from civitai_desktop.ui.gallery.sections import EDGE_PX
from civitai_desktop.ui.gallery.view import GalleryView
from civitai_desktop.ui.shared.theme import GAP_PX, Theme, colour_field, icon
from civitai_desktop.ui.shared.widgets import marked, named, plain, styled

_TOP_PX = 13
_EMPTY_WIDTH_PX = 360
_WIDE_PX = 620
"""From this width on the chips stand beside the search field instead of under it."""


class GalleryPanel(QWidget):
    """The search field, the chips, the view, and a friendly word where there is nothing to show.

    Args of the constructor:
        view: The list; the panel takes it over.
        engine_names: Engine id to what people call it; an id that is missing is shown itself.
    """

    selection_changed = Signal(object)
    """The current `Image` or `LiveTile`, or None."""
    opened = Signal(int)

    def __init__(
        self,
        presenter: GalleryPresenter,
        view: GalleryView,
        theme: Theme,
        engine_names: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme = theme
        self._engine_names = engine_names
        self._has_answer = False
        self._goes_to_hits = False
        self.view = view
        self._search = named(SearchField(), "Search prompts")
        self._magnifier = QAction(self)
        self._all = _chip(self.tr("All"), "All pictures")
        self._favourites = _chip(self.tr("★ Favourites"), "Favourites only")
        self._all.setCheckable(True)
        self._favourites.setCheckable(True)
        self._engine = _chip("", "Engine filter")
        self._order = _chip("", "Order")
        self._empty = _EmptyNotice()
        self._middle = QGridLayout()
        self._hidden = styled(named(QPushButton(), "Hidden images"), "pill")
        self._filters = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._set_up()
        self._lay_out()
        self._connect()
        self._show_query(presenter.query)

    def _set_up(self) -> None:
        self._search.setPlaceholderText(self.tr("Search prompts…"))
        self._search.setClearButtonEnabled(True)
        self._search.addAction(self._magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self._engine.setMenu(QMenu(self._engine))
        self._engine.menu().addAction(self.tr("All engines"))
        self._hidden.setCursor(Qt.CursorShape.PointingHandCursor)
        self._hidden.hide()
        self._order.setMenu(self._order_menu())
        self._colour()

    def _order_menu(self) -> QMenu:
        menu = QMenu(self._order)
        group = QActionGroup(menu)
        for order, text in (
            (SortOrder.NEWEST, self.tr("Newest first")),
            (SortOrder.OLDEST, self.tr("Oldest first")),
        ):
            action = group.addAction(text)
            action.setCheckable(True)
            action.setData(order.value)
            menu.addAction(action)
        group.triggered.connect(self._on_order_chosen)
        return menu

    def _lay_out(self) -> None:
        chips = QHBoxLayout()
        chips.setSpacing(GAP_PX)
        for chip in (self._all, self._favourites, self._engine, self._order):
            chips.addWidget(chip)
        chips.addStretch()
        self._filters.setContentsMargins(EDGE_PX, 0, EDGE_PX, 0)
        self._filters.setSpacing(GAP_PX)
        self._filters.addWidget(self._search, 1)
        self._filters.addLayout(chips)
        middle = self._middle
        middle.addWidget(self.view, 0, 0)
        middle.addWidget(self._empty, 0, 0, Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, _TOP_PX, 0, 0)
        layout.setSpacing(GAP_PX)
        layout.addLayout(self._filters)
        layout.addWidget(self._hidden, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(middle, 1)

    def _connect(self) -> None:
        presenter, view = self._presenter, self.view
        self._search.textEdited.connect(presenter.search)
        self._search.textChanged.connect(self._on_text_changed)
        self._search.left.connect(view.setFocus)
        self._search.hits_wanted.connect(self._on_hits_wanted)
        self._all.clicked.connect(self._on_all_clicked)
        self._favourites.clicked.connect(presenter.show_favourites)
        self._empty.button.clicked.connect(self._show_everything)
        self._hidden.clicked.connect(self._show_everything)
        presenter.hidden_changed.connect(self._show_hidden)
        presenter.query_changed.connect(self._show_query)
        presenter.engines_changed.connect(self._show_engines)
        presenter.count_changed.connect(self._on_count_changed)
        for change in (presenter.rows.rowsInserted, presenter.rows.rowsRemoved):
            change.connect(self._show_emptiness)
        presenter.rows.modelReset.connect(self._show_emptiness)
        view.current_changed.connect(self.selection_changed)
        view.opened.connect(self.opened)
        self._theme.changed.connect(self._colour)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        wide = event.size().width() >= _WIDE_PX
        self._filters.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    def focus_search(self) -> None:
        """Let the next key go into the search field, over what stands there."""
        self._search.setFocus()
        self._search.selectAll()

    @Slot()
    def _colour(self) -> None:
        self._magnifier.setIcon(icon("search", self._theme.colours.dim))
        colour_field(self._search, self._theme.colours.dim)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._goes_to_hits = False
        if not text:  # also by the field's own clear button, which counts as no edit
            self._presenter.search("")

    @Slot()
    def _on_hits_wanted(self) -> None:
        self._presenter.search_now()
        self._goes_to_hits = True
        self._go_to_hits()

    def _go_to_hits(self) -> None:
        """Go to the first picture found as soon as the answer is there, unless one left."""
        if not self._goes_to_hits or self._presenter.is_loading:
            return
        self._goes_to_hits = False
        rows = self._presenter.rows
        if rows.image_count and self._search.hasFocus():
            self.view.setFocus()
            self.view.setCurrentIndex(rows.index(rows.live_count))

    @Slot(object)
    def _show_query(self, query: GalleryQuery) -> None:
        if not query.text and not self._search.hasFocus():
            self._search.clear()
        self._all.setChecked(not query.favourites and query.engine is None)
        self._favourites.setChecked(query.favourites)
        _mark(self._engine, query.engine is not None)
        engine = self.tr("Engine") if query.engine is None else self._name_of(query.engine)
        newest = query.order is SortOrder.NEWEST
        order = self.tr("Newest") if newest else self.tr("Oldest")
        self._engine.setText(f"{engine} ▾")
        self._order.setText(f"{order} ▾")
        for action in [*self._engine.menu().actions(), *self._order.menu().actions()]:
            action.setChecked(action.data() in {query.engine, query.order.value})

    @Slot(list)
    def _show_engines(self, engines: list[str]) -> None:
        menu = QMenu(self._engine)
        group = QActionGroup(menu)
        for engine, text in [(None, self.tr("All engines")), *map(self._named_engine, engines)]:
            action = group.addAction(text)
            action.setCheckable(True)
            action.setData(engine)
            action.setChecked(engine == self._presenter.query.engine)
            menu.addAction(action)
        group.triggered.connect(self._on_engine_chosen)
        self._engine.menu().deleteLater()
        self._engine.setMenu(menu)

    def _named_engine(self, engine: str) -> tuple[str, str]:
        return engine, self._name_of(engine)

    def _name_of(self, engine: str) -> str:
        return self._engine_names.get(engine, engine)

    @Slot()
    def _on_all_clicked(self) -> None:
        self._presenter.show_all()
        self._all.setChecked(True)  # also where nothing was filtered, and so nothing changed

    @Slot(QAction)
    def _on_engine_chosen(self, action: QAction) -> None:
        self._presenter.show_engine(action.data())

    @Slot(QAction)
    def _on_order_chosen(self, action: QAction) -> None:
        self._presenter.show_order(SortOrder(action.data()))

    @Slot()
    def _show_everything(self) -> None:
        self._search.clear()  # by itself it only clears while nobody types there
        self._presenter.clear()
        self.view.setFocus()

    @Slot(int)
    def _show_hidden(self, number: int) -> None:
        if number == 1:
            text = self.tr("1 new picture is hidden by the filter. Show all")
        else:
            text = self.tr("{n} new pictures are hidden by the filter. Show all").format(n=number)
        self._hidden.setText(text)
        self._hidden.setAccessibleDescription(text)
        self._hidden.setVisible(number > 0)

    @Slot()
    def _on_count_changed(self) -> None:
        self._has_answer = True
        self._show_emptiness()
        self._go_to_hits()

    @Slot()
    def _show_emptiness(self) -> None:
        if self._has_answer:
            query, rows = self._presenter.query, self._presenter.rows
            # Tiles still to come are shown whatever is searched, and are no answer to it.
            is_empty = not (rows.image_count if narrows(query) else rows.rowCount())
            # Below the tiles that are still to come, which stand at the top.
            down = (
                Qt.AlignmentFlag.AlignBottom if rows.live_count else Qt.AlignmentFlag.AlignVCenter
            )
            self._middle.setAlignment(self._empty, Qt.AlignmentFlag.AlignHCenter | down)
            self._empty.show_for(query, is_empty=is_empty)


class _EmptyNotice(QWidget):
    """What stands in the middle of an empty gallery: why, and the way out."""

    def __init__(self) -> None:
        super().__init__()
        self._text = plain(styled(QLabel(), "empty"))
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setFixedWidth(_EMPTY_WIDTH_PX)
        self.button = named(QPushButton(self.tr("Clear search")), "Clear search")
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * GAP_PX)
        layout.addWidget(self._text)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    def show_for(self, query: GalleryQuery, *, is_empty: bool) -> None:
        """Say why this query finds nothing, or hide."""
        is_search = narrows(query)
        if not is_search:
            text = self.tr("Your pictures appear here.\nType a prompt and press Generate.")
        elif query.text:
            text = self.tr("No picture matches “{text}”.").format(text=query.text)
        else:
            text = self.tr("No picture matches these filters.")
        self._text.setText(text)
        self.button.setText(self.tr("Clear search") if query.text else self.tr("Show all pictures"))
        self.button.setVisible(is_search)
        self.setVisible(is_empty)


def _chip(text: str, name: str) -> QPushButton:
    return styled(named(QPushButton(text), name), "chip")


def _mark(chip: QPushButton, active: bool) -> None:
    """Show a chip with a menu as one that filters; it is not checkable, a click only opens it."""
    marked(chip, "active", "true" if active else "false")
