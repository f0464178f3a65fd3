"""The details panel: what is selected in the gallery, and what one can do with it."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.domain.errors import CivitaiError, NotFound
from civitai_desktop.domain.generation import Image
from civitai_desktop.ui import theme
from civitai_desktop.ui.gallery.details_presenter import DetailsPresenter, Origin
from civitai_desktop.ui.gallery.preview import Preview
from civitai_desktop.ui.queue.tiles import LiveTile, Phase
from civitai_desktop.ui.shared.texts import ShortenedText, WrappedText
from civitai_desktop.ui.shared.widgets import caption, named, plain, styled

WIDTH_PX = 300
_CONTENT_PX = WIDTH_PX - 2 * theme.EDGE_PX
_CAPTION_PX = 83
_PROMPT_LINE_PX = 20
_FACT_LINE_PX = 17
_PROMPT_LINES = 12
_BUTTON_PX = 36

_FACTS = ("engine", "size", "steps", "seed", "cost", "created", "file", "workflow")
"""The rows of the table, in their order."""

_OF_ORIGIN = ("steps", "cost", "workflow")


class DetailsPanel(QWidget):
    """Shows one picture, one live tile, or how many are selected. Looking changes nothing."""

    reuse_wanted = Signal(object)
    vary_wanted = Signal(object)
    copy_wanted = Signal(object)
    show_in_folder_wanted = Signal(object)
    delete_wanted = Signal(object)
    """These five carry the `Image`."""
    favourite_toggled = Signal(int, bool)
    """Image id, and whether it shall be one."""
    cancel_wanted = Signal(str)
    retry_wanted = Signal(str)
    dismiss_wanted = Signal(str)
    """These three carry the generation's id."""

    def __init__(self, presenter: DetailsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(styled(self, "panel"), "Details")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH_PX)
        self._presenter = presenter
        self._image: Image | None = None
        self._tile: LiveTile | None = None

        self._nothing = plain(styled(QLabel(), "dim"))
        self._nothing.setWordWrap(True)
        self._picture = _PicturePage()
        self._live = _LivePage()
        column = QWidget()
        # The bar appears in the margin, so nothing moves when it does.
        column.setFixedWidth(WIDTH_PX - theme.EDGE_PX)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(theme.EDGE_PX, theme.EDGE_PX, 0, theme.EDGE_PX)
        for page in (self._nothing, self._picture, self._live):
            layout.addWidget(page)
        layout.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setWidget(column)
        column.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)

        presenter.origin_known.connect(self._picture.show_origin)
        presenter.preview_ready.connect(self._picture.show_preview)
        presenter.preview_failed.connect(self._show_preview_problem)
        self._picture.acted.connect(self._act_on_picture)
        self._picture.preview.favourite.clicked.connect(self._toggle_favourite)
        self._live.acted.connect(self._act_on_tile)
        self.show_selection(None)

    def show_selection(self, selection: Image | LiveTile | None) -> None:
        """Show what is selected; the same picture or tile again only updates what has changed."""
        if isinstance(selection, Image):
            self._show_image(selection)
        elif selection is not None:
            self._show_tile(selection)
        else:
            self._show_nothing(self.tr("Select a picture to see how it was made."))

    def show_many(self, count: int) -> None:
        """Say that `count` pictures are selected."""
        text = self.tr("{n} images are selected. Select a single one to see how it was made.")
        self._show_nothing(text.format(n=f"{count:,}"))

    def _show_image(self, image: Image) -> None:
        before = self._image
        self._image, self._tile = image, None
        self._picture.show_row(image, self._presenter.facts(image))
        self._turn_to(self._picture)
        if before is None or (before.id, before.path) != (image.id, image.path):
            self._picture.begin(image)
            self._presenter.look_at(image, self._picture.preview.wanted_pixels())

    def _show_tile(self, tile: LiveTile) -> None:
        self._image, self._tile = None, tile
        self._presenter.look_away()
        self._live.show_tile(tile)
        self._turn_to(self._live)

    def _show_nothing(self, text: str) -> None:
        self._image = self._tile = None
        self._presenter.look_away()
        self._nothing.setText(text)
        self._turn_to(self._nothing)

    def _turn_to(self, shown: QWidget) -> None:
        if shown.isHidden():
            self._scroll.verticalScrollBar().setValue(0)
        for page in (self._nothing, self._picture, self._live):
            page.setVisible(page is shown)

    @Slot(object)
    def _show_preview_problem(self, error: CivitaiError) -> None:
        if self._image is None:
            return
        if isinstance(error, NotFound):
            text = self.tr(
                "The file is missing\n{path}\n\nReuse settings, Vary and Delete still work."
            ).format(path=self._presenter.path(self._image))
        else:
            text = self.tr("{problem}\n\nEverything but Copy image still works.").format(
                problem=error.message
            )
        self._picture.show_problem(text, is_missing=isinstance(error, NotFound))

    @Slot(str)
    def _act_on_picture(self, action: str) -> None:
        signals = {
            "reuse_settings": self.reuse_wanted,
            "vary": self.vary_wanted,
            "copy_image": self.copy_wanted,
            "show_in_folder": self.show_in_folder_wanted,
            "delete": self.delete_wanted,
        }
        if self._image is not None:
            signals[action].emit(self._image)

    @Slot(str)
    def _act_on_tile(self, action: str) -> None:
        signals = {
            "cancel": self.cancel_wanted,
            "retry": self.retry_wanted,
            "dismiss": self.dismiss_wanted,
        }
        if self._tile is not None:
            signals[action].emit(self._tile.generation_id)

    @Slot(bool)
    def _toggle_favourite(self, favourite: bool) -> None:
        if self._image is not None:
            self.favourite_toggled.emit(self._image.id, favourite)


