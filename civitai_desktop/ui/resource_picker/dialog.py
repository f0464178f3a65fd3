"""The picker's dialog: search, filters, cards, details, and a field to paste into."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.domain.resource import Offer, ResourceSort
from civitai_desktop.ui.resource_picker.details import DetailsPane
from civitai_desktop.ui.resource_picker.finds import ListState
from civitai_desktop.ui.resource_picker.grid import ResourceGrid
from civitai_desktop.ui.resource_picker.presenter import Chosen, PickerPresenter
from civitai_desktop.ui.resource_picker.wording import singular
from civitai_desktop.ui.shared.choice_box import ChoiceBox
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.theme import EDGE_PX, FIELD_PX, GAP_PX, Theme, colour_field, icon
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore
from civitai_desktop.ui.shared.widgets import marked, named, plain, plain_tip, rule, styled

_SIZE = QSize(980, 690)
_ORDER_PX = 164
_STATE_PX = 300
_NOTICE_PX = 420
_SMALLEST = QSize(880, 520)
_SORT_TEXTS = {
    ResourceSort.MOST_DOWNLOADED: "Most downloaded",
    ResourceSort.HIGHEST_RATED: "Highest rated",
    ResourceSort.MOST_LIKED: "Most liked",
    ResourceSort.NEWEST: "Newest first",
    ResourceSort.OLDEST: "Oldest first",
}


class PickerDialog(QDialog):
    """Opened with `open()`, never with `exec()`, which would stop every generation.

    Signals:
        words_wanted: Trigger words that belong into the prompt.
    """

    words_wanted = Signal(str)

    def __init__(
        self, presenter: PickerPresenter, theme: Theme, pictures: ThumbnailStore, parent: QWidget
    ) -> None:
        """Build it for this once; `presenter.begin` has been called."""
        super().__init__(parent)
        named(self, "Resource picker")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._presenter = presenter
        self._theme = theme
        what = singular(presenter.wish.field)
        self.setWindowTitle(self.tr("Choose {what}").format(what=what))
        self._search = named(QLineEdit(), "Search resources")
        self._magnifier = QAction(self)
        self._tabs = QButtonGroup(self)
        self._others = _chip(self.tr("Show others too"), "Show others too")
        self._mature = _chip(self.tr("Mature"), "Mature resources")
        self._order = named(ChoiceBox(), "Sort resources")
        self._grid = ResourceGrid(presenter, theme, pictures)
        self._state = plain(styled(named(QLabel(), "Search state"), "empty"))
        self._retry = named(QPushButton(self.tr("Try again")), "Retry search")
        self._notice = QFrame()
        self._details = DetailsPane(presenter, theme)
        self._paste = named(QLineEdit(), "Paste resource")
        self._paste_said = plain(styled(named(QLabel(), "Paste answer"), "complaint"))
        self._look_up = named(QPushButton(self.tr("Look up")), "Look up resource")
        self._close = named(QPushButton(self.tr("Close")), "Close")
        self._use = named(styled(QPushButton(self.tr("Use")), "primary"), "Use resource")
        self._set_up()
        self._lay_out()
        self._connect()
        self._colour()
        self._show_chosen(presenter.chosen)
        self._search.setFocus()

    def _set_up(self) -> None:
        engine = self._presenter.wish.engine
        self._search.setPlaceholderText(self.tr("Search by name…"))
        self._search.setClearButtonEnabled(True)
        self._search.addAction(self._magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self._paste.setPlaceholderText(
            self.tr("Or paste an AIR, an address on civitai.com or a version number")
        )
        self._paste.setClearButtonEnabled(True)
        self._paste_said.setWordWrap(True)
        self._paste_said.hide()
        self._state.setWordWrap(True)
        self._state.setMinimumWidth(_STATE_PX)
        self._state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._others.setToolTip(
            plain_tip(
                self.tr("Shown are those for {bases}.").format(bases=", ".join(engine.base_models))
            )
        )
        self._others.setVisible(bool(engine.base_models))
        self._mature.setChecked(self._presenter.finds.query.with_mature)
        self._mature.setToolTip(self.tr("Find what is marked as mature, too."))
        for order, text in _SORT_TEXTS.items():
            self._order.addItem(self.tr(text), order)
        for number, (text, name) in enumerate(
            (
                (self.tr("Search Civitai"), "Search Civitai"),
                (self.tr("Recent and favourite"), "Recent and favourite"),
            )
        ):
            self._tabs.addButton(_chip(text, name), number)
        self._tabs.button(0).setChecked(True)
        for button in (self._look_up, self._close, self._retry, self._use):
            button.setAutoDefault(False)
        for widget in (self._search, *self._tabs.buttons(), *self._filters(), *self._foot()):
            widget.setFixedHeight(FIELD_PX)
        self._order.setFixedWidth(_ORDER_PX)
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, GAP_PX)
        top.setSpacing(GAP_PX)
        top.addWidget(self._search, stretch=1)
        for button in self._tabs.buttons():
            top.addWidget(button)
        for chip in self._filters():
            top.addWidget(chip)
        top.addWidget(self._order)
        self._notice.setMaximumWidth(_NOTICE_PX)
        said = QVBoxLayout(self._notice)
        said.addWidget(self._state)
        said.addWidget(self._retry, alignment=Qt.AlignmentFlag.AlignHCenter)
        middle = QGridLayout()
        middle.setContentsMargins(GAP_PX, 0, 0, 0)
        middle.addWidget(self._grid, 0, 0)
        middle.addWidget(self._notice, 0, 0, Qt.AlignmentFlag.AlignCenter)
        edge = styled(QFrame(), "rule")
        edge.setFixedWidth(1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(middle, stretch=1)
        body.addWidget(edge)
        body.addWidget(self._details)
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        for widget in self._foot():
            row.addWidget(widget, stretch=1 if widget is self._paste else 0)
        row.insertSpacing(2, EDGE_PX)
        foot = QVBoxLayout()
        foot.setContentsMargins(EDGE_PX, GAP_PX + 2, EDGE_PX, EDGE_PX)
        foot.setSpacing(4)
        foot.addLayout(row)
        foot.addWidget(self._paste_said)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(rule())
        column.addLayout(body, stretch=1)
        column.addWidget(rule())
        column.addLayout(foot)

    def _filters(self) -> Sequence[QPushButton]:
        return (self._others, self._mature)

    def _foot(self) -> Sequence[QWidget]:
        return (self._paste, self._look_up, self._close, self._use)

    def _connect(self) -> None:
        presenter = self._presenter
        self._search.textChanged.connect(presenter.finds.search)
        self._tabs.idClicked.connect(self._choose_tab)
        self._search.textChanged.connect(self._show_order)
        self._others.toggled.connect(presenter.finds.show_others)
        self._mature.toggled.connect(presenter.finds.show_mature)
        self._order.activated.connect(self._choose_order)
        self._grid.offer_chosen.connect(self._choose)
        self._grid.offer_used.connect(presenter.use)
        self._retry.clicked.connect(presenter.finds.retry)
        for pasted in (self._look_up.clicked, self._paste.returnPressed):
            pasted.connect(self._look_up_pasted)
        self._search.returnPressed.connect(self._grid.enter)
        self._use.clicked.connect(presenter.use)
        self._close.clicked.connect(self.reject)
        self._details.words_wanted.connect(self.words_wanted)
        presenter.finds.changed.connect(self._show_state)
        presenter.chosen_changed.connect(self._show_chosen)
        presenter.paste_answered.connect(self._show_paste_answer)
        presenter.used.connect(self._on_used)
        self.finished.connect(presenter.end)
        self._theme.changed.connect(self._colour)

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self._search.hasFocus():
            self._grid.enter()
        else:
            super().keyPressEvent(event)

    @Slot(int)
    def _choose_tab(self, number: int) -> None:
        self._mature.setEnabled(number == 0)
        self._show_order()
        self._presenter.finds.show_shelf(number == 1)

    @Slot()
    def _show_order(self) -> None:
        """Grey the order where it would change nothing, and say why."""
        reason = shown = ""
        if self._tabs.checkedId() != 0:
            reason = self.tr("What was used or starred last comes first.")
            shown = self.tr("Used last")
        elif self._search.text().strip():
            reason = self.tr("While there are words, what matches them best comes first.")
            shown = self.tr("Best match")
        self._order.setEnabled(not reason)
        # It stands in the place of the choice, which comes back with the order.
        self._order.setPlaceholderText(shown)
        chosen = self._order.findData(self._presenter.finds.query.sort)
        self._order.setCurrentIndex(-1 if reason else chosen)
        self._order.setToolTip(plain_tip(reason))
        self._order.setAccessibleDescription(reason)

    @Slot(int)
    def _choose_order(self, row: int) -> None:
        self._presenter.finds.sort(ResourceSort(self._order.itemData(row)))

    @Slot(object)
    def _choose(self, offer: Offer | None) -> None:
        if offer is not None:
            self._presenter.choose(offer)

    @Slot()
    def _look_up_pasted(self) -> None:
        if text := self._paste.text().strip():
            self._grid.clear_choice()
            self._presenter.paste(text)

    @Slot(object)
    def _show_state(self, state: ListState) -> None:
        self._state.setText(state.text)
        self._retry.setVisible(state.can_retry)
        self._notice.setVisible(bool(state.text))
        # Over cards, such as those before the page that did not come, it needs a ground.
        marked(self._notice, "kind", "card" if self._presenter.finds.rows.offers else "")

    @Slot(object)
    def _show_chosen(self, chosen: Chosen) -> None:
        self._use.setEnabled(chosen.is_usable)

    @Slot(str)
    def _show_paste_answer(self, problem: str) -> None:
        self._paste_said.setText(problem)
        self._paste_said.setVisible(bool(problem))
        self._paste.setAccessibleDescription(problem)
        if not problem:
            self._use.setFocus()

    @Slot(str)
    def _on_used(self, _air: str) -> None:
        self.accept()

    @Slot()
    def _colour(self) -> None:
        self._magnifier.setIcon(icon("search", self._theme.colours.dim))
        for field in (self._search, self._paste):
            colour_field(field, self._theme.colours.dim)


def _chip(text: str, name: str) -> QPushButton:
    chip = styled(named(QPushButton(text), name), "chip")
    chip.setCheckable(True)
    chip.setAutoDefault(False)
    return chip
