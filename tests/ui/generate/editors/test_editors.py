"""Every editor shows any value as it is, says what is wrong, and changes nothing itself."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
)

from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.ui.generate.editors.numbers import NumberBox
from civitai_desktop.ui.generate.field_editors import EDITORS, editor_for

AIR = "urn:air:sdxl:lora:civitai:1@2"
OTHER = "urn:air:sdxl:lora:civitai:3@4"


def a_field(kind: Kind, **more) -> Field:
    given = {"name": "steps", "role": "steps", "label": "Steps", "kind": kind}
    return Field(**{**given, **more})


@pytest.fixture
def edit(qtbot):
    """Make a field's editor and keep what it reports."""

    def make(kind: Kind, **more):
        editor = editor_for(a_field(kind, **more))
        qtbot.addWidget(editor)
        reported: list[tuple[str, object]] = []
        editor.changed.connect(lambda name, value: reported.append((name, value)))
        return editor, reported

    return make


def line_of(editor) -> QLineEdit:
    return editor.findChild(QLineEdit)


def counter_of(editor) -> QLabel:
    return next(label for label in editor.findChildren(QLabel) if " / " in label.text())


KINDS = sorted(EDITORS)


def test_every_kind_but_pictures_has_one_editor():
    assert set(EDITORS) == set(Kind) - {Kind.IMAGE, Kind.IMAGES}


def test_every_field_of_the_engines_on_offer_has_an_editor(catalogue):
    for engine in catalogue.from_text():
        without = [field for field in engine.fields if field.kind not in EDITORS]
        assert not any(field.required for field in without), engine.id


SHOWN = [
    (Kind.TEXT, {}, "a boat"),
    (Kind.TEXT, {"max_length": 3}, "far too long"),
    (Kind.INTEGER, {"min": 1, "max": 150}, 9),
    (Kind.INTEGER, {"min": 1, "max": 150}, 100_000),
    (Kind.INTEGER, {"min": 1, "max": 150}, "many"),
    (Kind.INTEGER, {}, 2.5),
    (Kind.NUMBER, {"min": 0, "max": 30}, 7.25),
    (Kind.NUMBER, {"min": 0, "max": 30}, -4),
    (Kind.SEED, {}, 1849203377),
    (Kind.SEED, {}, 2**40),
    (Kind.CHOICE, {"choices": ["euler", "heun"]}, "heun"),
    (Kind.CHOICE, {"choices": ["euler", "heun"]}, "gone"),
    (Kind.CHOICE, {"choices": ["euler"], "default": "euler"}, None),
    (Kind.FLAG, {}, True),
    (Kind.RESOURCE, {}, AIR),
    (Kind.RESOURCE, {}, "no air"),
    (Kind.RESOURCES, {"resource": "embedding"}, (AIR, OTHER)),
    (Kind.WEIGHTED_RESOURCES, {"resource": "lora"}, {AIR: 0.8, OTHER: -1}),
]


@pytest.mark.parametrize(("kind", "more", "value"), SHOWN)
def test_a_value_is_shown_as_it_is_and_not_reported_as_an_edit(edit, kind, more, value):
    editor, reported = edit(kind, **more)

    editor.set_value(value)

    assert editor.value() == value
    assert reported == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Kind.FLAG])
def test_nothing_is_shown_as_nothing(edit, kind):
    editor, _ = edit(kind)
    editor.set_value(None)
    assert editor.value() is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_control_is_named_like_its_field(edit, kind):
    editor, _ = edit(kind, label="Output format")
    named = [w for w in editor.findChildren(object) if w.objectName() == "output_format"]
    assert [w.accessibleName() for w in named] == ["Output format"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_complaint_stands_under_the_field_and_is_told_to_screen_readers(edit, kind):
    editor, _ = edit(kind)
    editor.complain("Steps must be even.")

    control = next(w for w in editor.findChildren(object) if w.objectName() == "steps")
    assert editor.complaint() == "Steps must be even."
    assert control.accessibleDescription() == "Steps must be even."
    assert control.property("complaint") == "true"


def test_a_complaint_about_a_word_without_end_is_shown_whole(edit):
    editor, _ = edit(Kind.RESOURCE)
    long = "urn:air:" + "x" * 400
    editor.complain(f"“{long}” is no AIR.")
    label = next(label for label in editor.findChildren(QLabel) if "no AIR" in label.text())
    assert label.heightForWidth(150) > 10 * label.fontMetrics().height()
    assert editor.complaint() == f"“{long}” is no AIR."


def test_editing_takes_the_complaint_away(edit, qtbot):
    editor, reported = edit(Kind.INTEGER, min=1, max=150)
    editor.set_value(999)
    editor.complain("Steps must be between 1 and 150.")

    line_of(editor).selectAll()
    qtbot.keyClicks(line_of(editor), "9")

    assert editor.complaint() == ""
    assert reported == [("steps", 9)]


def test_a_number_out_of_limits_can_be_typed_and_stays(edit, qtbot):
    editor, reported = edit(Kind.INTEGER, min=64, max=2048, multiple_of=16)
    line_of(editor).clear()
    qtbot.keyClicks(line_of(editor), "5")
    qtbot.keyClick(line_of(editor), Qt.Key.Key_Return)
    line_of(editor).clearFocus()

    assert line_of(editor).text() == "5"
    assert reported[-1] == ("steps", 5)


def test_a_cleared_number_is_left_out_and_says_so(edit):
    editor, reported = edit(Kind.INTEGER, min=1, max=150, default=9)
    line_of(editor).clear()

    assert reported == [("steps", None)]
    assert line_of(editor).placeholderText() == "Default"


@pytest.mark.parametrize(
    ("shown", "key", "expected"),
    [
        (1024, Qt.Key.Key_Up, 1040),
        (1000, Qt.Key.Key_Up, 1008),
        (1000, Qt.Key.Key_Down, 992),
        (2048, Qt.Key.Key_Up, 2048),
        (9999, Qt.Key.Key_Down, 2048),
        (None, Qt.Key.Key_Up, 80),
    ],
)
def test_steps_stay_on_the_grid_and_within_the_limits(edit, qtbot, shown, key, expected):
    editor, _ = edit(Kind.INTEGER, min=64, max=2048, multiple_of=16)
    editor.set_value(shown)
    qtbot.keyClick(editor.findChild(NumberBox), key)
    assert editor.value() == expected


def test_assistive_technology_sets_a_number_as_typing_does(edit):
    editor, reported = edit(Kind.INTEGER, min=1, max=150)
    editor.findChild(NumberBox).setProperty("value", 20.0)
    assert reported == [("steps", 20)]


@pytest.mark.parametrize("typed", ["7.5", "7,5"])
def test_a_decimal_number_may_be_typed_either_way(edit, qtbot, typed):
    editor, _ = edit(Kind.NUMBER, min=0, max=30)
    qtbot.keyClicks(line_of(editor), typed)
    assert editor.value() == 7.5


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.NUMBER, Kind.CHOICE])
def test_the_wheel_changes_nothing(edit, kind):
    editor, reported = edit(kind, choices=["euler", "heun"])
    control = editor.findChild(NumberBox) or editor.findChild(QComboBox)
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(control, turn)
    assert reported == []
    assert not turn.isAccepted()


