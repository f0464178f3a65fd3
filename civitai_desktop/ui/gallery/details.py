"""The details panel: what is selected in the gallery, and what one can do with it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from civitai_desktop.domain.errors import CivitaiError, NotFound
from civitai_desktop.domain.generation import Image
from civitai_desktop.ui.gallery.details_presenter import DetailsPresenter
from civitai_desktop.ui.queue.tiles import LiveTile
from civitai_desktop.ui.shared import theme
from civitai_desktop.ui.shared.late import Late, Made
from civitai_desktop.ui.shared.widgets import named, plain, styled

if TYPE_CHECKING:
    from civitai_desktop.ui.gallery.details_pages import LivePage, PicturePage

_PICTURE: "Late[type[PicturePage]]" = Late(
    "civitai_desktop.ui.gallery.details_pages", "PicturePage"
)
_LIVE: "Late[type[LivePage]]" = Late("civitai_desktop.ui.gallery.details_pages", "LivePage")

WIDTH_PX = 300
_QUIET_MS = 500
"""After it is first seen; its pages are nearly half of the window's widgets, and hidden then."""


class DetailsPanel(QFrame):
    """Shows one picture, one live tile, or how many are selected. Looking changes nothing."""

    reuse_wanted = Signal(object)
    vary_wanted = Signal(object)
    source_wanted = Signal(object)
    copy_wanted = Signal(object)
    show_in_folder_wanted = Signal(object)
    delete_wanted = Signal(object)
    """These six carry the `Image`."""
    favourite_toggled = Signal(int, bool)
    """Image id, and whether it shall be one."""
    cancel_wanted = Signal(str)
    retry_wanted = Signal(str)
    dismiss_wanted = Signal(str)
    """These three carry the generation's id."""
    keyboard_left = Signal()
    """The button that had the keyboard is gone."""

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
        self._picture = Made(self._make_picture)
        self._live = Made(self._make_live)
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self._prepare)
        column = QWidget()
        # The bar appears in the margin, so nothing moves when it does.
        column.setFixedWidth(WIDTH_PX - theme.EDGE_PX)
        self._pages = QVBoxLayout(column)
        self._pages.setContentsMargins(theme.EDGE_PX, theme.EDGE_PX, 0, theme.EDGE_PX)
        self._pages.addWidget(self._nothing)
        self._pages.addStretch(1)
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

        presenter.preview_failed.connect(self._show_preview_problem)
        self.show_selection(None)

    def show_selection(self, selection: Image | LiveTile | None) -> None:
        """Show what is selected; the same picture or tile again only updates what has changed."""
        had_keyboard = self.isAncestorOf(QApplication.focusWidget() or self)
        if isinstance(selection, Image):
            self._show_image(selection)
        elif selection is not None:
            self._show_tile(selection)
        else:
            self._show_nothing(self.tr("Select a picture to see how it was made."))
        # Qt gives it to whatever comes next in the window: a button there may cost something.
        if had_keyboard and not self.isAncestorOf(QApplication.focusWidget() or self):
            self.keyboard_left.emit()

    def show_many(self, count: int) -> None:
        """Say that `count` pictures are selected."""
        text = self.tr("{n} pictures are selected. Select a single one to see how it was made.")
        self._show_nothing(text.format(n=f"{count:,}"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._quiet.start()

    @Slot()
    def _prepare(self) -> None:
        """Build what is not there yet, before somebody waits for it; one page a turn."""
        for page in (self._picture, self._live):
            if page.known is None:
                page()
                self._quiet.start()
                return

    def _make_picture(self) -> "PicturePage":
        page = _PICTURE()(WIDTH_PX - 2 * theme.EDGE_PX)
        self._presenter.origin_known.connect(page.show_origin)
        self._presenter.preview_ready.connect(page.show_preview)
        page.acted.connect(self._act_on_picture)
        page.preview.favourite.clicked.connect(self._toggle_favourite)
        self._add(page)
        return page

    def _make_live(self) -> "LivePage":
        page = _LIVE()()
        page.acted.connect(self._act_on_tile)
        self._add(page)
        return page

    def _add(self, page: QWidget) -> None:
        page.hide()
        # Behind the others, before the stretch.
        self._pages.insertWidget(self._pages.count() - 1, page)

    def _show_image(self, image: Image) -> None:
        before = self._image
        self._image, self._tile = image, None
        page = self._picture()
        page.show_row(image, self._presenter.facts(image))
        self._turn_to(page)
        if before is None or _file_of(before) != _file_of(image):
            page.begin(image)
            self._presenter.look_at(image, page.preview.wanted_pixels())

    def _show_tile(self, tile: LiveTile) -> None:
        self._image, self._tile = None, tile
        self._presenter.look_away()
        page = self._live()
        page.show_tile(tile)
        self._turn_to(page)

    def _show_nothing(self, text: str) -> None:
        self._image = self._tile = None
        self._presenter.look_away()
        self._nothing.setText(text)
        self._turn_to(self._nothing)

    def _turn_to(self, shown: QWidget) -> None:
        if shown.isHidden():
            self._scroll.verticalScrollBar().setValue(0)
        for page in (self._nothing, self._picture.known, self._live.known):
            if page is not None:
                page.setVisible(page is shown)

    @Slot(object)
    def _show_preview_problem(self, error: CivitaiError) -> None:
        if self._image is None:
            return
        if isinstance(error, NotFound):
            text = self.tr(
                "The file is missing.\n{path}\n\nReuse settings, Vary and Delete still work."
            ).format(path=self._presenter.path(self._image))
        else:
            text = self.tr(
                "{problem}\n\nEverything but Copy image and Use as source still works."
            ).format(problem=error.message)
        self._picture().show_problem(text, is_missing=isinstance(error, NotFound))

    @Slot(str)
    def _act_on_picture(self, action: str) -> None:
        signals = {
            "reuse_settings": self.reuse_wanted,
            "vary": self.vary_wanted,
            "use_as_source": self.source_wanted,
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
            "try_now": self.retry_wanted,
            "dismiss": self.dismiss_wanted,
        }
        if self._tile is not None:
            signals[action].emit(self._tile.generation_id)

    @Slot(bool)
    def _toggle_favourite(self, favourite: bool) -> None:
        if self._image is not None:
            self.favourite_toggled.emit(self._image.id, favourite)


def _file_of(image: Image) -> tuple[object, ...]:
    """Return what is another one when there is something else to be seen."""
    return image.id, image.path, image.sha256
