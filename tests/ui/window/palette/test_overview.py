"""The overview of keys: on the screen, on paper, and by its texts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTranslator
from PySide6.QtGui import QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QTextBrowser, QWidget

from civitai_desktop.ui.shared.commands import KeyNote, shown_key
from civitai_desktop.ui.window.commands import COMMANDS, KEY_NOTES
from civitai_desktop.ui.window.palette.overview import KeyOverview, print_page
from civitai_desktop.ui.window.palette.page import PAPER, groups, write

# The platform without a screen has no window manager to ask.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def overview(qtbot) -> Iterator[KeyOverview]:
    window = QWidget()
    window.resize(1100, 700)
    qtbot.addWidget(window)
    window.show()
    overview = KeyOverview(window)
    overview.open()
    yield overview
    window.close()


def text_of(overview: KeyOverview) -> str:
    return overview.findChild(QTextBrowser).toPlainText().replace("\N{NO-BREAK SPACE}", " ")


def test_it_names_every_key_that_is_taken_once_in_its_place():
    shown = {place.id: [key for key, _text in rows] for place, rows in groups()}
    assert next(iter(shown)) == "window"
    for command in COMMANDS:
        if command.keys:
            assert shown["window"].count(shown_key(command.keys[0])) == 1
        for at in command.place_keys:
            assert shown[at.place.id].count(shown_key(at.keys[0])) == 1
    assert sum(len(rows) for rows in shown.values()) == len(KEY_NOTES) + sum(
        bool(each.keys) + len(each.place_keys) for each in COMMANDS
    )


def test_the_page_shows_the_places_the_keys_and_what_they_do(overview):
    text = text_of(overview)
    for place, rows in groups():
        assert place.title in text
        for key, does in rows:
            assert key in text
            assert does in text


def test_it_fits_the_window_and_scrolls_by_the_keyboard(overview):
    assert overview.width() <= 1100
    assert overview.height() <= 700
    assert overview.accessibleName() == "Keyboard shortcuts"
    page = overview.findChild(QTextBrowser)
    assert page.horizontalScrollBar().maximum() == 0
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    assert page.verticalScrollBar().value() > 0
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not overview.isVisible()


def test_it_is_printed(tmp_path: Path):
    path = tmp_path / "keys.pdf"
    writer = QPdfWriter(str(path))
    print_page(writer)
    del writer
    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_size > 5_000


def test_paper_is_written_in_dark_on_white(qapp):
    document = QTextDocument()
    write(document, PAPER)
    assert PAPER.text.lightness() < 50 < 200 < PAPER.key.lightness()
    assert "Ctrl+K" in document.toPlainText()


def test_the_printer_is_asked_for_without_stopping_the_loop(overview, tmp_path: Path):
    button = overview.findChild(QPushButton, "print_shortcuts")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = overview.findChild(QPrintDialog)
    assert dialog.isVisible()
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "keys.pdf"))
    dialog.done(QDialog.DialogCode.Accepted.value)
    assert (tmp_path / "keys.pdf").stat().st_size > 5_000


class Marking(QTranslator):
    def translate(self, context, text, disambiguation=None, n=-1):
        return f"«{text}»" if context in {"Commands", "Overview"} else text

    def isEmpty(self):
        return False


def test_every_text_is_translated(qapp):
    translator = Marking(qapp)
    QCoreApplication.installTranslator(translator)
    try:
        document = QTextDocument()
        write(document, PAPER)
        assert document.toPlainText().startswith("«")
        assert {text[0] for _place, rows in groups() for _key, text in rows} == {"«"}
        gestures = {note.gesture for note in KEY_NOTES if isinstance(note, KeyNote)} - {""}
        keys = {key for _place, rows in groups() for key, _text in rows}
        assert {f"«{gesture}»" for gesture in gestures} <= keys
    finally:
        QCoreApplication.removeTranslator(translator)