def test_the_dice_makes_the_seed_random_again(edit, qtbot):
    editor, reported = edit(Kind.SEED, label="Seed", name="seed")
    editor.set_value(7)
    dice = editor.findChild(QToolButton, "random_seed")

    qtbot.mouseClick(dice, Qt.MouseButton.LeftButton)

    assert reported == [("seed", None)]
    assert line_of(editor).placeholderText() == "Random"
    assert dice.accessibleName() == "Random seed"


def test_a_choice_without_a_default_can_be_left_to_the_server(edit):
    editor, _ = edit(Kind.CHOICE, choices=["jpeg", "png"])
    box = editor.findChild(QComboBox)
    assert [box.itemText(i) for i in range(box.count())] == ["Default", "JPEG", "PNG"]


def test_a_choice_with_a_default_offers_no_empty_one(edit):
    editor, _ = edit(Kind.CHOICE, choices=["jpeg", "png"], default="jpeg")
    box = editor.findChild(QComboBox)
    assert [box.itemText(i) for i in range(box.count())] == ["JPEG", "PNG"]


def test_the_prompt_counts_its_characters(edit, qtbot):
    editor, _ = edit(Kind.TEXT, role="prompt", max_length=10_000)
    qtbot.keyClicks(editor.findChild(QPlainTextEdit), "a boat")
    assert counter_of(editor).text() == "6 / 10,000"
    assert counter_of(editor).property("kind") == "dim"


def test_a_counter_over_its_limit_looks_like_a_complaint(edit):
    editor, _ = edit(Kind.TEXT, max_length=3)
    editor.set_value("four")
    assert counter_of(editor).text() == "4 / 3"
    assert counter_of(editor).property("kind") == "complaint"


def test_tab_leaves_the_prompt(edit, qtbot):
    editor, reported = edit(Kind.TEXT, role="prompt")
    text = editor.findChild(QPlainTextEdit)
    qtbot.keyClick(text, Qt.Key.Key_Tab)
    assert text.toPlainText() == ""
    assert reported == []


def test_a_lora_is_added_weighted_and_removed(edit, qtbot):
    editor, reported = edit(Kind.WEIGHTED_RESOURCES, label="LoRAs", name="loras", resource="lora")
    qtbot.mouseClick(editor.findChild(object, "add_lora"), Qt.MouseButton.LeftButton)
    assert reported == []

    editor.findChild(QLineEdit, "lora_1").setText(f" {AIR} ")
    assert reported[-1] == ("loras", {AIR: 1})

    editor.findChild(NumberBox, "lora_1_weight").lineEdit().setText("0.65")
    assert reported[-1] == ("loras", {AIR: 0.65})

    qtbot.mouseClick(editor.findChild(QToolButton, "remove_lora_1"), Qt.MouseButton.LeftButton)
    assert reported[-1] == ("loras", None)


def test_rows_are_numbered_anew_when_one_goes(edit, qtbot):
    editor, _ = edit(Kind.WEIGHTED_RESOURCES, resource="lora")
    editor.set_value({AIR: 1, OTHER: 0.5})
    qtbot.mouseClick(editor.findChild(QToolButton, "remove_lora_1"), Qt.MouseButton.LeftButton)
    assert editor.findChild(QLineEdit, "lora_1").text() == OTHER
    assert editor.findChild(QLineEdit, "lora_2") is None


def test_a_weight_that_is_no_number_is_complained_about(edit):
    editor, _ = edit(Kind.WEIGHTED_RESOURCES, label="LoRAs", resource="lora")
    editor.set_value({AIR: 1})
    editor.findChild(NumberBox, "lora_1_weight").lineEdit().setText("much")
    assert editor.field.complaint(editor.value()) == f"The weight of “{AIR}” must be a number."


def test_the_same_lora_twice_is_said(edit):
    editor, _ = edit(Kind.WEIGHTED_RESOURCES, resource="lora")
    editor.set_value({AIR: 1, OTHER: 0.5})
    editor.findChild(QLineEdit, "lora_2").setText(AIR)
    assert editor.complaint() == "LoRA 2: It is in the list twice; only its last weight counts."
    marks = [editor.findChild(QLineEdit, f"lora_{n}").property("complaint") for n in (1, 2)]
    assert marks == ["false", "true"]
