"""The QApplication: its name to the system, its rubbish, a quit that puts everything away first."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QApplication

from civitai_desktop import __version__
from civitai_desktop.ui.runtime.collector import Collector
from civitai_desktop.ui.shared.composing import Composing


class Application(QApplication):
    """Turns the system's wish to quit into an ordinary one, which the window then follows."""

    quit_wanted = Signal()

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.setApplicationName("civitai-desktop")
        self.setApplicationDisplayName("Civitai Desktop")
        self.setApplicationVersion(__version__)
        self.setDesktopFileName("civitai-desktop")
        # The window is closed before the pictures under way are safe; the loop ends afterwards.
        self.setQuitOnLastWindowClosed(False)
        self._collector = Collector(self)
        self._composing = Composing(self)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Quit:
            self.quit_wanted.emit()
            return True
        return super().event(event)
