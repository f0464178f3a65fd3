"""The line of one resource: an AIR that shows its name, and that takes an address or a number."""

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent

from civitai_desktop.catalogue.field import Field
from civitai_desktop.ui.resource_picker.desk import ResourceDesk
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.plain_text import PlainLine
from civitai_desktop.ui.shared.theme import FIELD_PX
from civitai_desktop.ui.shared.widgets import plain_tip

_QUIET_MS = 500
"""Pause in typing after which it is looked up what was typed."""


class ResourceLine(PlainLine):
    """Holds an AIR and shows the resource's name while it is not being edited.

    An address on civitai.com or a version number that is typed becomes the version's own AIR.

    Signals:
        edited: Another text stands here, typed or looked up.
        answered: More is known of the text; it is the same.
    """

    edited = Signal()
    answered = Signal()

    def __init__(self, field: Field | None = None) -> None:
        super().__init__()
        self._text = ""
        self._is_typed = False
        self._desk: ResourceDesk | None = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_QUIET_MS)
        self._quiet.timeout.connect(self._look_up)
        self.setFixedHeight(FIELD_PX)
        if field is not None:
            self.show_field(field)
        self.textChanged.connect(self._on_typed)
        self.editingFinished.connect(self._on_finished)

    def show_field(self, field: Field) -> None:
        """Say what an AIR for this field looks like."""
        ecosystem = field.ecosystems[0] if field.ecosystems else "…"
        self.setPlaceholderText(f"urn:air:{ecosystem}:{field.resource}:civitai:…@…")

    @property
    def entry(self) -> str:
        """Return the AIR, or what was typed instead of one, without spaces around it."""
        return self._text

    def enter(self, text: str) -> None:
        """Hold `text` without reporting it as an edit; a version's number is still looked up."""
        self._text, self._is_typed = text, text.isdigit()
        self._write()
        self._look_up()

    def use(self, desk: ResourceDesk) -> None:
        """Ask `desk` from now on for names."""
        if desk is not self._desk:
            self._desk = desk
            desk.answered.connect(self._on_answer)
            self.enter(self._text)

    def is_asked(self) -> bool:
        """Tell whether it is being looked up what was typed."""
        return self._quiet.isActive() or bool(self._desk and self._desk.is_asked(self._text))

    @guarded(nothing)
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._write(is_edited=True)
        super().focusInEvent(event)

    @guarded(nothing)
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._write()

    def _write(self, *, is_edited: bool | None = None) -> None:
        resource = self._desk.resource(self._text) if self._desk and self._text else None
        is_edited = self.hasFocus() if is_edited is None else is_edited
        shown = self._text if resource is None or is_edited else resource.label
        self.setToolTip(plain_tip("" if resource is None else f"{resource.label}\n{self._text}"))
        if shown != self.text():
            with QSignalBlocker(self):
                self.setText(shown)
                # The start of a long AIR says what it is.
                self.setCursorPosition(0)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self._text, self._is_typed = text.strip(), True
        self.setToolTip("")
        if self._desk is not None:
            self._quiet.start()
        self.edited.emit()

    @Slot()
    def _on_finished(self) -> None:
        if self._is_typed:
            self._look_up()

    @Slot()
    def _look_up(self) -> None:
        self._quiet.stop()
        if self._desk is None or not self._text:
            return
        if self._desk.resource(self._text) is None:
            self._desk.look_up(self._text)
        else:
            self._on_answer(self._text)

    @Slot(str)
    def _on_answer(self, text: str) -> None:
        if text != self._text or self._desk is None:
            return
        resource = self._desk.resource(text)
        # An AIR that came with the form stays as it was, and so does one of a single file.
        if resource and self._is_typed and resource.air != text and "+" not in text:
            self._text = resource.air
            self._write()
            self.edited.emit()
        else:
            self._write()
            self.answered.emit()
