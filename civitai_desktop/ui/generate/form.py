"""The fields of one engine, laid out: what everyone sets on top, the rest folded away."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.terms import Terms
from civitai_desktop.ui.generate.complaints import MATURE, WALLET
from civitai_desktop.ui.generate.editor import Editor
from civitai_desktop.ui.generate.editors import EDITORS, SHAPES, editor_for, is_compact
from civitai_desktop.ui.generate.fold import FoldButton
from civitai_desktop.ui.generate.prompt_editor import PromptEditor
from civitai_desktop.ui.generate.size_editor import SizeEditor
from civitai_desktop.ui.generate.terms_editor import TermsEditor
from civitai_desktop.ui.generate.wording import summary
from civitai_desktop.ui.shared.widgets import rule

SPACE_PX = 14
"""Between two fields, one above the other."""

_GAP_PX = 8
_TEXTS = ("prompt", "negative_prompt")
_SIZE = ("width", "height")
_AFTER_SIZE = (*SHAPES, "resolution", "quality")
_NUMBERS = ("quantity", "seed")
_TERMS = (WALLET, MATURE)


class EngineForm(QWidget):
    """One editor for each field of an engine; nothing that it does not take.

    The advanced fields are made when they are unfolded: they are most of the work of changing
    engines, and seldom looked at.

    Signals:
        edited: A field's name and its value now.
        terms_edited: The `Terms` as they are now.
        grown: The advanced fields have been made.
    """

    edited = Signal(str, object)
    terms_edited = Signal(object)
    grown = Signal()

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._editors: dict[str, Editor] = {}
        self._size: SizeEditor | None = None
        self._values: Mapping[str, Value] = engine.defaults()
        self._hints: Mapping[str, str] = {}
        self._terms = Terms()
        self._terms_editor: TermsEditor | None = None
        self._advanced = QWidget()
        self._fold = FoldButton(self.tr("Advanced"), self._advanced, title=self.tr("Advanced"))
        self._fold.unfolding.connect(self._make_advanced)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_PX)
        self._lay_out(self._column, self._fields(_TEXTS))
        self._lay_out(self._column, self._fields(("strength",)))
        self._add_size()
        self._lay_out(self._column, self._fields(_AFTER_SIZE))
        self._lay_out(self._column, self._fields(_NUMBERS))
        self._column.addWidget(rule())
        self._column.addWidget(self._fold)
        self._column.addWidget(self._advanced)

    @property
    def fields(self) -> Sequence[Field]:
        """Return the engine's fields."""
        return self._engine.fields

    @property
    def is_advanced_open(self) -> bool:
        """Tell whether the advanced fields are unfolded."""
        return self._fold.isChecked()

    def open_advanced(self) -> None:
        """Unfold the advanced fields."""
        self._fold.setChecked(True)

    def show_values(self, values: Mapping[str, Value]) -> None:
        """Show these values without reporting them as edits."""
        self._values = values
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
        if of_terms:
            self.open_advanced()
        for name, editor in self._editors.items():
            text = complaints.get(name) or editor.objection()
            if text != editor.complaint():
                editor.complain(text)
            if text:
                self._reveal(editor)

    def enter(self, name: str) -> None:
        """Give the keyboard to a field, or to one of the terms."""
        if name in _TERMS:
            self._make_advanced()
            if self._terms_editor is not None:
                self._terms_editor.enter(name)
        else:
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
        found = (self._engine.by_role(role) for role in roles)
        return [field for field in found if field is not None]

    def _others(self) -> list[Field]:
        """Return the fields that are nowhere yet, as far as their kind has an editor."""
        rest = (field for field in self._engine.fields if field.name not in self._editors)
        return [field for field in rest if field.kind in EDITORS]

    def _add_size(self) -> None:
        fields = self._fields(_SIZE)
        if len(fields) < len(_SIZE):
            self._lay_out(self._column, fields)
            return
        self._size = SizeEditor(self._engine, *fields)
        self._size.changed.connect(self._edited)
        self._column.addWidget(self._size)
        for editor in (self._size.width_editor, self._size.height_editor):
            self._editors[editor.field.name] = editor

    @Slot()
    def _make_advanced(self) -> None:
        if self._terms_editor is not None:
            return
        self._terms_editor = TermsEditor()
        self._terms_editor.show_terms(self._terms)
        self._terms_editor.edited.connect(self.terms_edited)
        fields = self._others()
        inside = QVBoxLayout(self._advanced)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE_PX)
        self._lay_out(inside, fields)
        inside.addWidget(self._terms_editor)
        for field in fields:
            self._editors[field.name].set_value(self._values.get(field.name))
            self._editors[field.name].show_hint(self._hints.get(field.name, ""))
        self.grown.emit()

    def _lay_out(self, column: QBoxLayout, fields: Sequence[Field]) -> None:
        pair: QHBoxLayout | None = None
        for field in fields:
            editor = editor_for(field)
            editor.changed.connect(self._edited)
            self._editors[field.name] = editor
            if not is_compact(field):
                pair = None
                column.addWidget(editor)
            elif pair is None:
                pair = QHBoxLayout()
                pair.setSpacing(_GAP_PX)
                column.addLayout(pair)
                pair.addWidget(editor, stretch=1, alignment=Qt.AlignmentFlag.AlignTop)
            else:
                pair.addWidget(editor, stretch=1, alignment=Qt.AlignmentFlag.AlignTop)
                pair = None

    def _reveal(self, editor: Editor) -> None:
        if self._size and editor in {self._size.width_editor, self._size.height_editor}:
            self._size.reveal()
        elif self._advanced.isAncestorOf(editor):
            self.open_advanced()

    def _refresh(self) -> None:
        shown = {name: editor.value() for name, editor in self._editors.items()}
        self._values = {**self._values, **shown}
        self._fold.setText(summary(self._engine, self._values))
        if self._size:
            self._size.refresh()

    @Slot(str, object)
    def _edited(self, name: str, value: object) -> None:
        self._refresh()
        self.edited.emit(name, value)
