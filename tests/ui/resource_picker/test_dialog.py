"""The picker as people use it, over a real sandbox and without any network."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QTextEdit, QWidget

from tests.ui.resource_shop import DREAMSHAPER

# Said of every window with a smallest size.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

NAMES = [
    "Search resources",
    "Resources",
    "Search Civitai",
    "Recent and favourite",
    "Show others too",
    "Sort resources",
    "Mature resources",
    "Paste resource",
    "Look up resource",
    "Use resource",
    "Favourite resource",
    "Close",
]


@pytest.mark.parametrize("name", NAMES)
async def test_every_control_has_its_name(open_picker, name):
    async with open_picker() as picker:
        control = picker.find(name.lower().replace(" ", "_"), QWidget)
        assert control.accessibleName() == name


async def test_it_opens_with_what_fits_the_field_and_its_pictures(open_picker, sandbox, until):
    async with open_picker(sandbox) as picker:
        await until(lambda: picker.names())
        offers = picker.shop.picker.finds.rows.offers
        assert {offer.best.kind for offer in offers} == {"lora"}
        fitting = set(picker.shop.picker.wish.engine.base_models)
        assert {offer.best.base_model for offer in offers} <= fitting
        first = offers[0].best.version_id
        await until(lambda: picker.shop.pictures.pixmap(first))


async def test_the_last_words_win_and_nothing_found_is_said(open_picker, sandbox, until, qtbot):
    async with open_picker(sandbox) as picker:
        await until(lambda: picker.names())
        qtbot.keyClicks(picker.find("search_resources", QLineEdit), "first")
        qtbot.keyClicks(picker.find("search_resources", QLineEdit), " light")
        await until(lambda: picker.names() == ["First Light · v2.0 early"])
        picker.choose(0)
        qtbot.keyClicks(picker.find("search_resources", QLineEdit), " of nothing")
        await until(lambda: "Nothing found." in picker.said("search_state"))
        assert picker.names() == []
        assert not picker.find("use_resource").isEnabled()


async def test_others_are_shown_too_and_scrolling_brings_them_all(open_picker, sandbox, until):
    async with open_picker(sandbox) as picker:
        await until(lambda: picker.names())
        picker.find("show_others_too").click()
        bar = picker.grid.verticalScrollBar()

        def all_there() -> bool:
            bar.setValue(bar.maximum())
            return len(picker.names()) > 40

        await until(all_there)
        bases = {offer.best.base_model for offer in picker.shop.picker.finds.rows.offers}
        assert bases > {"SDXL 1.0", "SD 1.5", "ZImageTurbo"}


async def test_the_order_can_be_chosen(open_picker, sandbox, until):
    async with open_picker(sandbox) as picker:
        await until(lambda: picker.names())
        before = picker.names()
        box = picker.find("sort_resources", QComboBox)
        row = box.findText("Newest first")
        box.setCurrentIndex(row)
        box.activated.emit(row)
        await until(lambda: picker.names() and picker.names() != before)


async def test_the_order_is_greyed_while_there_are_words_and_says_why(open_picker, sandbox, until):
    async with open_picker(sandbox) as picker:
        box = picker.find("sort_resources", QComboBox)
        assert (box.isEnabled(), box.toolTip()) == (True, "")
        words = picker.find("search_resources", QLineEdit)
        words.setText("light")
        assert not box.isEnabled()
        assert "matches them best" in box.toolTip()
        assert (box.currentText(), box.placeholderText()) == ("", "Best match")
        words.setText("  ")
        assert box.isEnabled()
        assert box.currentText() == "Most downloaded"
        picker.find("recent_and_favourite").click()
        assert not box.isEnabled()
        assert "starred" in box.toolTip()
        assert not picker.find("mature_resources").isEnabled()
        picker.find("search_civitai").click()
        assert box.isEnabled()
        assert picker.find("mature_resources").isEnabled()


async def test_mature_ones_are_found_once_they_are_wanted_and_that_is_told(
    open_picker, sandbox, until
):
    told: list[bool] = []
    async with open_picker(sandbox) as picker:
        finds = picker.shop.picker.finds
        finds.mature_chosen.connect(told.append)
        await until(lambda: picker.names())
        chip = picker.find("mature_resources")
        assert not chip.isChecked()
        picker.find("show_others_too").click()
        chip.click()
        assert told == [True]
        bar = picker.grid.verticalScrollBar()

        def found() -> bool:
            bar.setValue(bar.maximum())
            return any(offer.best.is_mature for offer in finds.rows.offers)

        await until(found)
        finds.begin(finds.wish)
        assert finds.query.with_mature


async def test_keys_alone_reach_from_the_search_to_the_form(open_picker, sandbox, until, qtbot):
    async with open_picker(sandbox) as picker:
        await until(lambda: picker.names())
        first = picker.shop.picker.finds.rows.offers[0].best
        qtbot.keyClick(picker.find("search_resources", QLineEdit), Qt.Key.Key_Down)
        assert picker.grid.currentIndex().row() == 0
        # Pressed before its AIR is known: it is used as soon as that is there.
        qtbot.keyClick(picker.grid, Qt.Key.Key_Return)
        await until(lambda: picker.used)
        [used] = picker.used
        assert used.startswith("urn:air:sdxl:")
        assert used.endswith(f"@{first.version_id}")
        await until(lambda: [each.air for each in picker.shop.resources.shelf.recent] == [used])


async def test_details_tell_of_the_resource_and_give_its_words(open_picker, sandbox, until):
    async with open_picker(sandbox) as picker:
        await until(lambda: picker.names())
        picker.choose(0)
        best = picker.shop.picker.finds.rows.offers[0].best
        assert picker.find("resource_name", QTextEdit).toPlainText() == best.name
        facts = picker.find("resource_facts", QTextEdit).toPlainText()
        assert best.base_model in facts
        assert f"by {best.creator}" in facts
        [word, _] = [b for b in picker.dialog.findChildren(QPushButton) if b.property("words")]
        assert word.accessibleName() == f"Add {best.words[0]}"
        word.click()
        assert picker.words == [best.words[0]]
        await until(picker.find("use_resource").isEnabled)


async def test_another_version_can_be_chosen(open_picker, sandbox, until):
    async with open_picker(sandbox) as picker:
        await until(lambda: picker.names())
        offers = picker.shop.picker.finds.rows.offers
        row = next(row for row, offer in enumerate(offers) if len(offer.versions) > 1)
        picker.choose(row)
        box = picker.find("version", QComboBox)
        assert box.isVisible()
        box.setCurrentIndex(1)
        box.activated.emit(1)
        await until(picker.find("use_resource").isEnabled)
        picker.find("use_resource").click()
        assert picker.used[0].endswith(f"@{offers[row].versions[1].version_id}")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("first light", "in early access until"),
        ("velvet room", "only for those who have bought it"),
        ("lost ink", "Civitai does not have this version, or no longer. Choose another one."),
    ],
)
async def test_what_cannot_be_used_says_why(open_picker, sandbox, until, qtbot, words, sentence):
    async with open_picker(sandbox) as picker:
        qtbot.keyClicks(picker.find("search_resources", QLineEdit), words)
        await until(lambda: len(picker.names()) == 1)
        picker.choose(0)
        await until(lambda: sentence in picker.said("resource_remark"))
        assert not picker.find("use_resource").isEnabled()


@pytest.mark.parametrize("text", ["128713", "https://civitai.com/models/4384/x", DREAMSHAPER])
async def test_a_pasted_text_shows_what_it_names(open_picker, sandbox, until, qtbot, text):
    async with open_picker(sandbox, engine="sd1", role="checkpoint") as picker:
        line = picker.find("paste_resource", QLineEdit)
        line.setText(text)
        line.setFocus()
        qtbot.keyClick(line, Qt.Key.Key_Return)
        await until(picker.find("use_resource").isEnabled)
        picker.find("use_resource").click()
        assert picker.used == [DREAMSHAPER]


async def test_a_pasted_one_that_does_not_fit_is_flagged_and_can_be_used(
    open_picker, sandbox, until
):
    async with open_picker(sandbox, engine="sdxl", role="checkpoint") as picker:
        picker.find("paste_resource", QLineEdit).setText("128713")
        picker.find("look_up_resource").click()
        await until(lambda: "is made for SD 1.5; SDXL ignores" in picker.said("resource_remark"))
        assert picker.find("use_resource").isEnabled()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a boat", "is neither an AIR nor an address on civitai.com nor a version number."),
        ("99", "Civitai does not have this version, or no longer."),
    ],
)
async def test_a_pasted_text_that_names_nothing_is_kept_and_answered(
    open_picker, sandbox, until, text, sentence
):
    async with open_picker(sandbox) as picker:
        picker.find("paste_resource", QLineEdit).setText(text)
        picker.find("look_up_resource").click()
        await until(lambda: sentence in picker.said("paste_answer"))
        assert picker.find("paste_resource", QLineEdit).text() == text


async def test_a_look_up_in_vain_leaves_nothing_to_use(open_picker, sandbox, until):
    async with open_picker(sandbox) as picker:
        await until(lambda: picker.names())
        picker.choose(0)
        await until(picker.find("use_resource").isEnabled)
        picker.find("paste_resource", QLineEdit).setText("99")
        picker.find("look_up_resource").click()
        assert not picker.find("use_resource").isEnabled()
        await until(lambda: "does not have this version" in picker.said("paste_answer"))
        assert not picker.find("use_resource").isEnabled()
        picker.choose(0)
        await until(picker.find("use_resource").isEnabled)


async def test_an_air_of_another_site_is_used_as_it_was_pasted(open_picker, sandbox, until):
    foreign = "urn:air:sdxl:lora:huggingface:a/b"
    async with open_picker(sandbox) as picker:
        picker.find("paste_resource", QLineEdit).setText(foreign)
        picker.find("look_up_resource").click()
        await until(lambda: "It can be used" in picker.said("paste_answer"))
        picker.find("use_resource").click()
        assert picker.used == [foreign]


async def test_a_star_is_kept_and_shown_without_a_network(open_picker, sandbox, until):
    async with open_picker(sandbox) as picker:
        await until(lambda: picker.names())
        picker.choose(0)
        star = picker.find("favourite_resource")
        await until(star.isEnabled)
        starred = picker.names()[0]
        number = picker.shop.picker.finds.rows.offers[0].best.version_id
        await until(lambda: picker.shop.pictures.pixmap(number))
        star.click()
        assert star.isChecked()
        await until(lambda: picker.shop.resources.shelf.favourites)
    async with open_picker() as offline:
        await until(lambda: offline.said("search_state").startswith("Civitai cannot be reached."))
        offline.find("recent_and_favourite").click()
        assert offline.names() == [starred]
        await until(lambda: offline.shop.pictures.pixmap(number))
        offline.choose(0)
        assert offline.find("use_resource").isEnabled()
        offline.find("favourite_resource").click()
        offline.find("use_resource").click()
        assert offline.used[0].endswith(f"@{number}")


async def test_no_network_is_said_with_the_next_step_and_tried_again(open_picker, sandbox, until):
    sandbox.misbehave({"path": "/api/v1/models", "status": 503})
    async with open_picker(sandbox) as picker:
        await until(lambda: "Try again" in picker.said("search_state"))
        assert picker.find("retry_search").isVisible()
        sandbox.misbehave()
        picker.find("retry_search").click()
        await until(lambda: picker.names())
        assert not picker.find("retry_search").isVisible()
        assert picker.said("search_state") == ""


async def test_an_empty_shelf_says_so(open_picker):
    async with open_picker() as picker:
        picker.find("recent_and_favourite").click()
        assert picker.said("search_state") == "Nothing that was used or starred fits here."
