"""The overview of keys as a page: for the screen in its colours, and for paper in black."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTableCell,
    QTextTableFormat,
)

from civitai_desktop.ui.shared.commands import (
    WINDOW,
    Command,
    KeyNote,
    Place,
    in_menus,
    said,
    shown_key,
)
from civitai_desktop.ui.window.commands import COMMANDS, places, taken_keys

_COLUMNS = 2
_HEADING_ROWS = 2
"""What a heading takes of a column, in rows."""
_GAP_PX = 12
_ROW_PX = 3
_KEY_PERCENT = 38
_TITLE_SCALE = 1.5


class Ink(NamedTuple):
    """Colours of the page.

    Attributes:
        key: Behind a key.
    """

    text: QColor
    dim: QColor
    key: QColor


PAPER = Ink(text=QColor("#000000"), dim=QColor("#444444"), key=QColor("#ececec"))

Line = tuple[str, str]
"""A key, and what it does."""
Group = tuple[Place, Sequence[Line]]


def title() -> str:
    """Return what the page is called."""
    return QCoreApplication.translate("Overview", "Keyboard shortcuts")


def groups() -> list[Group]:
    """Return what each place's keys do, in the user's language; the whole window's first."""
    of_place: dict[str, list[Line]] = {place.id: [] for place in places()}
    for command in in_menus(COMMANDS):
        if command.keys:
            of_place[WINDOW.id].append((_shown(command.keys, command), _name(command)))
    for place, keys, row in taken_keys():
        if place != WINDOW:
            of_place[place.id].append((_shown(keys, row), _name(row)))
    return [(place, of_place[place.id]) for place in places()]


def _shown(keys: Sequence[str], row: Command | KeyNote) -> str:
    if isinstance(row, Command):
        return shown_key(keys[0])
    return said(row.gesture) or ", ".join(shown_key(key) for key in keys)


def _name(row: Command | KeyNote) -> str:
    return said(row.text).removesuffix("…")


def write(document: QTextDocument, ink: Ink) -> None:
    """Write the page over everything in a document."""
    document.clear()
    cursor = QTextCursor(document)
    heading = _char(ink.text)
    font = document.defaultFont()
    if font.pixelSize() > 0:
        font.setPixelSize(round(_TITLE_SCALE * font.pixelSize()))
    else:
        font.setPointSizeF(_TITLE_SCALE * font.pointSizeF())
    font.setWeight(QFont.Weight.DemiBold)
    heading.setFont(font)
    cursor.insertText(title(), heading)
    columns: list[list[Group]] = [[] for _ in range(_COLUMNS)]
    for group in groups():
        min(columns, key=_height).append(group)
    shares = [QTextLength(QTextLength.Type.PercentageLength, 100 / _COLUMNS)] * _COLUMNS
    form = _table(shares, padding=0)
    form.setTopMargin(_GAP_PX)
    table = cursor.insertTable(1, _COLUMNS, form)
    for number, column in enumerate(columns):
        for group in column:
            _write_group(table.cellAt(0, number), group, ink)


def _height(column: Sequence[Group]) -> int:
    return sum(len(rows) + _HEADING_ROWS for _place, rows in column)


def _write_group(cell: QTextTableCell, group: Group, ink: Ink) -> None:
    place, rows = group
    cursor = cell.lastCursorPosition()
    cursor.insertText(said(place.title), _char(ink.dim, QFont.Weight.DemiBold))
    percent = QTextLength.Type.PercentageLength
    shares = [QTextLength(percent, _KEY_PERCENT), QTextLength(percent, 100 - _KEY_PERCENT)]
    form = _table(shares, padding=_ROW_PX)
    form.setTopMargin(_ROW_PX)
    form.setBottomMargin(_GAP_PX)
    table = cursor.insertTable(len(rows), len(shares), form)
    key = _char(ink.text)
    key.setBackground(QBrush(ink.key))
    for number, (keys, text) in enumerate(rows):
        # Blanks that hold together are the key's edge.
        shown = keys.replace(" ", "\N{NO-BREAK SPACE}")
        shown = f"\N{NO-BREAK SPACE}{shown}\N{NO-BREAK SPACE}"
        table.cellAt(number, 0).firstCursorPosition().insertText(shown, key)
        table.cellAt(number, 1).firstCursorPosition().insertText(text, _char(ink.text))


def _char(colour: QColor, weight: QFont.Weight = QFont.Weight.Normal) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(QBrush(colour))
    form.setFontWeight(weight)
    return form


def _table(shares: Sequence[QTextLength], *, padding: int) -> QTextTableFormat:
    form = QTextTableFormat()
    form.setColumnWidthConstraints(shares)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    form.setBorder(0)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    form.setCellSpacing(0)
    form.setCellPadding(padding)
    return form
