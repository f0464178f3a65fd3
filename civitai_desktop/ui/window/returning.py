"""The user comes back to the window, after having been in another one."""

from typing import cast

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from civitai_desktop.services.ports import Clock

_SELDOM_S = 60.0
"""Least time between two returns that are told; a look at a slow drive costs a while."""


class Returning(QObject):
    """Tells when there may be news from elsewhere: from a file manager, an image program.

    Stop it at the end.
    """

    came_back = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._told_at = clock()
        self._application().applicationStateChanged.connect(self._on_state)

    def stop(self) -> None:
        """Tell nothing any more."""
        self._application().applicationStateChanged.disconnect(self._on_state)

    @staticmethod
    def _application() -> QGuiApplication:
        return cast("QGuiApplication", QGuiApplication.instance())

    @Slot(Qt.ApplicationState)
    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state is not Qt.ApplicationState.ApplicationActive:
            return
        if self._clock() - self._told_at >= _SELDOM_S:
            self._told_at = self._clock()
            self.came_back.emit()
