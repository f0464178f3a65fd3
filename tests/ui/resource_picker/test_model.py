"""The list of finds keeps Qt's rules, and shows nothing twice."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from civitai_desktop.domain.resource import Offer, Resource
from civitai_desktop.ui.resource_picker.model import ResourceListModel


def an_offer(number: int, **more) -> Offer:
    usual = {"name": f"Lora {number}", "version": "v1", "kind": "lora", "type": "LORA"}
    return Offer((Resource(version_id=number, resource_id=number, **usual | more),))


@pytest.fixture
def rows(qapp):
    rows = ResourceListModel()
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    rows.tester = QAbstractItemModelTester(rows, fatal)
    return rows


def shown(rows) -> list[str]:
    return [rows.index(row).data() for row in range(rows.rowCount())]


def test_pages_are_added_and_what_comes_again_is_not(rows, qtbot):
    rows.replace([an_offer(1), an_offer(1), an_offer(2)])
    with qtbot.waitSignal(rows.rowsInserted) as inserted:
        rows.append([an_offer(2), an_offer(3)])
    assert inserted.args[1:] == [2, 2]
    assert shown(rows) == ["Lora 1 · v1", "Lora 2 · v1", "Lora 3 · v1"]
    assert [rows.row_of(number) for number in (1, 3, 9)] == [0, 2, -1]


def test_a_page_with_nothing_new_changes_nothing(rows, qtbot):
    rows.replace([an_offer(1)])
    with qtbot.assertNotEmitted(rows.rowsInserted):
        rows.append([an_offer(1)])


def test_another_search_forgets_the_one_before(rows):
    rows.replace([an_offer(1)])
    rows.replace([an_offer(1), an_offer(2)])
    assert shown(rows) == ["Lora 1 · v1", "Lora 2 · v1"]


def test_a_screen_reader_hears_what_it_was_made_for(rows):
    rows.replace([an_offer(1, base_model="Pony", downloads=12_345)])
    said = rows.index(0).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert said == "Pony, LoRA, 12.3k downloads"


def test_only_the_card_that_changed_is_painted_anew(rows, qtbot):
    rows.replace([an_offer(1), an_offer(2)])
    with qtbot.waitSignal(rows.dataChanged) as changed:
        rows.touch(2)
    assert changed.args[0].row() == changed.args[1].row() == 1
    with qtbot.assertNotEmitted(rows.dataChanged):
        rows.touch(9)
