"""The peer of the start: a bare PySide6 window with an empty list, timed to its first paint."""

import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QListView, QMainWindow


class Window(QMainWindow):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, self._painted)

    def _painted(self) -> None:
        print("painted", time.monotonic(), flush=True)
        QApplication.quit()


application = QApplication(sys.argv[:1])
window = Window()
window.setCentralWidget(QListView())
window.resize(1440, 900)
window.show()
application.exec()
