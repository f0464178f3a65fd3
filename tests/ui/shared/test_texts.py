"""Texts from outside: wrapped whole, or shortened to one line."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from civitai_desktop.ui.shared.texts import ShortenedText, WrappedText

LONG = "wf_01JDABCDEFGHJKMNPQRSTVWXYZ-20261122-9Q2"


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 300)
    window.show()
    return window


def test_a_wrapped_text_is_as_tall_as_its_lines(window):
    text = WrappedText("text", line_px=20, parent=window)
    text.resize(200, 20)
    text.show()
    for lines in (3, 1):
        text.show_text("\n".join("word" for _ in range(lines)))
        assert text.height() == 20 * lines


def test_a_wrapped_text_beyond_its_limit_scrolls(window):
    text = WrappedText("text", line_px=20, most_lines=4, parent=window)
    text.resize(200, 20)
    text.show()
    text.show_text("\n".join("word" for _ in range(30)))
    assert text.height() == 80
    assert text.verticalScrollBar().maximum() > 0


def test_the_same_text_again_leaves_the_selection(window):
    text = WrappedText("text", line_px=20, parent=window)
    text.show_text("A tower")
    text.selectAll()
    text.show_text("A tower")
    assert text.textCursor().selectedText() == "A tower"


def test_markup_is_shown_as_it_was_typed(window):
    text = WrappedText("text", line_px=20, parent=window)
    text.show_text("<i>&amp;")
    assert text.toPlainText() == "<i>&amp;"


@pytest.fixture
def line(window) -> ShortenedText:
    line = ShortenedText("small_text", Qt.TextElideMode.ElideMiddle, window)
    line.resize(150, 20)
    line.show()
    line.show_text(LONG)
    return line


def test_a_line_is_shortened_only_where_it_does_not_fit(line):
    assert "…" in line.text()
    assert line.toolTip() == LONG

    line.resize(900, 20)
    assert line.text() == LONG
    assert line.toolTip() == ""


def test_a_line_is_whole_while_it_is_focused(line, qtbot):
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    line.selectAll()
    line.resize(120, 20)
    assert line.selectedText() == LONG

    line.clearFocus()
    assert "…" in line.text()


def test_line_breaks_become_spaces(line):
    line.resize(900, 20)
    line.show_text("one\ntwo\t three")
    assert line.text() == "one two three"
