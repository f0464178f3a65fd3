"""The tiles of engines that have a list of shapes."""

import pytest
from PySide6.QtCore import Qt

from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.ui.generate.editors.shape import ShapeEditor
from civitai_desktop.ui.generate.field_editors import editor_for

RATIO = Field(
    name="aspectRatio",
    role="aspect_ratio",
    label="Aspect ratio",
    kind=Kind.CHOICE,
    choices=["16:9", "1:1", "9:16"],
    default="1:1",
)


@pytest.fixture
def editor(qtbot) -> ShapeEditor:
    editor = editor_for(RATIO)
    qtbot.addWidget(editor)
    assert isinstance(editor, ShapeEditor)
    return editor


@pytest.fixture
def reported(editor) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    editor.changed.connect(lambda name, value: found.append((name, value)))
    return found


def tile(editor, name: str):
    return next(each for each in editor.tiles() if each.accessibleName() == name)


def checked(editor) -> list[str]:
    return [each.accessibleName() for each in editor.tiles() if each.isChecked()]


def test_the_default_is_chosen(editor):
    assert editor.value() == "1:1"
    assert checked(editor) == ["1:1"]


def test_a_click_chooses_and_reports(editor, reported, qtbot):
    qtbot.mouseClick(tile(editor, "9:16"), Qt.MouseButton.LeftButton)
    assert reported == [("aspectRatio", "9:16")]
    assert editor.value() == "9:16"
    assert checked(editor) == ["9:16"]


def test_a_value_from_elsewhere_is_shown_and_not_reported(editor, reported):
    editor.set_value("16:9")
    assert checked(editor) == ["16:9"]
    assert reported == []


def test_a_value_that_is_none_of_them_stays_and_is_shown(editor):
    editor.set_value("7:1")
    assert editor.value() == "7:1"
    assert checked(editor) == ["7:1"]


def test_nothing_is_shown_as_nothing(editor):
    editor.set_value(None)
    assert editor.value() is None
    assert checked(editor) == []


def test_the_focus_goes_to_what_is_chosen(editor):
    editor.set_value("9:16")
    editor.enter()
    assert editor.window().focusWidget().accessibleName() == "9:16"


def test_an_engine_with_many_shapes_shows_them_in_rows(qtbot, catalogue):
    field = catalogue.engine("reve").by_role("aspect_ratio")
    editor = editor_for(field)
    qtbot.addWidget(editor)
    editor.resize(300, 200)
    editor.show()
    rows = {each.y() for each in editor.tiles()}
    assert len(rows) == 3
    assert all(each.width() > 30 for each in editor.tiles())
