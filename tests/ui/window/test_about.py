"""Help > About: what the program is, and what Civitai offers beyond what it knows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from civitai_desktop.ui.window.about import AboutDialog


def about(qtbot, *unknown: str) -> str:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = AboutDialog(window, unknown)
    labels = dialog.findChildren(QLabel)
    named = dialog.findChild(QLabel, "unknown")
    assert named is None or named.textFormat() is Qt.TextFormat.PlainText
    return "\n".join(label.text() for label in labels)


def test_nothing_is_said_where_everything_is_known(qtbot):
    assert "also offers" not in about(qtbot)


def test_what_is_unknown_is_named(qtbot):
    said = about(qtbot, "Nova 2", "<b>Odd</b>")
    assert "Civitai also offers what this version does not know: Nova 2, <b>Odd</b>." in said


def test_of_many_there_is_a_number(qtbot):
    said = about(qtbot, *(f"Nova {number}" for number in range(30)))
    assert "Nova 11 and 18 more." in said
