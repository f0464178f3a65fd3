"""House rules that no linter knows: the ways into a nested loop, first sentences, icons, papers."""

import ast
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from civitai_desktop import __version__

CHECKOUT = Path(__file__).parents[1]
PROGRAM = sorted((CHECKOUT / "civitai_desktop").rglob("*.py"))
EVERYTHING = [
    *PROGRAM,
    *sorted((CHECKOUT / "tests").rglob("*.py")),
    *sorted((CHECKOUT / "packaging").rglob("*.py")),
]


def name(module: Path) -> str:
    """Return where a module lies in the repository."""
    return module.relative_to(CHECKOUT).as_posix()


def broken_rules(source: str) -> Iterator[str]:
    """Name what in `source` stops the loop that everything runs on, or keeps a widget alive."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr="processEvents"):
                yield f"line {node.lineno}: processEvents nests the loop"
            # Dragging out of the window has no other way, and never begins in a coroutine.
            case ast.Call(func=ast.Attribute(attr="exec" | "exec_")) if (
                "Qt.DropAction" not in ast.unparse(node)
            ):
                yield f"line {node.lineno}: exec() stops every task; use open() and finished"
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id="QMessageBox" | "QFileDialog") as box, attr=call
                )
            ) if call[0].islower():
                yield f"line {node.lineno}: {box.id}.{call}() is an exec() in disguise"
            case ast.Call(func=ast.Attribute(attr="connect")) if any(
                isinstance(inner, ast.Lambda) for inner in ast.walk(node)
            ):
                yield f"line {node.lineno}: a lambda in connect() outlives its widget"
            case ast.AsyncFor(iter=ast.Call()) | ast.comprehension(iter=ast.Call(), is_async=1):
                # What is left in the middle is closed at once, and not when it is found.
                yield f"line {node.iter.lineno}: a generator without aclosing() stays open"


@pytest.mark.parametrize(
    "line",
    [
        "dialog.exec()",
        "QMessageBox.question(self, 'Delete', 'Sure?')",
        "path, _ = QFileDialog.getOpenFileName(self)",
        "QApplication.processEvents()",
        "button.clicked.connect(lambda: self.save())",
        "button.clicked.connect(partial(run, lambda: None), Qt.ConnectionType.QueuedConnection)",
        "async def f():\n    async for chunk in download.chunks(): break",
        "async def f():\n    return [chunk async for chunk in download.chunks()]",
    ],
)
def test_a_way_into_a_nested_loop_is_seen(line: str):
    assert list(broken_rules(line))


@pytest.mark.parametrize(
    "line",
    [
        "dialog.open()",
        "box = QMessageBox(QMessageBox.Icon.Question, 'Delete', 'Sure?')",
        "button.clicked.connect(self._save)",
        "drag.exec(Qt.DropAction.CopyAction)",
        "rows.sort(key=lambda row: row.id)",
    ],
)
def test_the_right_way_is_left_alone(line: str):
    assert not list(broken_rules(line))


def test_the_loop_is_never_nested():
    assert not [
        f"{name(module)} {complaint}"
        for module in PROGRAM
        for complaint in broken_rules(module.read_text("utf-8"))
    ]


def test_the_first_line_of_a_module_says_what_is_in_it():
    silent = []
    for module in EVERYTHING:
        source = module.read_text("utf-8")
        said = ast.get_docstring(ast.parse(source)) or ""
        if not (source.startswith('"""') and said.partition("\n")[0].endswith(".")):
            silent.append(name(module))
    assert not silent


def test_nothing_outside_the_repository_is_named():
    outside = ("/".join(["..", "shared"]), "/".join(["", "work", ""]))
    assert not [
        (name(module), place)
        for module in EVERYTHING
        for place in outside
        if place in module.read_text("utf-8")
    ]


def test_icons_take_the_colour_of_the_text_around_them():
    icons = sorted((CHECKOUT / "resources" / "icons").glob("*.svg"))
    assert icons
    for icon in icons:
        root = ElementTree.parse(icon).getroot()
        colours = {
            value
            for element in root.iter()
            for attribute, value in element.items()
            if attribute in {"fill", "stroke"}
        }
        assert root.tag.endswith("svg")
        assert "currentColor" in colours, icon.name


def test_the_readme_gives_the_two_commands():
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    assert "make run" in readme
    assert "make test" in readme


def test_the_changelog_knows_this_version():
    assert __version__ in (CHECKOUT / "CHANGELOG.md").read_text("utf-8")
