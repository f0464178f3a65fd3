"""What the details panel shows of a saved picture, and of one that is still to come."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.domain.generation import Image
from civitai_desktop.ui.gallery import commands
from civitai_desktop.ui.gallery.details_presenter import Origin
from civitai_desktop.ui.gallery.preview import Preview
from civitai_desktop.ui.queue.tiles import LiveTile, Phase
from civitai_desktop.ui.shared import theme
from civitai_desktop.ui.shared.commands import said, tip
from civitai_desktop.ui.shared.texts import ShortenedText, WrappedText
from civitai_desktop.ui.shared.widgets import caption, marked, named, plain, styled

_SPACING_PX = 12
_CAPTION_PX = 83
_PROMPT_LINE_PX = 20
_FACT_LINE_PX = 17
_PROMPT_LINES = 6
_NEGATIVE_LINES = 3
_MOST_LINES = 12
_BUTTON_PX = 36

_FACTS = (
    "engine",
    "size",
    "steps",
    "seed",
    "deviations",
    "cost",
    "created",
    "file",
    "workflow",
    "template",
)
"""The rows of the table, in their order."""

_OF_ORIGIN = ("steps", "deviations", "cost", "workflow", "template")


class PicturePage(QWidget):
    """Preview, prompt, buttons and facts of one picture."""

    acted = Signal(str)
    """The objectName of the button that was pressed."""

    def __init__(self, side_px: int) -> None:
        super().__init__()
        self.preview = Preview(side_px)
        self._prompt = named(
            WrappedText("text", line_px=_PROMPT_LINE_PX, most_lines=_PROMPT_LINES),
            "Prompt of the picture",
        )
        self._negative = named(
            WrappedText("dim_text", line_px=_FACT_LINE_PX, most_lines=_NEGATIVE_LINES),
            "Negative prompt of the picture",
        )
        self._negative_part = QWidget()
        negative = QVBoxLayout(self._negative_part)
        negative.setContentsMargins(0, 0, 0, 0)
        negative.setSpacing(2)
        negative.addWidget(caption(self.tr("Negative prompt"), self._negative))
        negative.addWidget(self._negative)
        buttons = QButtonGroup(self)
        buttons.setExclusive(False)
        buttons.buttonClicked.connect(self._press)
        self._reuse = _button("Reuse settings", said(commands.REUSE.text), buttons, "outline")
        self._vary = _button("Vary", said(commands.VARY.text), buttons)
        self._source = _button("Use as source", said(commands.SOURCE.text), buttons)
        self._copy = _button("Copy image", said(commands.COPY.text), buttons)
        self._show = _button("Show in folder", said(commands.SHOW_IN_FOLDER.text), buttons)
        self._delete = _button("Delete", said(commands.DELETE.text), buttons, "danger")
        self._facts = _FactsTable()

        for button, command in (
            (self._reuse, commands.REUSE),
            (self._vary, commands.VARY),
            (self._source, commands.SOURCE),
            (self._copy, commands.COPY),
            (self._show, commands.SHOW_IN_FOLDER),
            (self._delete, commands.DELETE),
        ):
            button.setToolTip(tip(command))

        grid = QGridLayout()
        grid.setSpacing(theme.GAP_PX)
        grid.addWidget(self._reuse, 0, 0, 1, 2)
        grid.addWidget(self._vary, 1, 0)
        grid.addWidget(self._source, 1, 1)
        grid.addWidget(self._copy, 2, 0)
        grid.addWidget(self._show, 2, 1)
        grid.addWidget(self._delete, 3, 0, 1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING_PX)
        layout.addWidget(self.preview)
        layout.addWidget(self._prompt)
        layout.addWidget(self._negative_part)
        layout.addLayout(grid)
        layout.addWidget(self._facts)

    def show_row(self, image: Image, facts: Mapping[str, tuple[str, str]]) -> None:
        """Show what is known of the picture at once."""
        self._prompt.show_text(image.prompt)
        self._prompt.setVisible(bool(image.prompt))
        self.preview.favourite.setChecked(image.favourite)
        for name in _FACTS:
            if name not in _OF_ORIGIN:
                self._facts.show_fact(name, *facts.get(name, ("", "")))

    def begin(self, image: Image) -> None:
        """Take away what was said of another picture."""
        self.preview.show_picture(_micro(image))
        if not self._negative_part.isHidden():
            self._hold_room(True)
        self._negative_part.hide()
        self._source.setEnabled(True)
        self._copy.setEnabled(True)
        self._show.setEnabled(True)
        self._facts.blank(_OF_ORIGIN)

    @Slot(object)
    def show_origin(self, origin: Origin) -> None:
        """Show what the library knows of how it was made."""
        self._hold_room(False)
        self._negative.show_text(origin.negative_prompt)
        self._negative_part.setVisible(bool(origin.negative_prompt))
        for name in _OF_ORIGIN:
            self._facts.show_fact(name, *origin.facts.get(name, ("", "")))

    def _hold_room(self, hold: bool) -> None:
        """Let what is below stay where it is while the negative prompt is not known."""
        policy = self._negative_part.sizePolicy()
        policy.setRetainSizeWhenHidden(hold)
        self._negative_part.setSizePolicy(policy)

    @Slot(QImage)
    def show_preview(self, picture: QImage) -> None:
        """Show the thumbnail, or the sharp picture after it."""
        self.preview.show_picture(picture)

    def show_problem(self, text: str, *, is_missing: bool) -> None:
        """Say in the preview's place why it cannot be shown."""
        self.preview.show_problem(text)
        self._source.setEnabled(False)
        self._copy.setEnabled(False)
        self._show.setEnabled(not is_missing)

    @Slot(QAbstractButton)
    def _press(self, button: QAbstractButton) -> None:
        self.acted.emit(button.objectName())


