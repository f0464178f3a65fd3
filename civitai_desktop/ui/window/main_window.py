"""The window: menu, message strip, one account's workspace, status bar."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.weights import knows_weights
from civitai_desktop.ui.account.presenter import AccountPresenter
from civitai_desktop.ui.gallery.commands import A_PICTURE
from civitai_desktop.ui.generate.commands import A_FORM_TO_UNDO, WEIGHTS
from civitai_desktop.ui.runtime.preferences_store import PreferencesStore
from civitai_desktop.ui.shared.late import Late
from civitai_desktop.ui.shared.messages import MessageStrip
from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.shared.widgets import named
from civitai_desktop.ui.viewer.commands import VIEWER
from civitai_desktop.ui.window.actions import Actions
from civitai_desktop.ui.window.status_bar import StatusBar
from civitai_desktop.ui.window.workspace import Workspace

if TYPE_CHECKING:
    from civitai_desktop.ui.account.welcome import Welcome

_WELCOME: "Late[type[Welcome]]" = Late("civitai_desktop.ui.account.welcome", "Welcome")
_FIRST_SIZE = (1440, 900)
_SMALLEST = (1100, 700)
_FRAME_PX = 40
"""What the system's own title bar takes at most."""


class MainWindow(QMainWindow):
    """Holds the screen together. What stands in the middle is exchanged with the account."""

    closed = Signal()
    painted = Signal()
    """The window has been painted for the first time."""

    def __init__(self, theme: Theme, preferences: PreferencesStore) -> None:
        super().__init__()
        named(self, "Civitai Desktop")
        self.setWindowTitle("Civitai Desktop")
        self.setMinimumSize(*_SMALLEST)
        self._preferences = preferences
        self._is_painted = False
        self._welcome: Welcome | None = None
        self.workspace: Workspace | None = None
        self.strip = MessageStrip()
        self.status = StatusBar(theme)
        self._middle = QWidget()
        self._layout = QVBoxLayout(self._middle)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.strip)
        self._layout.addStretch(1)
        self._layout.addWidget(self.status)
        self.setCentralWidget(self._middle)
        self.actions_ = Actions(self.menuBar(), self)
        self.actions_.set_chosen("details", preferences.value.details_shown)
        self._was_maximized = False
        if not self.restoreGeometry(preferences.place()):
            # Not self.screen(): PySide takes what that returns for the window's own, and frees it.
            room = QGuiApplication.primaryScreen().availableSize() - QSize(0, _FRAME_PX)
            self.resize(QSize(*_FIRST_SIZE).boundedTo(room))
        self.actions_.set_chosen("full_screen", self.isFullScreen())

    def show_workspace(self, workspace: Workspace | None) -> None:
        """Put a workspace in the middle; the former one is not kept."""
        former, self.workspace = self.workspace, workspace
        position = 1
        if former is not None:
            self._layout.removeWidget(former)
            former.hide()
            former.deleteLater()
        elif workspace is not None:
            self._layout.takeAt(position)
        if workspace is None:
            self._layout.insertStretch(position, 1)
            return
        self._layout.insertWidget(position, workspace, 1)
        workspace.show_details(self._preferences.value.details_shown)
        workspace.image_selected.connect(self._on_image_selected)
        workspace.viewer.opened.connect(self._on_viewer_opened)
        workspace.gallery.view.menu_wanted.connect(self.actions_.show_image_menu)
        self._on_image_selected(None)
        self._on_viewer_opened(False)

    def show_welcome(self, presenter: AccountPresenter) -> "Welcome":
        """Cover the window with the choice of the first start."""
        self._set_usable(False)
        self._welcome = _WELCOME()(presenter, self._middle)
        self._welcome.setGeometry(self._middle.rect())
        self._welcome.show()
        self._welcome.setFocus()
        return self._welcome

    @property
    def is_welcoming(self) -> bool:
        """Tell whether the welcome covers everything else."""
        return self._welcome is not None

    def hide_welcome(self) -> None:
        """Take the choice of the first start away, if it is there."""
        if self._welcome is not None:
            self._welcome.hide()
            self._welcome.deleteLater()
            self._welcome = None
            self._set_usable(True)
            if self.workspace is not None:
                self.workspace.form.focus_prompt()

    def _set_usable(self, usable: bool) -> None:
        """Let nothing behind the welcome have the keyboard or hear a shortcut."""
        self.actions_.set_usable(usable)
        self.status.setEnabled(usable)
        if self.workspace is not None:
            self.workspace.setEnabled(usable)

    def bring_forward(self) -> None:
        """Show the window above the others."""
        self.setWindowState(self.windowState() & ~self.windowState().WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def fold_details(self, shown: bool) -> None:
        """Fold or unfold the panel on the right, from now on."""
        self._preferences.change(details_shown=shown)
        if self.workspace is not None:
            self.workspace.show_details(shown)

    @Slot(bool)
    def set_undo_available(self, available: bool) -> None:
        """Tell whether an overwritten form can be brought back."""
        self.actions_.set_available(A_FORM_TO_UNDO, available)

    @Slot(object)
    def show_engine(self, engine: Engine) -> None:
        """Tell whether the chosen engine weighs words."""
        self.actions_.set_available(WEIGHTS, knows_weights(engine))

    def fill_screen(self, full: bool) -> None:
        """Take the whole screen, or give it back."""
        if full:
            self._was_maximized = self.isMaximized()
            self.showFullScreen()
        elif self._was_maximized:
            self.showMaximized()
        else:
            self.showNormal()

    @Slot(object)
    def _on_image_selected(self, image: object) -> None:
        self.actions_.set_available(A_PICTURE, image is not None)

    @Slot(bool)
    def _on_viewer_opened(self, is_open: bool) -> None:
        self.actions_.set_available(VIEWER, is_open)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._preferences.keep_place(self.saveGeometry())
        super().closeEvent(event)
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._welcome is not None:
            self._welcome.setGeometry(self._middle.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            # After the children, which are painted behind this one, and after the screen has it.
            QTimer.singleShot(0, self.painted.emit)
