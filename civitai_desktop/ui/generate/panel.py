"""The panel on the left: engine, form, and the foot with price and button."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.remarks import Remark
from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.terms import Terms
from civitai_desktop.services.pasted_form import PastedForm
from civitai_desktop.ui.generate.editors.editor import chain
from civitai_desktop.ui.generate.engines.operations import SOURCE
from civitai_desktop.ui.generate.field_grid import SPACE_PX
from civitai_desktop.ui.generate.form import EngineForm
from civitai_desktop.ui.generate.form_scroll import FormScroll
from civitai_desktop.ui.generate.generate_button import GenerateButton
from civitai_desktop.ui.generate.head import FormHead
from civitai_desktop.ui.generate.presenter import GeneratePresenter
from civitai_desktop.ui.generate.presets.shelf import PresetShelf
from civitai_desktop.ui.generate.price.view import PriceView
from civitai_desktop.ui.generate.sources.editor import SourceEditor
from civitai_desktop.ui.generate.wording import generate_text
from civitai_desktop.ui.shared.composing import finish_composing
from civitai_desktop.ui.shared.late import Late, Made
from civitai_desktop.ui.shared.texts import ShortenedLabel
from civitai_desktop.ui.shared.theme import EDGE_PX, GAP_PX
from civitai_desktop.ui.shared.widgets import marked, named, plain, plain_tip, rule, styled

if TYPE_CHECKING:
    from civitai_desktop.ui.generate.prompt.history_popup import HistoryPopup
    from civitai_desktop.ui.generate.prompt.paste_dialog import PasteDialog

_HISTORY: "Late[type[HistoryPopup]]" = Late(
    "civitai_desktop.ui.generate.prompt.history_popup", "HistoryPopup"
)
_PASTE: "Late[type[PasteDialog]]" = Late(
    "civitai_desktop.ui.generate.prompt.paste_dialog", "PasteDialog"
)

WIDTH_PX = 340

_BUTTON_PX = 42
_PATIENCE_MS = 400
"""Pause after which the button says what is waited for."""


class GeneratePanel(QWidget):
    """Shows what the presenter says and tells it what is edited.

    Decides nothing but what the fields' own editors know of: while they look something up, nothing
    is generated, and where one objects, Generate is pressed twice.
    """

    arranged = Signal()
    """The form shows other editors now."""
    objected = Signal(str)
    """Generate was pressed, and this speaks against it; pressed once more, it goes on. Empty
    takes it back."""

    def __init__(self, presenter: GeneratePresenter, presets: PresetShelf) -> None:
        super().__init__()
        self._presenter = presenter
        self.form = EngineForm()
        self._head = FormHead(presenter.catalogue, presenter.engines, presets)
        self._remark = styled(ShortenedLabel(), "caption")
        self._price = plain(styled(named(QLabel(), "Price"), "price"))
        self._button = styled(named(GenerateButton(), "Generate"), "primary")
        self._body = QWidget()
        self._body_column = QVBoxLayout(self._body)
        self._scroll = FormScroll(self._body)
        self._history = Made(self._make_history)
        self._source: SourceEditor | None = None
        self._overruled: Mapping[str, str] = {}
        self._count = ""
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._show_button)
        self._lay_out()

        self.form.edited.connect(presenter.change)
        self.form.edited.connect(self._ask_anew)
        self.form.settling_changed.connect(self._on_waiting)
        self.form.terms_edited.connect(presenter.change_terms)
        self.form.history_wanted.connect(self.open_history)
        self.form.data_pasted.connect(self._offer_pasted)
        self.form.arranged.connect(self._on_arranged)
        self._head.engine_chosen.connect(presenter.choose_engine)
        self._head.presets.reset_wanted.connect(presenter.reset)
        self._button.clicked.connect(self.generate)
        presenter.history.wanted.connect(self._replace_prompt)
        presenter.engine_changed.connect(self._show_engine)
        presenter.values_changed.connect(self._show_values)
        presenter.terms_changed.connect(self._show_terms)
        presenter.complaints_changed.connect(self._show_complaints)
        presenter.hint_changed.connect(self._show_hints)
        presenter.price_changed.connect(self._show_price)
        presenter.prompts_changed.connect(self._show_prompts)
        presenter.remarks_changed.connect(self._show_remarks)
        presenter.doubted.connect(self.objected)
        presenter.count_changed.connect(self._show_count)
        presenter.focus_wanted.connect(self._focus)
        presenter.waiting_changed.connect(self._on_waiting)
        presenter.undo_available.connect(self._on_undo_available)
        presenter.shown.connect(self._scroll.settle)
        self._show_price(presenter.price)
        presenter.announce()

    @Slot()
    def generate(self) -> None:
        """Do what the button does; the window's Ctrl+Enter is connected here too."""
        finish_composing()
        if self._waits_for():
            # Said at once to whoever presses it.
            self._patience.stop()
            self._show_button()
            return
        # What cannot be sent at all cannot be overruled: the presenter says so under its field.
        wrong = self._presenter.wrong()
        said = self.form.objections()
        objections = {name: text for name, text in said.items() if name not in wrong}
        if objections and objections != self._overruled:
            self._overruled = objections
            self._focus(next(iter(objections)))
            self.objected.emit(" ".join(objections.values()))
        else:
            self._presenter.generate()

    def _waits_for(self) -> str:
        """Return what has to come before anything can be generated, in words."""
        if self.form.is_settling():
            return self.tr("Looking up the resource…")
        return self._presenter.waits_for

    @Slot()
    def _on_waiting(self) -> None:
        # Most of what is waited for is there in a moment.
        if not self._waits_for():
            self._patience.stop()
            self._show_button()
        elif not self._patience.isActive():
            self._patience.start()

    @Slot()
    def _show_button(self) -> None:
        is_patient = self._patience.isActive()
        self._button.setText((not is_patient and self._waits_for()) or self._count)
        self._button.setAccessibleDescription(self._button.text())

    @Slot()
    def _ask_anew(self) -> None:
        """Let nothing be overruled that was said of another form."""
        if self._overruled:
            self._overruled = {}
            self.objected.emit("")

    def focus_prompt(self) -> None:
        """Let the next key go into the prompt."""
        prompt = self._presenter.engine.by_role("prompt")
        if prompt is not None:
            self._focus(prompt.name)

    def walk_history(self, steps: int) -> None:
        """Show an older prompt, or with a negative number of steps a newer one."""
        if (prompt := self.form.prompt) is not None:
            self.focus_prompt()
            self._presenter.history.walk(prompt.control.toPlainText(), steps)

    @Slot()
    def open_history(self) -> None:
        """Let the user search former prompts and take one over."""
        if (prompt := self.form.prompt) is not None:
            self._history().open_over(prompt)

    def place_source(self, area: SourceEditor) -> None:
        """Show the area for pictures to start from above the form."""
        self._source = area
        self._body_column.insertWidget(0, area)
        area.arranged.connect(self._on_arranged)
        self._on_arranged()

    def change_weight(self, steps: int) -> None:
        """Give what is selected in the prompt, or the word at the cursor, more weight, or less."""
        if (prompt := self.form.prompt) is not None:
            self.focus_prompt()
            prompt.control.change_weight(steps)

    @Slot(str)
    def _offer_pasted(self, text: str) -> None:
        dialog = _PASTE()(self._presenter.read_pasted(text), self)
        dialog.taken.connect(self._presenter.take_over)
        dialog.taken.connect(self._show_taken)
        dialog.text_wanted.connect(self._paste_as_text)
        dialog.open()

    @Slot(object)
    def _show_taken(self, pasted: PastedForm) -> None:
        # Fields for resources look their numbers up, but only where there are fields.
        if any(field.resource and field.name in pasted.values for field in self.form.fields):
            self.form.open_advanced()

    @Slot(str)
    def _paste_as_text(self, text: str) -> None:
        if (prompt := self.form.prompt) is not None:
            prompt.control.insertPlainText(text)
            self.focus_prompt()

    @Slot(str)
    def _replace_prompt(self, text: str) -> None:
        if (prompt := self.form.prompt) is not None:
            prompt.control.replace_text(text)
            self.focus_prompt()

    def _make_history(self) -> "HistoryPopup":
        popup, history = _HISTORY()(self), self._presenter.history
        history.found.connect(popup.show_prompts)
        popup.search_wanted.connect(history.search)
        popup.forget_wanted.connect(history.forget)
        popup.chosen.connect(self._replace_prompt)
        return popup

    def _lay_out(self) -> None:
        styled(self, "form")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH_PX)
        self._head.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, SPACE_PX + 1)
        self._button.setFixedHeight(_BUTTON_PX)
        self._body_column.setSpacing(0)
        self._body_column.addWidget(self.form)
        self._body_column.addStretch()

        price = QHBoxLayout()
        price.setSpacing(GAP_PX)
        price.addWidget(self._remark, stretch=1)
        price.addWidget(self._price)
        foot = QVBoxLayout()
        foot.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        foot.setSpacing(9)
        foot.addLayout(price)
        foot.addWidget(self._button)

        column = QVBoxLayout(self)
        # The line that parts the panel from the gallery is drawn in the last pixel.
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._scroll, stretch=1)
        column.addWidget(rule())
        column.addLayout(foot)

    @Slot(object)
    def _show_engine(self, engine: Engine) -> None:
        self._head.show_engine(self._presenter.base)
        self.form.show_engine(engine)

    @Slot()
    def _on_arranged(self) -> None:
        above = self._source.stops() if self._source else []
        chain([self._head.picker, *above, *self.form.stops(), self._button])
        self.arranged.emit()

    @Slot(object)
    def _show_values(self, values: Mapping[str, Value]) -> None:
        self.form.show_values(values)
        self._ask_anew()

    @Slot(bool)
    def _on_undo_available(self, available: bool) -> None:
        if available:
            # The next Undo brings the former form back, not letters of the prompt.
            self.form.forget_typing()

    @Slot(object)
    def _show_terms(self, terms: Terms) -> None:
        self.form.show_terms(terms)

    @Slot(object)
    def _show_complaints(self, complaints: Mapping[str, str]) -> None:
        self.form.show_complaints(complaints)

    @Slot(object)
    def _show_hints(self, hints: Mapping[str, str]) -> None:
        self.form.show_hints(hints)

    @Slot(object)
    def _show_price(self, price: PriceView) -> None:
        self._remark.show_text(price.remark)
        self._price.setText(price.text)
        for label in (self._remark, self._price):
            label.setToolTip(plain_tip(price.detail))
            marked(label, "warning", "true" if price.is_warning else "false")
        self._price.setAccessibleDescription(price.spoken)

    @Slot(object)
    def _show_prompts(self, prompts: Sequence[str]) -> None:
        self.form.show_prompts(prompts)

    @Slot(object)
    def _show_remarks(self, remarks: Mapping[str, Remark]) -> None:
        self.form.show_remarks(remarks)

    @Slot(object, object)
    def _show_count(self, generations: int, images: int) -> None:
        self._count = generate_text(generations, images)
        self._on_waiting()
        self._show_button()

    @Slot(str)
    def _focus(self, name: str) -> None:
        field = self._presenter.engine.by_role(SOURCE)
        is_source = field is not None and field.name == name
        if is_source and self._source:
            self._source.enter()
        else:
            self.form.enter(name)
        # What has just been unfolded gets its place only when the loop turns.
        QTimer.singleShot(0, self._scroll.follow_focus)