class LivePage(QWidget):
    """A picture that is still to come, or that will not come."""

    acted = Signal(str)
    """The objectName of the button that was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._state = plain(styled(QLabel(), "strong"))
        self._state.setWordWrap(True)
        self._problem = named(
            WrappedText("bad_text", line_px=_PROMPT_LINE_PX, most_lines=_MOST_LINES),
            "Problem of the picture",
        )
        self._prompt = named(
            WrappedText("text", line_px=_PROMPT_LINE_PX, most_lines=_MOST_LINES),
            "Prompt of the live tile",
        )
        buttons = QButtonGroup(self)
        buttons.setExclusive(False)
        buttons.buttonClicked.connect(self._press)
        self._cancel = _button("Cancel", self.tr("Cancel"), buttons)
        self._retry = _button("Retry", self.tr("Retry"), buttons, "outline")
        self._try_now = _button("Try now", self.tr("Try now"), buttons, "outline")
        self._dismiss = _button("Dismiss", self.tr("Dismiss"), buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING_PX)
        for widget in (self._state, self._problem, self._prompt):
            layout.addWidget(widget)
        layout.addWidget(self._cancel)
        layout.addWidget(self._retry)
        layout.addWidget(self._try_now)
        layout.addWidget(self._dismiss)

    def show_tile(self, tile: LiveTile) -> None:
        """Show how far it has come."""
        failed = tile.phase is Phase.FAILED
        self._state.setText(tile.text)
        self._problem.show_text(tile.problem)
        # Red is for what went wrong; what is held is only waited for.
        marked(self._problem, "kind", "bad_text" if failed else "text")
        self._prompt.show_text(tile.prompt)
        self._problem.setVisible(tile.can_be_tried and bool(tile.problem))
        self._cancel.setVisible(not failed)
        self._retry.setVisible(failed)
        self._retry.setEnabled(not tile.is_busy)
        self._try_now.setVisible(tile.phase is Phase.HELD)
        self._try_now.setEnabled(not tile.is_busy)
        self._cancel.setEnabled(not tile.is_busy)
        self._dismiss.setEnabled(not tile.is_busy)
        self._dismiss.setVisible(failed)

    @Slot(QAbstractButton)
    def _press(self, button: QAbstractButton) -> None:
        self.acted.emit(button.objectName())


class _FactsTable(QWidget):
    """Captions on the left, values on the right; a row without a value is not there."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3)
        grid.setVerticalSpacing(5)
        grid.setColumnMinimumWidth(0, _CAPTION_PX)
        grid.setColumnStretch(1, 1)
        self._rows: dict[str, tuple[QLabel, WrappedText | ShortenedText]] = {}
        for number, name in enumerate(_FACTS):
            value = (
                ShortenedText("small_text", Qt.TextElideMode.ElideMiddle)
                if name == "workflow"
                else WrappedText("small_text", line_px=_FACT_LINE_PX, most_lines=_lines_of(name))
            )
            value.setObjectName(f"fact_{name}")
            if name == "file" and isinstance(value, WrappedText):
                value.read_from_the_left()
            label = caption("")
            label.setFixedHeight(_FACT_LINE_PX)
            label.setAlignment(Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1)
            self._rows[name] = label, value

    def show_fact(self, name: str, title: str, text: str) -> None:
        """Show a fact in its row; an empty text takes the row away."""
        label, value = self._rows[name]
        label.setText(title)
        # Not the caption alone: the form's fields bear those names.
        value.setAccessibleName(self.tr("{caption} of the picture").format(caption=title))
        value.show_text(text)
        label.setVisible(bool(text))
        value.setVisible(bool(text))

    def blank(self, names: tuple[str, ...]) -> None:
        """Empty these rows but leave them standing, so that nothing jumps when values come."""
        for name in names:
            self._rows[name][1].show_text("")


def _lines_of(fact: str) -> int:
    """Return how many lines a fact may take before it has a bar of its own."""
    return _MOST_LINES if fact == "deviations" else _PROMPT_LINES


def _button(name: str, text: str, group: QButtonGroup, kind: str = "") -> QPushButton:
    button = named(styled(QPushButton(text), kind), name)
    button.setMinimumHeight(_BUTTON_PX)
    group.addButton(button)
    return button


def _micro(image: Image) -> QImage:
    """Return the blurred first sight of a picture; a null one if there is none."""
    if not image.micro:
        return QImage()
    return QImage(image.micro, 4, 4, 12, QImage.Format.Format_RGB888).copy()
