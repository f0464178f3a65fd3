"""Cyclic rubbish is collected on the UI thread, and on no other."""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_LOOK_MS = 250
"""Often, so that each look is short: after a second of work it can cost a whole frame."""


class Collector(QObject):
    """Takes over from Python's own collector for as long as the program runs.

    That one runs on whichever thread happens to allocate. A widget in the rubbish is then torn
    down on a worker, which waits for the UI thread while that waits for the worker: closing the
    program within its first third of a second stopped it for ever, once in three times.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        # What the imports have left stays anyway; looking through it would cost a whole frame.
        gc.freeze()
        self._looks = QTimer(self, interval=_LOOK_MS)
        self._looks.timeout.connect(self._look)
        self._looks.start()

    @Slot()
    def _look(self) -> None:
        """Collect the oldest generation that is due, as Python would have done."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
