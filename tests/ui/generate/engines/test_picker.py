"""The list of engines: search, keys, mouse."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QToolButton

from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.events import EngineRefused, GenerationChanged
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.generation import Generation
from civitai_desktop.domain.service import Service, ServiceStatus
from civitai_desktop.services.availability import Availability
from civitai_desktop.ui.generate.engines.picker import EnginePicker
from civitai_desktop.ui.generate.engines.rows import ROW_PX, EngineListModel, star_room
from civitai_desktop.ui.generate.engines.shelf import EngineShelf

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Live:
    """The live list of services; empty until the test fills it."""

    def __init__(self) -> None:
        self.listed: list[Service] = []

    async def services(self) -> list[Service]:
        return self.listed


@pytest.fixture
def live() -> Live:
    return Live()


@pytest_asyncio.fixture
async def shelf(catalogue, live) -> AsyncIterator[EngineShelf]:
    errors: list[CivitaiError] = []
    shelf = EngineShelf(SavedForm(), Availability(live, catalogue, time.monotonic), errors.append)
    yield shelf
    await shelf.aclose()
    assert errors == []


@pytest_asyncio.fixture
async def picker(qtbot, catalogue, shelf) -> AsyncIterator[EnginePicker]:
    picker = EnginePicker(catalogue, shelf)
    qtbot.addWidget(picker)
    picker.resize(300, 35)
    picker.show()
    yield picker
    # An open popup would keep the mouse from the next test's window.
    picker.findChild(QListView, "engines").window().close()


@pytest.fixture
def chosen(picker) -> list[str]:
    ids: list[str] = []
    picker.chosen.connect(ids.append)
    return ids


def names(view: QListView) -> list[str]:
    rows = view.model()
    return [rows.index(row, 0).data() for row in range(rows.rowCount())]


def opened(picker, qtbot) -> tuple[QLineEdit, QListView]:
    qtbot.mouseClick(picker, Qt.MouseButton.LeftButton)
    view = picker.findChild(QListView, "engines")
    assert view.isVisible()
    return picker.findChild(QLineEdit, "search_engines"), view


async def test_the_rows_are_a_proper_list(qtbot, catalogue, shelf):
    shelf.toggle_favourite("sdxl")
    rows = EngineListModel(catalogue, shelf, None)
    tester = QAbstractItemModelTester(rows)
    rows.search("sd")
    shelf.toggle_favourite("sdxl")
    rows.search("nothing like it")
    assert rows.rowCount() == 0
    assert tester is not None


async def test_engines_stand_under_their_families(picker, qtbot, catalogue):
    _, view = opened(picker, qtbot)
    shown = names(view)
    assert shown.index("Z-Image") < shown.index("Z-Image Turbo") < shown.index("Flux.2")
    offered = catalogue.from_text()
    assert len(shown) == len(offered) + len({engine.family for engine in offered})


async def test_an_engine_that_is_gone_is_greyed_with_its_reason(picker, qtbot, shelf, catalogue):
    _, view = opened(picker, qtbot)
    row = names(view).index("SDXL")
    index = view.model().index(row, 0)
    assert not index.data(EngineListModel.UnavailableRole)
    shelf.on_event(EngineRefused(catalogue.engine("sdxl").discriminators))
    assert index.data(EngineListModel.UnavailableRole)
    assert index.data(EngineListModel.TimeRole) == "No longer offered"
    assert index.data(EngineListModel.PriceRole) == ""
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "Civitai no longer offers this engine."
    request = catalogue.engine("sdxl").request(
        catalogue.engine("sdxl").defaults() | {"prompt": "a boat"}
    )
    shelf.on_event(GenerationChanged(Generation(request=request)))
    assert index.data(EngineListModel.UnavailableRole)
    taken = GenerationChanged(Generation(request=request, workflow_id="wf"))
    shelf.on_event(taken)
    assert not index.data(EngineListModel.UnavailableRole)
    # Refused after that, while what was taken before still runs.
    shelf.on_event(EngineRefused(catalogue.engine("sdxl").discriminators))
    shelf.on_event(taken)
    assert index.data(EngineListModel.UnavailableRole)


async def test_an_engine_that_needs_a_picture_is_not_offered(picker, qtbot):
    _, view = opened(picker, qtbot)
    assert "SDXL" in names(view)
    assert not any("edit" in name or "image to image" in name for name in names(view))


async def test_the_chosen_engine_is_marked_when_the_list_opens(picker, qtbot, catalogue):
    picker.show_engine(catalogue.engine("sdxl"))
    _, view = opened(picker, qtbot)
    assert view.currentIndex().data() == "SDXL"


async def test_the_name_that_was_typed_comes_first(catalogue, shelf):
    rows = EngineListModel(catalogue, shelf, None)
    for typed, first in (("gpt image 1", "gpt-image-1"), ("qwen-image 2.0", "qwen-api-2.0")):
        rows.search(typed)
        found = (rows.index(at).data(EngineListModel.EngineRole) for at in range(rows.rowCount()))
        assert next(engine.id for engine in found if engine) == first


async def test_typing_searches_and_enter_chooses(picker, qtbot, chosen):
    search, view = opened(picker, qtbot)
    qtbot.keyClicks(search, "klein 9b")
    assert names(view)[:3] == ["Flux.2", "Flux.2 Klein 9B", "Flux.2 Klein 9B Base"]
    qtbot.keyClick(search, Qt.Key.Key_Down)
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert chosen == ["flux2-klein-9b-base"]
    assert not view.isVisible()


async def test_arrows_skip_headings_and_stop_at_the_ends(picker, qtbot):
    search, view = opened(picker, qtbot)
    qtbot.keyClick(search, Qt.Key.Key_Up)
    assert view.currentIndex().data() == "Z-Image Turbo"
    for _ in range(2):
        qtbot.keyClick(search, Qt.Key.Key_Down)
    assert view.currentIndex().data() == "Flux.2 Klein 4B"
    for _ in range(40):
        qtbot.keyClick(search, Qt.Key.Key_PageDown)
    assert view.currentIndex().data() == names(view)[-1]


async def test_escape_closes_and_chooses_nothing(picker, qtbot, chosen):
    search, view = opened(picker, qtbot)
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not view.isVisible()
    assert chosen == []


async def test_enter_without_a_find_does_nothing(picker, qtbot, chosen):
    search, _ = opened(picker, qtbot)
    qtbot.keyClicks(search, "zzz")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert chosen == []
    assert search.isVisible()


async def test_a_search_without_a_find_says_so_in_a_low_box(picker, qtbot):
    search, view = opened(picker, qtbot)
    qtbot.keyClicks(search, "zzz")
    said = picker.findChild(QLabel, "no_engine")
    assert said.isVisible()
    assert said.text() == "No engine is called “zzz”."
    assert search.accessibleDescription() == said.text()
    assert view.window().height() < 120
    assert said.height() >= said.heightForWidth(said.width())

    search.clear()
    assert view.isVisible()
    assert not said.isVisible()
    assert search.accessibleDescription() == ""


async def test_the_box_is_as_high_as_its_rows(picker, qtbot):
    search, view = opened(picker, qtbot)
    tall = view.window().height()
    qtbot.keyClicks(search, "sdxl")
    await asyncio.sleep(0)
    assert view.window().height() < tall
    assert view.verticalScrollBar().maximum() == 0
    last = view.visualRect(view.model().index(view.model().rowCount() - 1, 0))
    assert 0 <= view.viewport().height() - last.bottom() < ROW_PX


async def test_names_that_begin_with_the_word_come_first(picker, qtbot):
    search, view = opened(picker, qtbot)
    qtbot.keyClicks(search, "sd")
    found = names(view)
    assert found[:2] == ["Stable Diffusion", "SDXL"]
    assert found.index("SD 1.5") < found.index("Flux.2 Klein (sdcpp)")
    assert view.currentIndex().data() == "SDXL"


async def test_within_a_family_too_names_that_begin_with_the_word_come_first(picker, qtbot):
    search, view = opened(picker, qtbot)
    qtbot.keyClicks(search, "g")
    assert names(view)[:3] == ["Google", "Gemini 2.5 Flash", "Nano Banana 2"]


@pytest.mark.parametrize("word", ["pony", "illus"])
async def test_an_engine_is_found_by_its_base_models(picker, qtbot, word):
    search, view = opened(picker, qtbot)
    qtbot.keyClicks(search, word)
    assert names(view) == ["Stable Diffusion", "SDXL", "SDXL (ComfyUI)"]


async def test_a_click_chooses(picker, qtbot, chosen):
    _, view = opened(picker, qtbot)
    row = names(view).index("SDXL")
    where = view.visualRect(view.model().index(row, 0))
    view.scrollTo(view.model().index(row, 0))
    where = view.visualRect(view.model().index(row, 0))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where.center())
    assert chosen == ["sdxl"]


async def test_price_and_time_are_told_to_screen_readers(picker, qtbot):
    _, view = opened(picker, qtbot)
    first = view.model().index(1, 0)
    told = first.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert told == "8 Buzz  3\N{EN DASH}8 s. Chosen"


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Space])
async def test_the_list_opens_by_keyboard(picker, qtbot, key):
    qtbot.keyClick(picker, key)
    assert picker.findChild(QListView, "engines").isVisible()


async def test_a_favourite_stands_on_top_the_next_time(picker, qtbot, shelf):
    search, view = opened(picker, qtbot)
    before = names(view)
    qtbot.keyClicks(search, "sdxl")
    qtbot.keyClick(search, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert shelf.favourites == ("sdxl",)
    assert "Favourite" in view.currentIndex().data(Qt.ItemDataRole.AccessibleDescriptionRole)
    qtbot.keyClick(search, Qt.Key.Key_Escape)

    opened(picker, qtbot)
    assert names(view) == ["Favourites", "SDXL", *before]


async def test_a_star_is_pressed_and_nothing_chosen(picker, qtbot, shelf, chosen):
    _, view = opened(picker, qtbot)
    before = names(view)
    index = view.model().index(before.index("Z-Image Base"), 0)
    where = star_room(view.visualRect(index)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert shelf.favourites == ("z-image-base",)
    assert names(view) == before, "rows must not move under the mouse"
    assert chosen == []
    assert view.isVisible()

    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert shelf.favourites == ()


async def test_the_star_button_marks_the_engine_in_the_list(picker, qtbot, shelf):
    opened(picker, qtbot)
    qtbot.mouseClick(picker.findChild(QToolButton, "favourite_engine"), Qt.MouseButton.LeftButton)
    assert shelf.favourites == ("z-image-turbo",)


async def test_engines_left_behind_are_recent_the_last_one_first(picker, qtbot, shelf, catalogue):
    for name in ("z-image-turbo", "sdxl", "sd1", "sdxl"):
        shelf.enter(catalogue.engine(name))
    assert shelf.recents == ("sd1", "z-image-turbo")
    _, view = opened(picker, qtbot)
    assert names(view)[:3] == ["Recent", "SD 1.5", "Z-Image Turbo"]


async def test_a_search_shows_each_find_once(picker, qtbot, shelf):
    shelf.toggle_favourite("sdxl")
    search, view = opened(picker, qtbot)
    qtbot.keyClicks(search, "sdxl")
    assert names(view).count("SDXL") == 1
    assert "Favourites" not in names(view)


async def test_an_engine_that_cannot_be_had_says_so(picker, qtbot, live, until, catalogue):
    parameters = {**catalogue.engine("sdxl").discriminators, "more": "than we send"}
    live.listed.append(Service(parameters=parameters, status=ServiceStatus.UNAVAILABLE))
    picker.show_engine(catalogue.engine("sdxl"))
    search, view = opened(picker, qtbot)
    await until(lambda: picker.toolTip() == "Unavailable now")
    qtbot.keyClicks(search, "sdxl")
    index = view.currentIndex()
    assert index.data(EngineListModel.UnavailableRole) is True
    assert "Unavailable now" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert "Unavailable now" in picker.accessibleDescription()


async def test_nothing_is_greyed_where_nothing_is_known(picker, qtbot, shelf):
    shelf.refresh()
    await asyncio.sleep(0)
    _, view = opened(picker, qtbot)
    rows = [view.model().index(row, 0) for row in range(view.model().rowCount())]
    assert not any(index.data(EngineListModel.UnavailableRole) for index in rows)
