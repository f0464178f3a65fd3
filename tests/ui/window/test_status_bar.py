"""The bar at the bottom says what is under way, and what waits."""

import pytest
from PySide6.QtWidgets import QPushButton

from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.window.status_bar import StatusBar


@pytest.mark.parametrize(
    ("jobs", "waiting", "said"),
    [
        (0, 0, "No jobs"),
        (1, 0, "1 job"),
        (2, 0, "2 jobs"),
        (0, 4, "4 waiting"),
        (1, 1, "1 job, 1 waiting"),
    ],
)
def test_what_waits_is_counted_too(qapp, qtbot, jobs, waiting, said):
    bar = StatusBar(Theme(qapp))
    qtbot.addWidget(bar)
    bar.show_jobs(jobs)
    bar.show_waiting(waiting)
    queue = bar.findChild(QPushButton, "queue")
    assert queue.text() == queue.accessibleDescription() == said
