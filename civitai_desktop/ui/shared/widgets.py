"""Small widgets and their names, which are a contract for screen readers and tests."""

import re
from functools import cache
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str) -> W:
    """Give `widget` its accessible name, and the same in snake_case as its objectName."""
    widget.setAccessibleName(name)
    widget.setObjectName(_object_name(name))
    return widget


@cache
def _object_name(name: str) -> str:
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def styled(widget: W, kind: str) -> W:
    """Mark `widget` for the style sheet, which matches on `[kind="..."]`."""
    widget.setProperty("kind", kind)
    return widget


def marked(widget: W, name: str, value: str) -> W:
    """Set a property that the style sheet matches on, such as "complaint", and style anew."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
    return widget


def caption(text: str, buddy: QWidget | None = None) -> QLabel:
    """Return the small dim label that stands above a field."""
    label = styled(plain(QLabel(text)), "caption")
    if buddy is not None:
        label.setBuddy(buddy)
    return label


def rule() -> QFrame:
    """Return a line across the panel."""
    line = styled(QFrame(), "rule")
    line.setFixedHeight(1)
    return line


def plain(label: QLabel) -> QLabel:
    """Make sure that a text from outside is shown as text, never read as markup."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def plain_tip(text: str) -> str:
    """Return `text` as a tool tip that shows it as it is, where Qt would take it for markup."""
    if "<" not in text:
        return text
    # By hand: the library for it is loaded for nothing else.
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<span style="white-space: pre-wrap">{escaped}</span>'
