"""The viewer: one picture fills the window, and the keyboard walks through the gallery."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from civitai_desktop.domain.generation import Image
from civitai_desktop.ui.shared import theme
from civitai_desktop.ui.shared.commands import Command, tip
from civitai_desktop.ui.shared.texts import ShortenedText
from civitai_desktop.ui.shared.widgets import named, plain, plain_tip, styled
from civitai_desktop.ui.viewer import commands
from civitai_desktop.ui.viewer.canvas import Canvas
from civitai_desktop.ui.viewer.presenter import Place, ViewerPresenter

_BAR_PX = 40

# A picture is looked at on a dark ground in both themes.
_BAR_STYLE = f"""
    #viewer_bar {{ background: {theme.DARK.panel}; border-top: 1px solid {theme.DARK.line}; }}
    QLabel {{ color: {theme.DARK.dim}; font-size: 12px; }}
    QLineEdit {{ color: {theme.DARK.text}; background: transparent; border: none; }}
    QToolButton {{ background: transparent; border: none; border-radius: 6px; padding: 5px; }}
    QToolButton:hover {{ background: {theme.DARK.hover}; }}
"""


class Viewer(QWidget):
    """Covers the window while a picture is looked at. It keeps the keyboard to itself.

    Attributes:
        acts: What its commands do, by their ids.
    """

    step_wanted = Signal(int)
    delete_wanted = Signal(object)
    """The `Image` that is looked at."""
    favourite_toggled = Signal(int, bool)
    """Image id, and whether it shall be one."""
    opened = Signal(bool)
    """Whether it covers the window now."""
    closed = Signal()

    def __init__(self, presenter: ViewerPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "Viewer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._presenter = presenter
        self._image: Image | None = None
        self._canvas = Canvas()
        self._bar = _Bar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._canvas, 1)
        layout.addWidget(self._bar)
        self.acts: Mapping[str, Callable[[], None]] = {
            commands.PREVIOUS.id: self._step_back,
            commands.NEXT.id: self._step_on,
            commands.ZOOM_IN.id: self._zoom_in,
            commands.ZOOM_OUT.id: self._zoom_out,
            commands.FIT.id: self._canvas.fit,
            commands.PIXELS.id: self._canvas.show_pixels,
            commands.LEAVE.id: self.leave,
        }
        self._keys: dict[str, Callable[[], None]] = {
            QKeySequence(key).toString(): self.acts[command.id]
            for command in commands.COMMANDS
            for place_keys in command.place_keys
            for key in place_keys.keys
        }
        self._keys["Del"] = self._delete

        self.step_wanted.connect(presenter.step)
        self._canvas.size_changed.connect(presenter.fit_to)
        self._canvas.scale_changed.connect(self._bar.show_scale)
        self._bar.previous.clicked.connect(self._step_back)
        self._bar.next.clicked.connect(self._step_on)
        self._bar.favourite.clicked.connect(self._toggle_favourite)
        self._bar.close_viewer.clicked.connect(self.leave)
        presenter.moved.connect(self._arrive)
        presenter.thumbnail_ready.connect(self._show_thumbnail)
        presenter.picture_ready.connect(self._canvas.show_picture)
        presenter.picture_failed.connect(self._canvas.show_problem)
        presenter.ended.connect(self.leave)
        self.hide()

    def open(self, image: Image) -> None:
        """Cover the window with this picture, and take the keyboard."""
        self.show()
        self.raise_()
        self.setFocus()
        self._presenter.fit_to(self._canvas.device_size())
        self._presenter.open(image)
        self.opened.emit(True)

    @Slot()
    def leave(self) -> None:
        """Give the window back."""
        self._presenter.close()
        self._image = None
        self._canvas.clear()
        self.hide()
        self.opened.emit(False)
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        # Else the menu's shortcuts for the same keys would come first.
        is_offer = event.type() == QEvent.Type.ShortcutOverride
        if is_offer and isinstance(event, QKeyEvent) and self._action(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._action(event)
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _action(self, event: QKeyEvent) -> Callable[[], None] | None:
        known = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & ~known:
            return None
        return self._keys.get(QKeySequence(event.key()).toString())

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002
        return True  # what is covered must not get the keyboard

    @Slot(object)
    def _arrive(self, place: Place) -> None:
        if self._image is None or self._image.id != place.image.id:
            self._canvas.expect()
        self._image = place.image
        self._bar.show_place(place)
        self.setAccessibleDescription(f"{self._bar.position.text()}. {place.image.prompt}")

    @Slot(QImage)
    def _show_thumbnail(self, thumbnail: QImage) -> None:
        if self._image is not None:
            size = QSize(self._image.width, self._image.height)
            self._canvas.show_thumbnail(thumbnail, size)

    @Slot()
    def _step_back(self) -> None:
        self.step_wanted.emit(-1)

    @Slot()
    def _step_on(self) -> None:
        self.step_wanted.emit(1)

    def _zoom_in(self) -> None:
        self._canvas.zoom(1)

    def _zoom_out(self) -> None:
        self._canvas.zoom(-1)

    @Slot(bool)
    def _toggle_favourite(self, favourite: bool) -> None:
        if self._image is not None:
            self.favourite_toggled.emit(self._image.id, favourite)

    def _delete(self) -> None:
        if self._image is not None:
            self.delete_wanted.emit(self._image)


class _Bar(QWidget):
    """Where one is, what it shows, how large; and the way on and out."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("viewer_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(_BAR_STYLE)
        self.setFixedHeight(_BAR_PX)
        self.previous = self._button("Previous picture", "arrow-left", commands.PREVIOUS)
        self.next = self._button("Next picture", "arrow-right", commands.NEXT)
        self.close_viewer = self._button("Close viewer", "cross", commands.LEAVE)
        self.favourite = self._button("Favourite in viewer", "star-outline", None)
        self.favourite.setCheckable(True)
        self.position = plain(QLabel())
        self._prompt = ShortenedText("small_text", Qt.TextElideMode.ElideRight)
        self._prompt.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._prompt.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._prompt.setObjectName("viewer_prompt")
        self._size = plain(QLabel())
        self._scale = plain(QLabel())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.GAP_PX, 0, theme.GAP_PX, 0)
        layout.setSpacing(theme.GAP_PX)
        for widget in (self.previous, self.position, self.next):
            layout.addWidget(widget)
        layout.addSpacing(theme.GAP_PX)
        layout.addWidget(self._prompt, 1)
        layout.addSpacing(theme.GAP_PX)
        for widget in (self._size, self._scale, self.favourite, self.close_viewer):
            layout.addWidget(widget)

    def show_place(self, place: Place) -> None:
        """Show which picture it is."""
        text = self.tr("{position} of {total}") if place.position else ""
        self.position.setText(text.format(position=f"{place.position:,}", total=f"{place.total:,}"))
        self.previous.setEnabled(place.position != 1)
        self.next.setEnabled(place.position != place.total)
        self._prompt.show_text(place.image.prompt)
        self._show_favourite(place.image.favourite)
        width, height = place.image.width, place.image.height
        self._size.setText(f"{width} \N{MULTIPLICATION SIGN} {height}" if width and height else "")

    def _show_favourite(self, favourite: bool) -> None:
        name, colour = ("star", theme.DARK.star) if favourite else ("star-outline", theme.DARK.text)
        self.favourite.setChecked(favourite)
        self.favourite.setIcon(theme.icon(name, colour))
        text = self.tr("No longer a favourite") if favourite else self.tr("Make it a favourite")
        self.favourite.setToolTip(plain_tip(text))

    @Slot(float)
    def show_scale(self, scale: float) -> None:
        """Show how large the picture is, in percent; nothing for 0."""
        self._scale.setText(f"{scale * 100:.0f} %" if scale else "")

    def _button(self, name: str, icon: str, command: Command | None) -> QToolButton:
        button = named(styled(QToolButton(), "flat"), name)
        button.setIcon(theme.icon(icon, theme.DARK.text))
        if command:
            button.setToolTip(tip(command))
        # The keyboard stays with the viewer, where each button has a key.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button
