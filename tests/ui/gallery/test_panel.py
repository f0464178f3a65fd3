"""The gallery's panel: search, chips, empty states, on a real library."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from civitai_desktop.domain.events import ImageSaved
from civitai_desktop.domain.generation import SortOrder
from civitai_desktop.ui.gallery.panel import GalleryPanel
from civitai_desktop.ui.gallery.presenter import GalleryPresenter
from civitai_desktop.ui.gallery.view import GalleryView


@pytest.fixture
def panel(house, thumbnails, theme, qtbot):
    presenter = GalleryPresenter(house.gallery, pytest.fail)
    house.listeners.append(presenter.on_event)
    view = GalleryView(presenter.rows, thumbnails, theme, house.gallery.picture_path)
    made = GalleryPanel(presenter, view, theme, {"z-image-turbo": "Z-Image Turbo"})
    made.presenter = presenter
    window = QWidget()
    qtbot.addWidget(window)
    made.setParent(window)
    made.resize(800, 700)
    window.resize(800, 700)
    window.show()
    yield made
    window.close()


@pytest.fixture
def three(house, image):
    return [
        house.add(image(1, prompt="a red fox", favourite=True)),
        house.add(image(2, prompt="a paper boat")),
        house.add(image(3, prompt="a red boat", engine="unheard-of")),
    ]


def button(panel: GalleryPanel, name: str) -> QPushButton:
    return panel.findChild(QPushButton, name)


def click(panel: GalleryPanel, name: str) -> None:
    QTest.mouseClick(button(panel, name), Qt.MouseButton.LeftButton)


def shown(panel: GalleryPanel) -> list[int]:
    rows = panel.presenter.rows
    return rows.ids_of(range(rows.rowCount()))


def settled(panel: GalleryPanel) -> list[int]:
    """Return what is shown once the whole answer is there; its beginning is shown before."""
    return [] if panel.presenter.is_loading else shown(panel)


def notice(panel: GalleryPanel) -> str:
    said = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    return said[0] if said else ""


async def test_an_empty_library_says_how_to_begin(panel, running, tile, until):
    async with running(panel.presenter):
        await until(lambda: notice(panel).startswith("Your pictures appear here."))
        assert not button(panel, "clear_search").isVisible()

        panel.presenter.rows.set_live([tile()])
        assert notice(panel) == ""


async def test_a_search_without_a_hit_says_so_and_leads_back(three, panel, running, until):
    async with running(panel.presenter):
        await until(lambda: len(settled(panel)) == 3)
        assert notice(panel) == ""
        field = panel.findChild(QLineEdit, "search_prompts")
        assert field.accessibleName() == "Search prompts"

        QTest.keyClicks(field, "zebra")
        await until(lambda: notice(panel) == "No picture matches “zebra”.")
        click(panel, "clear_search")
        await until(lambda: len(settled(panel)) == 3)
        assert field.text() == ""
        assert notice(panel) == ""


async def test_the_fields_own_cross_clears_the_search(three, panel, running, until):
    async with running(panel.presenter):
        field = panel.findChild(QLineEdit, "search_prompts")
        QTest.keyClicks(field, "boat")
        await until(lambda: settled(panel) == [3, 2])
        field.clear()
        await until(lambda: settled(panel) == [3, 2, 1])


async def test_escape_clears_the_search_and_then_leaves_it(three, panel, running, until):
    async with running(panel.presenter):
        field = panel.findChild(QLineEdit, "search_prompts")
        field.setFocus()
        await until(field.hasFocus)
        QTest.keyClicks(field, "boat")
        await until(lambda: settled(panel) == [3, 2])
        QTest.keyClick(field, Qt.Key.Key_Escape)
        await until(lambda: settled(panel) == [3, 2, 1])
        assert field.hasFocus()
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert panel.view.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter])
async def test_a_key_leads_from_the_search_to_its_first_hit(
    key, three, panel, running, tile, until
):
    panel.presenter.rows.set_live([tile()])
    async with running(panel.presenter):
        await until(lambda: panel.presenter.rows.image_count == 3)
        field = panel.findChild(QLineEdit, "search_prompts")
        field.setFocus()
        await until(field.hasFocus)
        QTest.keyClicks(field, "paper")
        QTest.keyClick(field, key)
        await until(panel.view.hasFocus)
        assert shown(panel) == [2]
        assert panel.view.selected_ids() == [2]


async def test_where_nothing_is_found_the_keyboard_stays_in_the_search(
    three, panel, running, until
):
    async with running(panel.presenter):
        field = panel.findChild(QLineEdit, "search_prompts")
        field.setFocus()
        await until(field.hasFocus)
        QTest.keyClicks(field, "zebra")
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until(lambda: notice(panel) == "No picture matches “zebra”.")
        assert field.hasFocus()


async def test_what_is_still_to_come_is_no_answer_to_a_search(three, panel, running, until, tile):
    async with running(panel.presenter):
        panel.presenter.rows.set_live([tile()])
        panel.presenter.search("zebra")
        await until(lambda: notice(panel) == "No picture matches “zebra”.")
        panel.presenter.search("")
        await until(lambda: notice(panel) == "")


async def test_the_chips_filter_and_show_what_is_filtered(three, panel, running, until):
    async with running(panel.presenter):
        await until(lambda: len(settled(panel)) == 3)
        assert button(panel, "all_pictures").isChecked()

        click(panel, "favourites_only")
        await until(lambda: settled(panel) == [1])
        assert button(panel, "favourites_only").isChecked()
        assert not button(panel, "all_pictures").isChecked()

        click(panel, "all_pictures")
        await until(lambda: settled(panel) == [3, 2, 1])
        click(panel, "all_pictures")
        assert button(panel, "all_pictures").isChecked()


async def test_the_engines_are_offered_by_their_names(three, panel, running, until):
    async with running(panel.presenter):
        chip = button(panel, "engine_filter")
        await until(lambda: len(chip.menu().actions()) == 3)
        texts = {action.text(): action for action in chip.menu().actions()}
        assert set(texts) == {"All engines", "Z-Image Turbo", "unheard-of"}

        texts["Z-Image Turbo"].trigger()
        await until(lambda: settled(panel) == [2, 1])
        assert chip.text().startswith("Z-Image Turbo")
        assert chip.property("active") == "true"
        assert texts["Z-Image Turbo"].isChecked()
        texts["All engines"].trigger()
        await until(lambda: settled(panel) == [3, 2, 1])
        assert chip.text().startswith("Engine")
        assert chip.property("active") != "true"


async def test_the_order_can_be_turned_round(three, panel, running, until):
    async with running(panel.presenter):
        chip = button(panel, "order")
        await until(lambda: len(settled(panel)) == 3)
        newest, oldest = chip.menu().actions()
        assert newest.isChecked()
        oldest.trigger()
        await until(lambda: settled(panel) == [1, 2, 3])
        assert chip.text().startswith("Oldest")
        assert panel.presenter.query.order is SortOrder.OLDEST
        assert button(panel, "all_pictures").isChecked()


async def test_a_filter_without_a_hit_leads_back_too(house, image, panel, running, until):
    async with running(panel.presenter):
        await until(lambda: notice(panel) != "")
        click(panel, "favourites_only")
        await until(lambda: notice(panel) == "No picture matches these filters.")
        click(panel, "clear_search")
        await until(lambda: notice(panel).startswith("Your pictures appear here."))


async def test_new_pictures_that_are_hidden_are_told_and_shown_by_a_click(
    three, house, image, panel, running, until
):
    async with running(panel.presenter):
        field = panel.findChild(QLineEdit, "search_prompts")
        field.setFocus()
        QTest.keyClicks(field, "boat")
        await until(lambda: settled(panel) == [3, 2])
        assert not button(panel, "hidden_images").isVisible()

        panel.presenter.on_event(ImageSaved(house.add(image(4, prompt="a fox"))))
        await until(button(panel, "hidden_images").isVisible)
        said = button(panel, "hidden_images").text()
        assert said == "1 new picture is hidden by the filter. Show all"
        panel.presenter.on_event(ImageSaved(house.add(image(5, prompt="a fox"))))
        await until(lambda: button(panel, "hidden_images").text() != said)
        assert button(panel, "hidden_images").text().startswith("2 new pictures are hidden")

        await until(field.hasFocus)
        button(panel, "hidden_images").click()  # without taking the focus, as on a Mac
        await until(lambda: settled(panel) == [5, 4, 3, 2, 1])
        assert not button(panel, "hidden_images").isVisible()
        assert field.text() == ""


async def test_what_is_selected_and_opened_is_told(three, panel, running, until):
    async with running(panel.presenter):
        await until(lambda: len(settled(panel)) == 3)
        selected, opened = [], []
        panel.selection_changed.connect(selected.append)
        panel.opened.connect(opened.append)

        panel.view.setFocus()
        panel.view.select_image(2)
        await until(lambda: selected)
        assert selected[-1].prompt == "a paper boat"
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
        assert opened == [2]
