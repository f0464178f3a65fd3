"""Coming back to the window from a file manager."""

from PySide6.QtCore import Qt

from civitai_desktop.ui.window.returning import Returning

AWAY, HERE = Qt.ApplicationState.ApplicationInactive, Qt.ApplicationState.ApplicationActive


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_coming_back_is_told_but_not_more_than_once_a_minute(qapp):
    clock, told = Clock(), []
    returning = Returning(clock)
    returning.came_back.connect(lambda: told.append(clock.now))
    for seconds, state in (
        (5, HERE),  # the start, which looks by itself
        (65, AWAY),
        (70, HERE),
        (75, AWAY),
        (80, HERE),
        (129, HERE),
        (131, HERE),
    ):
        clock.now = 1000.0 + seconds
        qapp.applicationStateChanged.emit(state)
    assert told == [1070.0, 1131.0]

    returning.stop()
    clock.now += 1000
    qapp.applicationStateChanged.emit(HERE)
    assert len(told) == 2
