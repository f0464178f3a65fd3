"""Editors for texts, choices and flags."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QLabel, QStyle, QStyleOptionButton

from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.generate.editors.editor import Editor
from civitai_desktop.ui.generate.wording import choice_text, grouped, written
from civitai_desktop.ui.shared.choice_box import ChoiceBox
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.icon_button import draw_icon
from civitai_desktop.ui.shared.plain_text import PlainText
from civitai_desktop.ui.shared.widgets import marked, named, plain, styled

_HEIGHT_PX = 52


class TextEditor(Editor):
    """Edits a text of several lines, and counts where it is longer than the engine takes."""

    _is_always_counted = False

    def __init__(
        self, field: Field, text: PlainText | None = None, height_px: int = _HEIGHT_PX
    ) -> None:
        super().__init__(field)
        self._remark: QLabel | None = None
        self._remark_text = ""
        self._text = text or PlainText()
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(height_px)
        self._text.document().setDocumentMargin(5)
        self._text.textChanged.connect(self._typed)
        self._place(self._text)
        self.show_field(field)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self._count()

    def value(self) -> Value:
        return self._text.toPlainText() or None

    def set_value(self, value: Value) -> None:
        # The same text is left alone, and with it what Undo remembers.
        if written(value) != self._text.toPlainText():
            with QSignalBlocker(self._text):
                self._text.setPlainText(written(value))
        self._count()

    def forget_typing(self) -> None:
        """Let Undo take back nothing that was typed before now."""
        self._text.document().clearUndoRedoStacks()

    def show_remark(self, text: str, *, is_warning: bool) -> None:
        """Show what is to be known of the text as it stands; an empty one takes it away."""
        if text == self._remark_text:
            return
        self._remark_text = text
        if self._remark is None:
            self._remark = self._make_remark()
        self._remark.setText(text)
        self._remark.setVisible(bool(text))
        marked(self._remark, "warning", "true" if is_warning else "false")
        self._describe()

    def _make_remark(self) -> QLabel:
        # Most prompts need none.
        label = styled(plain(named(QLabel(), f"{self.field.label} remark")), "dim")
        label.setWordWrap(True)
        label.setContentsMargins(0, 4, 0, 0)
        label.setMinimumWidth(1)
        self._column.addWidget(label)
        return label

    def _description(self) -> list[str]:
        return [*super()._description(), self._remark_text]

    def _typed(self) -> None:
        self._count()
        self._edited()

    def _count(self) -> None:
        limit, length = self.field.max_length, self._length()
        is_over = limit is not None and length > limit
        if limit is None or not (is_over or self._is_always_counted):
            self._note.clear()
            return
        self._note.setText(f"{grouped(length)} / {grouped(limit)}")
        marked(self._note, "kind", "complaint" if is_over else "dim")

    def _length(self) -> int:
        return len(self._text.toPlainText())


class ChoiceEditor(Editor):
    """Picks one of the values the API spells out; "Default" leaves the field out."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._box = ChoiceBox()
        self._items: tuple[list[Value], list[str]] = ([], [])
        self._box.currentIndexChanged.connect(self._edited)
        self._place(self._box)
        self.show_field(field)

    def value(self) -> Value:
        chosen: Value = self._box.currentData()
        return chosen

    def set_value(self, value: Value) -> None:
        known: list[Value] = [*self.field.choices]
        if self.field.default is None or value is None:
            known.insert(0, None)
        if value not in known:
            known.append(value)
        texts = [choice_text(self.field.role, each) or self.tr("Default") for each in known]
        with QSignalBlocker(self._box):
            # Each item costs a little, and two engines often have the same.
            if (known, texts) != self._items:
                self._items = (known, texts)
                self._box.clear()
                for text, each in zip(texts, known, strict=True):
                    self._box.addItem(text, each)
            self._box.setCurrentIndex(known.index(value))


class CheckBox(QCheckBox):
    """A check box whose tick is a shipped icon; the style sheet fills the box."""

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked():
            option = QStyleOptionButton()
            self.initStyleOption(option)
            indicator = QStyle.SubElement.SE_CheckBoxIndicator
            box = self.style().subElementRect(indicator, option, self)
            white = QPalette.ColorRole.HighlightedText
            draw_icon(QPainter(self), "check", box.center(), 14, white)


class FlagEditor(Editor):
    """Switches something on or off; the label stands beside the box."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._box = CheckBox()
        self._box.toggled.connect(self._edited)
        for label in (self._caption, self._hint, self._note):
            label.hide()
        self._place(self._box)
        self.show_field(field)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self._box.setText(field.label)

    def value(self) -> Value:
        return self._box.isChecked()

    def set_value(self, value: Value) -> None:
        with QSignalBlocker(self._box):
            self._box.setChecked(value is True)
