"""The panel as people use it: real widgets, keys and clicks."""

import asyncio

import pytest
import pytest_asyncio
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QScrollArea, QToolButton, QWidget

from civitai_desktop.domain.errors import Unreachable
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.ui.generate.editors.numbers import NumberBox
from civitai_desktop.ui.generate.field_editors import EDITORS
from civitai_desktop.ui.shared.texts import ShortenedLabel

CONTRACT = ["Engine", "Prompt", "Negative prompt", "Images", "Seed", "Price", "Generate"]


class Seen(QObject):
    """Which of a widget's paints and changes of size there were."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.types: list[QEvent.Type] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Paint, QEvent.Type.Resize}:
            self.types.append(event.type())
        return False


def texts(panel: QWidget) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def tips(panel: QWidget) -> list[str]:
    return [label.toolTip() for label in panel.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("name", CONTRACT)
async def test_the_names_are_kept(desk, name):
    control = desk.find(name.lower().replace(" ", "_"))
    assert control.accessibleName() == name
    assert control.isVisible()


async def test_every_engine_takes_the_form_with_a_prompt(desk, catalogue, until):
    engines = catalogue.from_text()
    for number, engine in enumerate(engines, start=1):
        desk.presenter.choose_engine(engine.id)
        desk.find("prompt").setPlainText("a boat")
        desk.presenter.generate()
        await until(lambda number=number: len(desk.starts.requests) == number)
        assert desk.starts.requests[-1].engine == engine.id
    assert len(desk.starts.requests) == len(engines)
    assert desk.errors == []


async def test_only_what_the_engine_takes_is_shown(desk):
    desk.panel.form.open_advanced()
    assert desk.panel.findChild(QWidget, "checkpoint")
    assert not desk.panel.findChild(QWidget, "expand_prompt")
    desk.presenter.choose_engine("flux2-klein-4b")
    assert not desk.panel.findChild(QWidget, "checkpoint")
    assert desk.panel.findChild(QWidget, "expand_prompt")


async def test_showing_a_form_changes_no_value(desk, catalogue):
    for engine in catalogue.from_text():
        desk.presenter.choose_engine(engine.id)
        names = [field.name for field in engine.fields if field.kind in EDITORS]
        shown = {name: desk.panel.form.editor(name).value() for name in names}
        assert shown == {name: desk.presenter.values[name] for name in names}


async def test_the_button_says_how_many(desk, qtbot):
    assert desk.find("generate").text() == "Generate 1 image"
    box = desk.find("images", NumberBox)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert desk.find("generate").text() == "Generate 2 images"
    box.lineEdit().setText("some")
    assert desk.find("generate").text() == "Generate"


async def test_a_click_generates(desk, qtbot, until):
    await until(desk.is_priced)
    desk.find("prompt").setPlainText("a boat")
    qtbot.mouseClick(desk.find("generate"), Qt.MouseButton.LeftButton)
    assert [request.prompt for request in desk.starts.requests] == ["a boat"]


async def test_a_double_click_generates_once(desk, qtbot, until):
    await until(desk.is_priced)
    desk.find("prompt").setPlainText("a boat")
    button, left = desk.find("generate"), Qt.MouseButton.LeftButton
    qtbot.mouseClick(button, left)
    qtbot.mouseDClick(button, left)
    qtbot.mouseRelease(button, left)
    assert len(desk.starts.requests) == 1


async def test_three_quick_clicks_generate_once_and_a_later_one_again(desk, until):
    await until(desk.is_priced)
    desk.find("prompt").setPlainText("a boat")
    button = desk.find("generate")
    later_ms = QApplication.doubleClickInterval() * 2
    kinds = QEvent.Type
    for kind, at_ms in (
        (kinds.MouseButtonPress, 1000),
        (kinds.MouseButtonDblClick, 1060),
        (kinds.MouseButtonPress, 1120),
        (kinds.MouseButtonPress, 1120 + later_ms),
    ):
        for each in (kind, kinds.MouseButtonRelease):
            event = QMouseEvent(
                each,
                QPointF(9, 9),
                QPointF(9, 9),
                Qt.MouseButton.LeftButton,
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
            )
            event.setTimestamp(at_ms)
            QApplication.sendEvent(button, event)
    assert len(desk.starts.requests) == 2


@pytest_asyncio.fixture
async def asked(desk, until) -> list[str]:
    """Press Generate where the price cannot be had, and note what is asked."""
    questions: list[str] = []
    desk.presenter.unpriced.connect(questions.append)
    desk.api.refusal = Unreachable("Civitai cannot be reached.")
    desk.find("prompt").setPlainText("a boat")
    desk.presenter.generate()
    await until(lambda: questions)
    assert desk.starts.requests == []
    return questions


async def test_an_unknown_price_is_asked_about_before_it_is_paid(desk, asked):
    assert asked[0].startswith("Civitai cannot be reached.")
    for _ in range(2):
        desk.presenter.generate_unpriced()
    assert len(desk.starts.requests) == 1


async def test_what_was_changed_after_the_question_is_not_paid_for_unasked(desk, asked, until):
    desk.find("images", NumberBox).lineEdit().setText("4")
    desk.presenter.generate_unpriced()
    assert desk.starts.requests == []
    desk.presenter.generate()
    await until(lambda: len(asked) == 2)
    desk.presenter.generate_unpriced()
    assert [request.quantity for request in desk.starts.requests] == [4]


@pytest.mark.parametrize("images", ["999999999999", "-1", "0", "5000"])
async def test_a_number_of_images_that_cannot_be_is_not_on_the_button(desk, images):
    desk.find("images", NumberBox).lineEdit().setText(images)
    assert desk.find("generate").text() == "Generate"


async def test_the_negative_prompt_is_explained_where_it_has_little_effect(desk):
    tip = "little effect at CFG 1"
    assert tip in tips(desk.panel)
    desk.presenter.change("cfgScale", 4)
    assert tip not in tips(desk.panel)


async def test_a_remark_beside_a_caption_leaves_the_counter_its_room(desk, until):
    desk.window.resize(340, 900)
    desk.window.show()
    desk.find("negative_prompt").setPlainText("a" * 10_200)
    hint = next(
        each
        for each in desk.panel.findChildren(ShortenedLabel)
        if each.toolTip() == "little effect at CFG 1"
    )
    counter = next(
        each for each in desk.panel.findChildren(QLabel) if each.text().startswith("10,200 /")
    )
    await until(lambda: counter.geometry().left() > hint.geometry().right())
    assert hint.text() == "— little effect at CFG 1" or hint.text().endswith("…")


async def test_advanced_is_folded_and_summarised(desk, qtbot):
    fold = desk.find("advanced", QToolButton)
    assert fold.text() == "Steps 9 · CFG 1 · euler"
    assert not desk.panel.findChild(NumberBox, "steps")

    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    desk.find("steps", NumberBox).lineEdit().setText("12")

    assert desk.find("steps").isVisible()
    assert fold.text() == "Steps 12 · CFG 1 · euler"


async def test_a_complaint_in_advanced_unfolds_it(desk):
    desk.find("prompt").setPlainText("a boat")
    desk.presenter.change("steps", 999)
    desk.presenter.generate()
    assert desk.complaints() == ["Steps must be between 1 and 150."]


async def test_a_complaint_that_was_folded_away_stays_so(desk, until):
    desk.presenter.server_complaints({"steps": "Too many."})
    desk.find("advanced", QToolButton).click()
    assert not desk.find("advanced", QToolButton).isChecked()
    desk.find("prompt").setPlainText("a boat")
    desk.presenter.refresh_price()
    await until(desk.is_priced)
    assert not desk.find("advanced", QToolButton).isChecked()


async def test_undo_brings_the_form_back_from_where_the_keyboard_is(desk, qtbot):
    prompt = desk.find("prompt")
    prompt.setFocus()
    qtbot.keyClicks(prompt, "a boat")
    desk.presenter.change("steps", 30)
    desk.presenter.reset()
    assert desk.presenter.values["steps"] == 9
    undo = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    undo.ignore()
    QApplication.sendEvent(prompt, undo)
    assert not undo.isAccepted()
    # What is typed after it is taken back first.
    qtbot.keyClicks(prompt, "!")
    QApplication.sendEvent(prompt, undo)
    assert undo.isAccepted()


@pytest.mark.parametrize("name", ["seed", "images"])
async def test_undo_reaches_the_form_from_a_line_that_has_nothing_to_take_back(desk, qtbot, name):
    line = desk.find(name)
    line.setFocus()
    desk.presenter.reset()
    undo = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    undo.ignore()
    QApplication.sendEvent(line, undo)
    assert not undo.isAccepted()
    qtbot.keyClicks(line, "1")
    QApplication.sendEvent(line, undo)
    assert undo.isAccepted()


async def test_a_long_wait_for_the_price_is_said_on_the_button(desk, until):
    desk.find("prompt").setPlainText("a boat")
    answer = desk.api.hold(4)
    desk.presenter.change("quantity", 4)
    desk.find("generate").click()
    await until(lambda: desk.find("generate").text() == "Waiting for the price…")
    answer.set()
    await until(lambda: desk.starts.requests)
    assert desk.find("generate").text() == "Generate 4 images"


async def test_a_shape_sets_both_sizes(desk, qtbot):
    qtbot.mouseClick(desk.find("9_16"), Qt.MouseButton.LeftButton)
    width, height = desk.presenter.values["width"], desk.presenter.values["height"]
    assert width / height == pytest.approx(9 / 16, rel=0.05)
    assert desk.find("custom_size").text() == f"{width} \N{MULTIPLICATION SIGN} {height}"
    assert desk.find("9_16").isChecked()
    assert not desk.find("custom_size").isChecked()
    assert not desk.find("1_1").isChecked()


async def test_a_size_of_no_shape_shows_width_and_height(desk):
    assert not desk.panel.findChild(NumberBox, "width").isVisible()
    desk.presenter.reuse({"width": 1600, "height": 640}, "z-image-turbo", None)
    assert desk.find("width", NumberBox).isVisible()
    assert desk.find("width", NumberBox).lineEdit().text() == "1600"
    assert not any(desk.find(name).isChecked() for name in ("1_1", "4_5", "16_9"))


async def test_typing_a_shapes_size_chooses_the_shape(desk):
    desk.find("custom_size", QToolButton).click()
    desk.find("width", NumberBox).lineEdit().setText("832")
    assert not desk.find("2_3").isChecked()
    desk.find("height", NumberBox).lineEdit().setText("1216")
    assert desk.find("2_3").isChecked()


async def test_one_side_alone_is_said_under_the_other_until_both_are_filled_in(open_desk, until):
    desk = open_desk(SavedForm(engine="qwen-api-2.0"))
    desk.presenter.change("prompt", "a boat")
    desk.find("custom_size", QToolButton).click()
    width, height = (desk.find(side, NumberBox).lineEdit() for side in ("width", "height"))
    height.clear()
    said = "{} is needed with {}: fill in both, or leave both empty."
    await until(lambda: desk.complaints() == [said.format("Height", "Width")])
    desk.presenter.generate()
    assert desk.starts.requests == []
    width.clear()
    await until(lambda: desk.complaints() == [])
    height.setText("1024")
    await until(lambda: desk.complaints() == [said.format("Width", "Height")])
    width.setText("1024")
    await until(lambda: desk.complaints() == [])


async def test_a_choice_that_takes_no_size_is_said_under_the_size_until_another_is_made(
    open_desk, until
):
    desk = open_desk(SavedForm(engine="qwen-api-2.0"))
    desk.presenter.start_from(["https://example.org/boat.png"])
    assert desk.presenter.engine.id == "qwen-api-edit"
    for name, value in (("prompt", "a boat"), ("width", 1024), ("height", 1024)):
        desk.presenter.change(name, value)
    desk.presenter.change("model", "edit")
    sides = [f"{side} does not go with Variant “edit”; empty it." for side in ("Width", "Height")]
    await until(lambda: desk.complaints() == sides)
    desk.presenter.generate()
    assert desk.starts.requests == []
    desk.presenter.change("model", "edit-plus")
    assert desk.complaints() == []


async def test_a_chosen_shape_settles_what_was_wrong_with_the_size(desk, qtbot):
    desk.presenter.server_complaints({"width": "Too wide.", "height": "Too high."})
    qtbot.mouseClick(desk.find("2_3"), Qt.MouseButton.LeftButton)
    assert desk.complaints() == []


async def test_tab_walks_from_top_to_bottom(desk, qtbot):
    desk.find("engine").setFocus()
    walked = []
    for _ in range(13):
        walked.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert walked == [
        "engine",
        "prompt",
        "prompt_history",
        "negative_prompt",
        "custom_size",
        "1_1",
        "images",
        "seed",
        "random_seed",
        "advanced",
        "generate",
        "presets",
        "engine",
    ]


@pytest.mark.parametrize("engine", ["z-image-turbo", "sdxl"])
async def test_what_is_unfolded_later_comes_after_the_rest(desk, qtbot, engine):
    desk.presenter.choose_engine(engine)
    desk.find("advanced", QToolButton).click()
    desk.find("engine").setFocus()
    walked = []
    for _ in range(11):
        walked.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert walked[:4] == ["engine", "prompt", "prompt_history", "negative_prompt"]
    assert walked[-2:] == ["advanced", "steps"]


@pytest.mark.parametrize("engine", ["sdxl", "flux2-klein-4b"])
async def test_a_low_window_scrolls_the_form_but_never_sideways(desk, engine):
    desk.presenter.choose_engine(engine)
    desk.find("advanced", QToolButton).click()
    long = "urn:air:sdxl:lora:civitai:" + "9" * 400
    desk.presenter.change("loras", {long: 1.0})
    desk.presenter.reuse(desk.presenter.values, engine, None)
    desk.presenter.server_complaints({"steps": "W" * 400, "cfgScale": "W" * 400})
    desk.panel.resize(340, 560)
    await _settled()

    scroll = desk.panel.findChild(QScrollArea)
    body = scroll.widget()
    assert scroll.verticalScrollBar().maximum() > 0
    assert body.width() <= scroll.viewport().width()
    assert body.minimumSizeHint().width() <= scroll.viewport().width()
    button = desk.find("generate")
    assert button.mapTo(desk.panel, button.rect().bottomLeft()).y() < 560


async def test_the_column_keeps_its_width_when_the_bar_comes(desk):
    await _settled()
    before = desk.find("prompt").width()
    desk.panel.resize(340, 420)
    await _settled()
    assert desk.panel.findChild(QScrollArea).verticalScrollBar().maximum() > 0
    assert desk.find("prompt").width() == before


@pytest.mark.parametrize(("height", "has_bar"), [(842, False), (420, True)])
async def test_the_bar_is_seen_only_where_there_is_something_to_scroll(desk, height, has_bar):
    desk.panel.resize(340, height)
    await _settled()
    assert desk.panel.findChild(QScrollArea).verticalScrollBar().isEnabled() is has_bar
    # Whether it can be seen or not, the fields end where the engine and the button do.
    right_px = {
        control.mapTo(desk.panel, control.rect().topRight()).x()
        for control in (desk.find("engine"), desk.find("prompt"), desk.find("generate"))
    }
    assert len(right_px) == 1


async def test_an_engine_for_which_the_bar_goes_is_painted_once(desk):
    desk.find("advanced", QToolButton).click()
    desk.presenter.choose_engine("sdxl")
    desk.panel.resize(340, 860)
    await _settled()
    bar = desk.panel.findChild(QScrollArea).verticalScrollBar()
    assert bar.maximum() > 0
    seen = Seen(desk.find("prompt"))
    desk.presenter.choose_engine("gpt-image-2")
    await _settled()
    assert bar.maximum() == 0
    assert seen.types == [QEvent.Type.Paint]


async def test_the_panel_is_as_wide_as_designed(desk):
    assert desk.panel.width() == 340


async def test_unfolded_advanced_stays_unfolded_for_the_next_engine(desk):
    desk.find("advanced", QToolButton).click()
    desk.presenter.choose_engine("sdxl")
    assert desk.find("steps", NumberBox).isVisible()


async def test_a_price_from_the_server_is_shown_as_text(open_desk, until):
    desk = open_desk(SavedForm())
    await until(lambda: desk.price == "8 Buzz")
    assert desk.find("price", QLabel).textFormat() is Qt.TextFormat.PlainText
    assert desk.find("price").accessibleDescription().startswith("8 Buzz. ")


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0.01)


async def test_tab_reaches_a_new_lora_before_the_button_that_adds_another(desk, qtbot):
    desk.presenter.choose_engine("sdxl")
    desk.find("advanced", QToolButton).click()
    await _settled()
    qtbot.mouseClick(desk.find("add_lora"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(desk.find("add_lora"), Qt.MouseButton.LeftButton)
    desk.find("lora_1").setFocus()
    walked = []
    for _ in range(6):
        walked.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    first, second = ([f"lora_{n}", f"lora_{n}_weight", f"remove_lora_{n}"] for n in (1, 2))
    assert walked == [*first, *second]
    assert QApplication.focusWidget().objectName() == "add_lora"


async def test_the_same_lora_twice_is_said_as_long_as_it_is_so(desk):
    desk.presenter.choose_engine("sdxl")
    air, other = "urn:air:sdxl:lora:civitai:1@2", "urn:air:sdxl:lora:civitai:3@4"
    desk.presenter.reuse({"loras": {air: 1, other: 0.5}}, "sdxl", None)
    desk.find("advanced", QToolButton).click()
    desk.find("lora_2").setText(air)
    desk.presenter.refresh_price()
    assert [text[:25] for text in desk.complaints()] == ["LoRA 2: It is in the list"]
    desk.find("lora_2").setText(other)
    assert desk.complaints() == []


async def test_the_first_complaint_is_scrolled_into_sight(desk):
    desk.presenter.choose_engine("sdxl")
    desk.panel.resize(340, 420)
    desk.find("prompt").setPlainText("a boat")
    desk.presenter.change("vaeModel", "no air")
    desk.presenter.generate()
    await _settled()
    field, scroll = desk.find("vae"), desk.panel.findChild(QScrollArea)
    top = field.mapTo(scroll.viewport(), field.rect().topLeft()).y()
    assert field.hasFocus()
    assert 0 <= top < scroll.viewport().height() - field.height()


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
async def test_a_field_that_is_entered_from_outside_is_scrolled_into_sight(desk, qtbot, key):
    desk.presenter.choose_engine("sdxl")
    desk.find("advanced", QToolButton).click()
    desk.panel.resize(340, 420)
    await _settled()
    scroll = desk.panel.findChild(QScrollArea)
    bar, is_down = scroll.verticalScrollBar(), key == Qt.Key.Key_Tab
    bar.setValue(bar.maximum() if is_down else 0)
    outside = desk.find("engine" if is_down else "generate")
    outside.setFocus()
    qtbot.keyClick(outside, key)

    field = desk.find("prompt" if is_down else "mature_content")
    top = field.mapTo(scroll.viewport(), field.rect().topLeft()).y()
    assert field.hasFocus()
    assert 0 <= top < scroll.viewport().height() - field.height()


async def test_a_field_that_is_pressed_does_not_move_from_under_the_mouse(desk, qtbot):
    desk.panel.resize(340, 420)
    await _settled()
    bar = desk.panel.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    before = bar.value()
    assert before > 60
    prompt = desk.find("negative_prompt")
    qtbot.mousePress(prompt.viewport(), Qt.MouseButton.LeftButton)
    assert prompt.hasFocus()
    assert bar.value() == before
    qtbot.mouseRelease(prompt.viewport(), Qt.MouseButton.LeftButton)


async def test_what_is_typed_below_comes_back_when_it_is_unfolded(desk):
    desk.presenter.change("steps", 7)
    desk.presenter.change_terms(Terms(wallet=Buzz.GREEN))
    desk.presenter.announce()
    assert not desk.panel.findChild(NumberBox, "steps")
    desk.panel.form.open_advanced()
    assert desk.find("steps", NumberBox).lineEdit().text() == "7"
    assert desk.find("paid_with", QComboBox).currentText() == "Green Buzz"


async def test_the_fields_of_the_former_engine_are_found_no_more(desk):
    desk.panel.form.open_advanced()
    desk.presenter.choose_engine("sdxl")
    assert len(desk.panel.findChildren(QWidget, "prompt")) == 1
    assert len(desk.panel.findChildren(QWidget, "steps")) == 1


async def test_tab_walks_through_what_is_unfolded_before_the_button(desk, qtbot):
    desk.find("advanced", QToolButton).click()
    desk.find("mature_content", QComboBox).setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is desk.find("generate")


@pytest.mark.parametrize("engine", ["z-image-turbo", "sdxl", "gpt-image-1"])
async def test_the_wheel_gives_the_focus_to_no_field(desk, engine):
    desk.presenter.choose_engine(engine)
    desk.panel.form.open_advanced()
    wheel = Qt.FocusPolicy.WheelFocus
    fields = desk.panel.form.findChildren(QWidget)
    assert [each.objectName() for each in fields if each.focusPolicy() == wheel] == []