def _button(name: str, text: str, group: QButtonGroup, kind: str = "") -> QPushButton:
    button = named(styled(QPushButton(text), kind), name)
    button.setMinimumHeight(_BUTTON_PX)
    group.addButton(button)
    return button


class _PicturePage(QWidget):
    """Preview, prompt, buttons and facts of one picture."""

    acted = Signal(str)
    """The objectName of the button that was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.preview = Preview(_CONTENT_PX)
        self._prompt = named(
            WrappedText("text", line_px=_PROMPT_LINE_PX, most_lines=_PROMPT_LINES),
            "Prompt of the picture",
        )
        self._negative = named(
            WrappedText("dim_text", line_px=_FACT_LINE_PX, most_lines=_PROMPT_LINES),
            "Negative prompt of the picture",
        )
        buttons = QButtonGroup(self)
        buttons.setExclusive(False)
        buttons.buttonClicked.connect(self._press)
        self._reuse = _button("Reuse settings", self.tr("Reuse settings"), buttons, "outline")
        self._vary = _button("Vary", self.tr("Vary"), buttons)
        self._copy = _button("Copy image", self.tr("Copy image"), buttons)
        self._show = _button("Show in folder", self.tr("Show in folder"), buttons)
        self._delete = _button("Delete", self.tr("Delete"), buttons, "danger")
        self._facts = _FactsTable()

        grid = QGridLayout()
        grid.setSpacing(theme.GAP_PX)
        grid.addWidget(self._reuse, 0, 0, 1, 2)
        grid.addWidget(self._vary, 1, 0)
        grid.addWidget(self._copy, 1, 1)
        grid.addWidget(self._show, 2, 0)
        grid.addWidget(self._delete, 2, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.preview)
        layout.addWidget(self._prompt)
        layout.addWidget(self._negative)
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
        self._negative.hide()
        self._copy.setEnabled(True)
        self._show.setEnabled(True)
        self._facts.blank(_OF_ORIGIN)

    @Slot(object)
    def show_origin(self, origin: Origin) -> None:
        """Show what the library knows of how it was made."""
        self._negative.show_text(origin.negative_prompt)
        self._negative.setVisible(bool(origin.negative_prompt))
        for name in _OF_ORIGIN:
            self._facts.show_fact(name, *origin.facts.get(name, ("", "")))

    @Slot(QImage)
    def show_preview(self, picture: QImage) -> None:
        """Show the thumbnail, or the sharp picture after it."""
        self.preview.show_picture(picture)

    def show_problem(self, text: str, *, is_missing: bool) -> None:
        """Say in the preview's place why it cannot be shown."""
        self.preview.show_problem(text)
        self._copy.setEnabled(False)
        self._show.setEnabled(not is_missing)

    @Slot(QAbstractButton)
    def _press(self, button: QAbstractButton) -> None:
        self.acted.emit(button.objectName())


def _micro(image: Image) -> QImage:
    """Return the blurred first sight of a picture; a null one if there is none."""
    if not image.micro:
        return QImage()
    return QImage(image.micro, 4, 4, 12, QImage.Format.Format_RGB888).copy()


class _LivePage(QWidget):
    """A picture that is still to come, or that will not come."""

    acted = Signal(str)
    """The objectName of the button that was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._state = plain(styled(QLabel(), "strong"))
        self._state.setWordWrap(True)
        self._problem = named(
            WrappedText("bad_text", line_px=_PROMPT_LINE_PX, most_lines=_PROMPT_LINES),
            "Problem of the picture",
        )
        self._prompt = named(
            WrappedText("text", line_px=_PROMPT_LINE_PX, most_lines=_PROMPT_LINES),
            "Prompt of the live tile",
        )
        buttons = QButtonGroup(self)
        buttons.setExclusive(False)
        buttons.buttonClicked.connect(self._press)
        self._cancel = _button("Cancel", self.tr("Cancel"), buttons)
        self._retry = _button("Retry", self.tr("Retry"), buttons, "outline")
        self._dismiss = _button("Dismiss", self.tr("Dismiss"), buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for widget in (self._state, self._problem, self._prompt):
            layout.addWidget(widget)
        layout.addWidget(self._cancel)
        layout.addWidget(self._retry)
        layout.addWidget(self._dismiss)

    def show_tile(self, tile: LiveTile) -> None:
        """Show how far it has come."""
        failed = tile.phase is Phase.FAILED
        self._state.setText(self.tr("Failed") if failed else tile.text)
        self._problem.show_text(tile.problem)
        self._prompt.show_text(tile.prompt)
        self._problem.setVisible(failed and bool(tile.problem))
        self._cancel.setVisible(not failed)
        self._retry.setVisible(failed)
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
                else WrappedText("small_text", line_px=_FACT_LINE_PX)
            )
            value.setObjectName(f"fact_{name}")
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
