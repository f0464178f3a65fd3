"""No text from outside is read as markup, by no label and no tool tip of the window."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import Qt, QTextDocument

import civitai_desktop.ui
from civitai_desktop.ui.shared.widgets import plain_tip

UI = Path(civitai_desktop.ui.__file__).parent
PLAIN = {"plain", "plain_tip", "tip"}

MARKUP = [
    "<img src='file:///etc/passwd'>",
    "a <b>bold</b> name",
    "<?xml version='1.0'?><a/>",
    "1 < 2 and 3 > 2",
    "<3",
    "two\nlines <i>and</i>   gaps",
]


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(UI.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                child.parent = node
        yield path.relative_to(UI).as_posix(), tree


def name_of(call: ast.AST) -> str:
    if not isinstance(call, ast.Call):
        return ""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def is_ours(text: ast.expr) -> bool:
    """Tell whether a text is written in the program, as it stands or translated."""
    if isinstance(text, ast.IfExp):
        return is_ours(text.body) and is_ours(text.orelse)
    if isinstance(text, ast.Constant):
        return True
    if name_of(text) in PLAIN:
        return True
    return name_of(text) == "tr" and all(isinstance(each, ast.Constant) for each in text.args)


def is_made_plain(node: ast.AST) -> bool:
    """Tell whether a call stands inside one that makes its result plain."""
    while isinstance(node, ast.Call):
        if name_of(node) in PLAIN:
            return True
        node = node.parent
    return False


def test_every_label_that_shows_a_text_from_outside_shows_it_as_text():
    unsafe = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if name_of(node) == "QLabel"
        and not is_made_plain(node)
        and not (node.args and is_ours(node.args[0]))
    ]
    assert unsafe == []


def test_every_kind_of_label_of_our_own_is_made_plain():
    unsafe = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(getattr(base, "id", "") == "QLabel" for base in node.bases)
        and not any(name_of(each) == "plain" for each in ast.walk(node))
    ]
    assert unsafe == []


def test_every_tool_tip_with_a_text_from_outside_is_made_plain():
    unsafe = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if name_of(node) in {"setToolTip", "setWhatsThis", "setStatusTip"}
        and not is_ours(node.args[0])
    ]
    assert unsafe == []


def test_nothing_in_the_window_takes_markup():
    markup = {"setHtml", "insertHtml", "appendHtml", "setMarkdown", "RichText", "MarkdownText"}
    used = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if getattr(node, "attr", "") in markup
    ]
    assert used == []


@pytest.mark.parametrize("text", MARKUP)
def test_a_tip_with_signs_of_markup_shows_them(text: str, qapp):
    shown = plain_tip(text)
    document = QTextDocument()
    write = document.setHtml if Qt.mightBeRichText(shown) else document.setPlainText
    write(shown)
    assert document.toPlainText() == text


def test_an_ordinary_tip_stays_as_it_is():
    assert plain_tip("DreamShaper XL & Co\nurn:air:sdxl:1") == "DreamShaper XL & Co\nurn:air:sdxl:1"
    assert plain_tip("") == ""
