"""The fields of one engine, laid out: what everyone sets on top, the rest folded away."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.catalogue.remarks import Remark
from civitai_desktop.catalogue.weights import knows_weights
from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.terms import Terms
from civitai_desktop.ui.generate.complaints import MATURE, WALLET
from civitai_desktop.ui.generate.editors.editor import Editor
from civitai_desktop.ui.generate.editors.fold import FoldButton
from civitai_desktop.ui.generate.editors.size import SizeEditor
from civitai_desktop.ui.generate.editors.terms import TermsEditor
from civitai_desktop.ui.generate.editors.texts import TextEditor
from civitai_desktop.ui.generate.field_editors import EDITORS, SHAPES
from civitai_desktop.ui.generate.field_grid import SPACE_PX, FieldGrid
from civitai_desktop.ui.generate.prompt.editor import PromptEditor
from civitai_desktop.ui.generate.resources.editors import ResourceFieldEditor
from civitai_desktop.ui.generate.wording import summary
from civitai_desktop.ui.shared.widgets import rule

_ABOVE_SIZE = ("prompt", "negative_prompt", "strength")
_SIZE = ("width", "height")
_BELOW_SIZE = (*SHAPES, "resolution", "quality", "quantity", "seed")
_TERMS = (WALLET, MATURE)


class EngineForm(QWidget):
    """One editor for each field of an engine; nothing that it does not take.

    The editors stay when the engine changes: each edits the other engine's field of its kind from
    then on. To make and style them anew would take longer than a frame. The advanced ones are
    made when they are unfolded, for they are many and seldom looked at.

    Signals:
        edited: A field's name and its value now.
        settling_changed: `is_settling` may be another now.
        terms_edited: The `Terms` as they are now.
        arranged: Other editors are shown now, or in another order.
        history_wanted: The button beside the prompt was pressed.
        data_pasted: A text with generation data was pasted into the prompt.
    """

    edited = Signal(str, object)
    settling_changed = Signal()
    terms_edited = Signal(object)
    arranged = Signal()
    history_wanted = Signal()
    data_pasted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._engine: Engine | None = None
        self._editors: dict[str, Editor] = {}
        self._values: Mapping[str, Value] = {}
        self._hints: Mapping[str, str] = {}
        self._terms = Terms()
        self._terms_editor: TermsEditor | None = None
        self._said_of_terms: Mapping[str, str] = {}
        self._above, self._below, self._rest = (FieldGrid() for _ in range(3))
        self._size: SizeEditor | None = None
        self._has_size = False
        self._is_advanced_made = False
        self._advanced = QWidget()
        self._inside = QVBoxLayout(self._advanced)
        self._fold = FoldButton(self.tr("Advanced"), self._advanced, title=self.tr("Advanced"))
        self._fold.unfolding.connect(self._make_advanced)
        for grid in (self._above, self._below, self._rest):
            grid.made.connect(self._on_made)
        self._lay_out()

    def _lay_out(self) -> None:
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(SPACE_PX)
        self._inside.addWidget(self._rest)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_PX)
        for widget in (self._above, self._below, rule(), self._fold, self._advanced):
            self._column.addWidget(widget)

    def show_engine(self, engine: Engine) -> None:
        """Edit this engine's fields from now on; the values have to be set then."""
        self._engine = engine
        self._values, self._hints = engine.defaults(), {}
        self._is_advanced_made = False
        self._editors = {}
        with self._laid_out_once():
            self._show_editors(engine)
        self.arranged.emit()

    @contextmanager
    def _laid_out_once(self) -> Iterator[None]:
        """Keep Qt from laying everything out anew for each editor that is shown."""
        grids = (self._above, self._below, self._rest)
        inner = filter(None, (grid.layout() for grid in grids))
        layouts = [self._column, self._inside, *inner]
        for layout in layouts:
            layout.setEnabled(False)
        try:
            yield
        finally:
            for layout in layouts:
                layout.setEnabled(True)

    def _show_editors(self, engine: Engine) -> None:
        self._show_size()
        below = self._fields(_BELOW_SIZE)
        self._editors |= self._above.show_fields(self._fields(_ABOVE_SIZE))
        self._editors |= self._below.show_fields(
            below if self._has_size else [*self._fields(_SIZE), *below]
        )
        if self.prompt is not None:
            self.prompt.control.knows_weights = knows_weights(engine)
        if self.is_advanced_open:
            self._show_advanced()
        else:
            self._rest.show_fields(())

    @property
    def fields(self) -> Sequence[Field]:
        """Return the engine's fields."""
        return self._engine.fields if self._engine else ()

    @property
    def is_advanced_open(self) -> bool:
        """Tell whether the advanced fields are unfolded."""
        return self._fold.isChecked()

    def open_advanced(self) -> None:
        """Unfold the advanced fields."""
        self._fold.setChecked(True)

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        stops = self._above.stops()
        if self._size is not None and self._has_size:
            stops += self._size.stops()
        stops += [*self._below.stops(), self._fold]
        if self._is_advanced_made and self._terms_editor is not None:
            stops += [*self._rest.stops(), *self._terms_editor.stops()]
        return stops

    def editors(self) -> list[Editor]:
        """Return the editors there are for this engine by now."""
        return list(self._editors.values())

    def show_values(self, values: Mapping[str, Value]) -> None:
        """Show these values without reporting them as edits."""
        self._values = values
        if any(field.resource and values.get(field.name) != field.default for field in self.fields):
            # What does not fit this engine has to be seen, which show_complaints cares for.
            self._make_advanced()
        for name, editor in self._editors.items():
            editor.set_value(values.get(name))
        self._refresh()

    def show_terms(self, terms: Terms) -> None:
        """Show these without reporting them as an edit."""
        self._terms = terms
        if self._terms_editor is not None:
            self._terms_editor.show_terms(terms)

    def show_complaints(self, complaints: Mapping[str, str]) -> None:
        """Show exactly these sentences, by field name, and unfold what they stand in."""
        of_terms = {name: complaints[name] for name in _TERMS if name in complaints}
        if of_terms or any(field.name in complaints for field in self._others()):
            self._make_advanced()
        if self._terms_editor is not None:
            self._terms_editor.complain(of_terms)
        # Once: who has read it may fold it away.
        if of_terms and of_terms != self._said_of_terms:
            self.open_advanced()
        self._said_of_terms = of_terms
        for name, editor in self._editors.items():
            text = complaints.get(name) or editor.objection()
            if text == editor.complaint():
                continue
            editor.complain(text)
            if text:
                self._reveal(editor)

    def objections(self) -> dict[str, str]:
        """Return, by field name, what is known not to do in a field, and why."""
        said = {name: editor.objection() for name, editor in self._editors.items()}
        return {name: text for name, text in said.items() if text}

    def is_settling(self) -> bool:
        """Tell whether it is still being looked up what was typed into some field."""
        return any(editor.is_settling() for editor in self._editors.values())

    def forget_typing(self) -> None:
        """Let Undo take back no letters that were typed before now."""
        for editor in self._editors.values():
            if isinstance(editor, TextEditor):
                editor.forget_typing()

    def enter(self, name: str) -> None:
        """Give the keyboard to a field, or to one of the terms."""
        if name in _TERMS:
            self._make_advanced()
            if self._terms_editor is not None:
                self._terms_editor.enter(name)
        else:
            self._reveal(self.editor(name))
            self.editor(name).enter()

    def show_hints(self, hints: Mapping[str, str]) -> None:
        """Show these remarks beside the fields' captions."""
        self._hints = hints
        for name, editor in self._editors.items():
            editor.show_hint(hints.get(name, ""))

    def show_prompts(self, prompts: Sequence[str]) -> None:
        """Show which prompts the one in the form stands for."""
        if self.prompt is not None:
            self.prompt.show_prompts(prompts)

    def show_remarks(self, remarks: Mapping[str, Remark]) -> None:
        """Show exactly these under the prompts, by field name."""
        nothing = Remark(text="")
        for name, editor in self._editors.items():
            if isinstance(editor, TextEditor):
                remark = remarks.get(name, nothing)
                editor.show_remark(remark.text, is_warning=bool(remark.doubt))

    @property
    def prompt(self) -> PromptEditor | None:
        """Return the prompt's editor, or None where the engine takes no prompt."""
        found = (each for each in self._editors.values() if isinstance(each, PromptEditor))
        return next(found, None)

    def editor(self, name: str) -> Editor:
        """Return the editor of the field `name`."""
        if name not in self._editors:
            self._make_advanced()
        return self._editors[name]

    def _fields(self, roles: Sequence[str]) -> list[Field]:
        by_role = {field.role: field for field in self.fields}
        return [by_role[role] for role in roles if role in by_role]

    def _others(self) -> list[Field]:
        """Return the fields that are nowhere yet, as far as their kind has an editor."""
        rest = (field for field in self.fields if field.name not in self._editors)
        return [field for field in rest if field.kind in EDITORS]

    def _show_size(self) -> None:
        """Show width and height together, where the engine has both."""
        sides = self._fields(_SIZE)
        self._has_size = len(sides) == len(_SIZE)
        if self._has_size and self._engine is not None:
            if self._size is None:
                self._size = SizeEditor(self._engine, *sides)
                self._size.changed.connect(self._edited)
                self._column.insertWidget(self._column.indexOf(self._below), self._size)
            else:
                self._size.show_engine(self._engine, *sides)
            for editor in (self._size.width_editor, self._size.height_editor):
                self._editors[editor.field.name] = editor
        if self._size is not None:
            self._size.setVisible(self._has_size)

    @Slot()
    def _make_advanced(self) -> None:
        if not self._is_advanced_made:
            with self._laid_out_once():
                self._show_advanced()
            self.arranged.emit()

    def _show_advanced(self) -> None:
        self._is_advanced_made = True
        if self._terms_editor is None:
            self._terms_editor = TermsEditor()
            self._terms_editor.show_terms(self._terms)
            self._terms_editor.edited.connect(self.terms_edited)
            self._inside.addWidget(self._terms_editor)
        made = self._rest.show_fields(self._others())
        self._editors |= made
        for name, editor in made.items():
            editor.set_value(self._values.get(name))
            editor.show_hint(self._hints.get(name, ""))

    @Slot(Editor)
    def _on_made(self, editor: Editor) -> None:
        editor.changed.connect(self._edited)
        if isinstance(editor, ResourceFieldEditor):
            editor.settling_changed.connect(self.settling_changed)
        if isinstance(editor, PromptEditor):
            editor.history_wanted.connect(self.history_wanted)
            editor.control.data_pasted.connect(self.data_pasted)

    def _reveal(self, editor: Editor) -> None:
        if self._size and editor in {self._size.width_editor, self._size.height_editor}:
            self._size.reveal()
        elif self._advanced.isAncestorOf(editor):
            self.open_advanced()

    def _refresh(self) -> None:
        shown = {name: editor.value() for name, editor in self._editors.items()}
        self._values = {**self._values, **shown}
        if self._engine is not None:
            self._fold.setText(summary(self._engine, self._values))
        if self._size is not None and self._has_size:
            self._size.refresh()

    @Slot(str, object)
    def _edited(self, name: str, value: object) -> None:
        self._refresh()
        self.edited.emit(name, value)
