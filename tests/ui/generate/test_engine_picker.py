"""The list of engines: search, keys, mouse."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit, QListView

from civitai_desktop.ui.generate.engine_picker import EngineListModel, EnginePicker

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def picker(qtbot, catalogue) -> Iterator[EnginePicker]:
    picker = EnginePicker(catalogue)
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


def test_the_rows_are_a_proper_list(qtbot, catalogue, qtmodeltester):
    rows = EngineListModel(catalogue, None)
    tester = QAbstractItemModelTester(rows)
    rows.search("sd")
    rows.search("nothing like it")
    assert rows.rowCount() == 0
    assert tester is not None


def test_engines_stand_under_their_families(picker, qtbot, catalogue):
    _, view = opened(picker, qtbot)
    shown = names(view)
    assert shown.index("Z-Image") < shown.index("Z-Image Turbo") < shown.index("Flux.2")
    offered = catalogue.from_text()
    assert len(shown) == len(offered) + len({engine.family for engine in offered})


def test_an_engine_that_needs_a_picture_is_not_offered(picker, qtbot):
    _, view = opened(picker, qtbot)
    assert "SDXL" in names(view)
    assert not any("edit" in name or "image to image" in name for name in names(view))


def test_the_chosen_engine_is_marked_when_the_list_opens(picker, qtbot, catalogue):
    picker.show_engine(catalogue.engine("sdxl"))
    _, view = opened(picker, qtbot)
    assert view.currentIndex().data() == "SDXL"


def test_typing_searches_and_enter_chooses(picker, qtbot, chosen):
    search, view = opened(picker, qtbot)
    qtbot.keyClicks(search, "klein 9b")
    assert names(view)[:3] == ["Flux.2", "Flux.2 Klein 9B", "Flux.2 Klein 9B Base"]
    qtbot.keyClick(search, Qt.Key.Key_Down)
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert chosen == ["flux2-klein-9b-base"]
    assert not view.isVisible()


def test_arrows_skip_headings_and_stop_at_the_ends(picker, qtbot):
    search, view = opened(picker, qtbot)
    qtbot.keyClick(search, Qt.Key.Key_Up)
    assert view.currentIndex().data() == "Z-Image Turbo"
    for _ in range(2):
        qtbot.keyClick(search, Qt.Key.Key_Down)
    assert view.currentIndex().data() == "Flux.2 Klein 4B"
    for _ in range(40):
        qtbot.keyClick(search, Qt.Key.Key_PageDown)
    assert view.currentIndex().data() == names(view)[-1]


def test_escape_closes_and_chooses_nothing(picker, qtbot, chosen):
    search, view = opened(picker, qtbot)
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not view.isVisible()
    assert chosen == []


def test_enter_without_a_find_does_nothing(picker, qtbot, chosen):
    search, view = opened(picker, qtbot)
    qtbot.keyClicks(search, "zzz")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert chosen == []
    assert view.isVisible()


def test_a_click_chooses(picker, qtbot, chosen):
    _, view = opened(picker, qtbot)
    row = names(view).index("SDXL")
    where = view.visualRect(view.model().index(row, 0))
    view.scrollTo(view.model().index(row, 0))
    where = view.visualRect(view.model().index(row, 0))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where.center())
    assert chosen == ["sdxl"]


def test_price_and_time_are_told_to_screen_readers(picker, qtbot):
    _, view = opened(picker, qtbot)
    first = view.model().index(1, 0)
    told = first.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert told == "8 Buzz  3\N{EN DASH}8 s"


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_the_list_opens_by_keyboard(picker, qtbot, key):
    qtbot.keyClick(picker, key)
    assert picker.findChild(QListView, "engines").isVisible()
