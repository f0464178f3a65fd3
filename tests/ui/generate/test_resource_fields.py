"""Resource fields joined to a sandbox: names, pasted texts, flags, and the picker's answer."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QListView, QPlainTextEdit, QPushButton, QToolButton

from civitai_desktop.services.resources import SEARCHED_KINDS
from civitai_desktop.ui.generate.resource_fields import ResourceFields
from civitai_desktop.ui.resource_picker.dialog import PickerDialog
from civitai_desktop.ui.shared.late import Made
from tests.ui.resource_shop import DREAMSHAPER, NOWHERE, SDXL, Shop, shop_opened
from tests.workshop import Sandbox

# Said of every window with a smallest size.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

GONE = "urn:air:sdxl:lora:civitai:800002@810002"
ELSEWHERE = "urn:air:sdxl:lora:huggingface:org/thing@main"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path) as running:
        yield running


Joined = Callable[..., AbstractAsyncContextManager[Shop]]


@pytest.fixture
def joined(desk, catalogue, tmp_path: Path) -> Joined:
    """Join the form to a sandbox, or to an address where nobody answers."""

    @asynccontextmanager
    async def join(sandbox: Sandbox | None = None) -> AsyncIterator[Shop]:
        url, key = (sandbox.url, sandbox.key) if sandbox else (NOWHERE, "key")
        async with shop_opened(tmp_path, catalogue, url, key) as shop:
            picker = Made(partial(getattr, shop, "picker"))
            ResourceFields(desk.panel, desk.presenter, shop.desk, picker, shop.theme, shop.pictures)
            desk.panel.form.open_advanced()
            yield shop

    return join


def said(desk, name: str) -> str:
    return desk.panel.form.editor(name).complaint()


async def test_a_field_shows_the_name_and_keeps_the_air_in_its_tooltip(
    desk, joined, sandbox, until
):
    async with joined(sandbox):
        desk.presenter.choose_engine("sdxl")
        line = desk.find("checkpoint", QLineEdit)
        await until(lambda: line.text() == "SD XL · v1.0")
        assert SDXL in line.toolTip()
        assert desk.presenter.values["model"] == SDXL
        assert desk.complaints() == []


async def test_what_is_looked_up_of_another_engine_goes_into_no_field(
    desk, joined, sandbox, until, qtbot
):
    async with joined(sandbox) as shop:
        desk.presenter.choose_engine("sd1")
        desk.find("checkpoint", QLineEdit).setText("128713")
        desk.presenter.choose_engine("flux2-klein-4b")
        with qtbot.assertNotEmitted(desk.panel.form.edited):
            shop.desk.look_up("128713")
            await until(lambda: shop.desk.resource("128713"))
        desk.presenter.choose_engine("sd1")
        await until(lambda: desk.presenter.values["model"] == DREAMSHAPER)


async def test_while_it_is_edited_the_air_itself_stands_there(desk, joined, sandbox, until, qtbot):
    async with joined(sandbox):
        desk.presenter.choose_engine("sdxl")
        line = desk.find("checkpoint", QLineEdit)
        await until(lambda: line.text() == "SD XL · v1.0")
        desk.window.activateWindow()
        line.setFocus()
        assert line.text() == SDXL
        line.clearFocus()
        assert line.text() == "SD XL · v1.0"
        assert desk.presenter.values["model"] == SDXL


@pytest.mark.parametrize(
    "text", ["128713", "https://civitai.com/models/4384?modelVersionId=128713"]
)
async def test_a_link_or_number_that_is_typed_becomes_the_air(desk, joined, sandbox, until, text):
    async with joined(sandbox):
        desk.presenter.choose_engine("sd1")
        line = desk.find("checkpoint", QLineEdit)
        line.setText("")
        line.setText(text)
        assert desk.presenter.values["model"] == text
        await until(lambda: desk.presenter.values["model"] == DREAMSHAPER)
        await until(lambda: line.text() == "DreamShaper · 8")
        assert said(desk, "model") == ""


async def test_resources_of_pasted_generation_data_become_airs(desk, joined, sandbox, until):
    async with joined(sandbox):
        desk.presenter.choose_engine("sd1")
        text = "a boat\nSteps: 30, CFG scale: 7, Seed: 9, Civitai resources: ["
        text += '{"type":"checkpoint","modelVersionId":128713}]'
        desk.presenter.take_over(desk.presenter.read_pasted(text))
        await until(lambda: desk.presenter.values["model"] == DREAMSHAPER)
        assert said(desk, "model") == ""


async def test_nothing_is_generated_while_a_resource_is_looked_up(desk, joined, sandbox, until):
    async with joined(sandbox):
        desk.presenter.choose_engine("sd1")
        desk.find("prompt").setPlainText("a boat")
        desk.find("checkpoint", QLineEdit).setText("128713")
        desk.panel.generate()
        assert desk.find("generate").text() == "Looking up the resource…"
        await until(lambda: desk.presenter.values["model"] == DREAMSHAPER)
        await until(lambda: desk.find("generate").text() == "Generate 1 image")
        assert desk.starts.requests == []
        desk.panel.generate()
        await until(lambda: desk.starts.requests)
        assert desk.starts.requests[0].values["model"] == DREAMSHAPER


async def test_an_address_is_looked_up_to_its_end_when_the_form_is_rearranged(
    desk, joined, sandbox, until
):
    async with joined(sandbox):
        desk.presenter.choose_engine("sd1")
        desk.find("checkpoint", QLineEdit).setText("https://civitai.com/models/4384/x")
        desk.panel.arranged.emit()
        await until(lambda: desk.presenter.values["model"] == DREAMSHAPER)


@pytest.mark.parametrize("text", ["banana", "99"])
async def test_what_cannot_be_sent_is_not_offered_to_be_sent_all_the_same(
    desk, joined, sandbox, until, qtbot, text
):
    async with joined(sandbox):
        desk.presenter.choose_engine("sdxl")
        desk.find("prompt").setPlainText("a boat")
        desk.presenter.change("loras", {text: 1})
        desk.presenter.announce()
        await until(lambda: said(desk, "loras"))
        with qtbot.assertNotEmitted(desk.panel.objected):
            desk.panel.generate()
            desk.panel.generate()
        assert desk.starts.requests == []
        assert said(desk, "loras")


async def test_trigger_words_are_added_unless_they_stand_there_themselves(desk, joined, sandbox):
    async with joined(sandbox) as shop:
        [fields] = desk.panel.findChildren(ResourceFields)
        desk.find("prompt").setPlainText("an opalescent cat")
        for words in ("opal", "opal", "opal detail style", "opal"):
            fields._add_words(words)
        assert shop
        assert desk.presenter.values["prompt"] == "an opalescent cat, opal, opal detail style"


SPELLED = DREAMSHAPER.replace("sd1", "sd15")


async def test_an_air_that_came_with_the_form_stays_as_it_was(desk, joined, sandbox, until):
    async with joined(sandbox):
        desk.presenter.reuse({"model": SPELLED}, "sd1", None)
        await until(lambda: desk.find("checkpoint", QLineEdit).text() == "DreamShaper · 8")
        assert desk.presenter.values["model"] == SPELLED
        assert said(desk, "model") == ""


async def test_an_air_that_is_typed_becomes_the_versions_own(desk, joined, sandbox, until):
    async with joined(sandbox):
        desk.presenter.choose_engine("sd1")
        desk.find("checkpoint", QLineEdit).setText(SPELLED)
        await until(lambda: desk.presenter.values["model"] == DREAMSHAPER)


async def test_nothing_is_complained_of_while_it_is_looked_up(desk, joined, sandbox, until):
    async with joined(sandbox):
        desk.presenter.choose_engine("sd1")
        desk.find("checkpoint", QLineEdit).setText("128713")
        desk.panel.form.show_complaints({"model": "“128713” is no AIR."})
        assert said(desk, "model") == ""
        await until(lambda: desk.presenter.values["model"] == DREAMSHAPER)


async def test_one_of_another_ecosystem_is_flagged_until_the_engine_is_another(
    desk, joined, sandbox, until
):
    async with joined(sandbox):
        desk.presenter.reuse({"model": DREAMSHAPER}, "sdxl", None)
        await until(lambda: said(desk, "model").startswith("“DreamShaper · 8” is made for SD 1.5;"))
        assert said(desk, "model").endswith("SDXL ignores it or refuses it.")
        assert desk.presenter.values["model"] == DREAMSHAPER
        desk.presenter.choose_engine("sd1")
        assert said(desk, "model") == ""
        desk.presenter.choose_engine("sdxl")
        assert said(desk, "model").startswith("“DreamShaper · 8” is made for SD 1.5;")


async def test_a_lora_goes_along_flagged_and_comes_back_without_a_flag(desk, joined, sandbox):
    lora = SDXL.replace("checkpoint", "lora")
    async with joined(sandbox):
        desk.presenter.choose_engine("sdxl")
        desk.presenter.change("loras", {lora: 0.5})
        desk.presenter.choose_engine("z-image-turbo")
        assert desk.presenter.values["loras"] == {lora: 0.5}
        assert "is made for" in said(desk, "loras")
        assert "Z-Image Turbo ignores it or refuses it." in said(desk, "loras")
        desk.presenter.choose_engine("sdxl")
        assert desk.presenter.values["loras"] == {lora: 0.5}
        assert said(desk, "loras") == ""


async def test_a_folded_lora_that_does_not_fit_is_unfolded_and_stops_generate_once(
    desk, joined, sandbox, qtbot, until
):
    lora = SDXL.replace("checkpoint", "lora")
    async with joined(sandbox):
        desk.presenter.change("prompt", "a boat")
        desk.presenter.choose_engine("sdxl")
        desk.find("advanced", QToolButton).click()
        desk.presenter.change("loras", {lora: 0.5})
        desk.presenter.choose_engine("z-image-turbo")
        assert desk.panel.form.is_advanced_open
        assert "1 LoRA" in desk.find("advanced", QToolButton).text()

        await until(desk.is_priced)
        with qtbot.waitSignal(desk.panel.objected) as objected:
            desk.panel.generate()
        assert "Z-Image Turbo ignores it or refuses it." in objected.args[0]
        assert desk.starts.requests == []
        desk.panel.generate()
        assert len(desk.starts.requests) == 1

        # Of a form that has changed since, it is asked anew.
        desk.find("prompt").setPlainText("a red boat")
        desk.panel.generate()
        with qtbot.waitSignal(desk.panel.objected) as objected:
            desk.presenter.choose_engine("sdxl")
        assert objected.args == [""]
        assert len(desk.starts.requests) == 1
        desk.panel.generate()
        await until(lambda: len(desk.starts.requests) == 2)


async def test_a_flag_goes_when_the_resource_does(desk, joined, sandbox, until):
    async with joined(sandbox):
        desk.presenter.reuse({"model": DREAMSHAPER}, "sdxl", None)
        await until(lambda: said(desk, "model"))
        desk.find("checkpoint", QLineEdit).setText(SDXL)
        assert said(desk, "model") == ""


async def test_a_deleted_version_is_said_and_its_air_stays(desk, joined, sandbox, until):
    async with joined(sandbox):
        desk.presenter.reuse({"loras": {GONE: 0.5}}, "sdxl", None)
        await until(lambda: said(desk, "loras"))
        assert said(desk, "loras") == (
            "Civitai does not have this version, or no longer. Choose another one."
        )
        assert desk.presenter.values["loras"] == {GONE: 0.5}


async def test_of_several_each_that_is_wrong_is_named(desk, joined, sandbox, until):
    async with joined(sandbox):
        fitting, strange = "urn:air:sdxl:lora:civitai:600000@1800001", DREAMSHAPER
        desk.presenter.reuse({"loras": {GONE: 1, fitting: 1, strange: 1}}, "sdxl", None)
        await until(lambda: said(desk, "loras").startswith("LoRA 1: Civitai does not have"))
        [_, third] = said(desk, "loras").split("\n")
        assert third.startswith("LoRA 3: ")
        assert third.endswith("is of the type checkpoint; a LoRA belongs here.")


async def test_what_does_not_lie_on_civitai_is_left_alone(desk, joined, sandbox, until):
    async with joined(sandbox) as shop:
        desk.presenter.reuse({"loras": {ELSEWHERE: 1}}, "sdxl", None)
        assert shop.desk.is_asked(ELSEWHERE)
        await until(lambda: not shop.desk.is_asked(ELSEWHERE))
        assert said(desk, "loras") == ""
        assert desk.find("lora_1", QLineEdit).text() == ELSEWHERE


async def test_a_text_that_names_nothing_is_kept_and_said(desk, joined, sandbox, until):
    async with joined(sandbox):
        desk.presenter.choose_engine("sd1")
        desk.find("checkpoint", QLineEdit).setText("my favourite")
        await until(lambda: "neither an AIR nor an address" in said(desk, "model"))
        assert desk.presenter.values["model"] == "my favourite"


async def test_without_a_network_an_air_does_and_a_number_says_why_not(desk, joined, until, qtbot):
    async with joined() as shop:
        desk.presenter.choose_engine("sd1")
        await until(lambda: not shop.desk.is_asked(DREAMSHAPER))
        assert said(desk, "model") == ""
        line = desk.find("checkpoint", QLineEdit)
        line.setText("128713")
        await until(lambda: said(desk, "model").startswith("Civitai cannot be reached."))
        assert "paste the AIR itself" in said(desk, "model")
        assert line.text() == "128713"


async def test_the_picker_puts_a_lora_and_its_words_into_the_form(desk, joined, sandbox, until):
    async with joined(sandbox):
        desk.presenter.choose_engine("sdxl")
        prompt = desk.find("prompt", QPlainTextEdit)
        prompt.setPlainText("a boat")
        desk.find("choose_lora", QPushButton).click()
        [dialog] = desk.window.findChildren(PickerDialog)
        grid = dialog.findChild(QListView, "resources")
        await until(lambda: grid.model().rowCount())
        grid.setCurrentIndex(grid.model().index(0, 0))
        name = grid.currentIndex().data()
        use = dialog.findChild(QPushButton, "use_resource")
        await until(use.isEnabled)
        word = next(b for b in dialog.findChildren(QPushButton) if b.property("words"))
        word.click()
        word.click()
        use.click()
        [(air, weight)] = desk.presenter.values["loras"].items()
        assert air.startswith("urn:air:sdxl:")
        assert weight == 1
        assert desk.find("lora_1", QLineEdit).text() == name
        assert prompt.toPlainText() == f"a boat, {word.property('words')}"
        assert desk.presenter.values["prompt"] == prompt.toPlainText()
        prompt.undo()
        assert prompt.toPlainText() == "a boat"


async def test_the_same_lora_is_not_taken_twice(desk, joined, sandbox):
    async with joined(sandbox):
        desk.presenter.choose_engine("sdxl")
        editor = desk.panel.form.editor("loras")
        amber = SDXL.replace("checkpoint", "lora")
        editor.take(amber)
        editor.take(amber)
        assert desk.presenter.values["loras"] == {amber: 1}


async def test_every_engine_is_offered_the_picker_for_each_resource_it_takes(
    desk, joined, catalogue
):
    async with joined():
        for engine in catalogue.from_text():
            desk.presenter.choose_engine(engine.id)
            takes = [field for field in engine.fields if field.resource in SEARCHED_KINDS]
            buttons = [
                button
                for button in desk.panel.findChildren(QPushButton)
                if button.objectName().startswith("choose_") and not button.isHidden()
            ]
            assert len(buttons) == len(takes), engine.id
