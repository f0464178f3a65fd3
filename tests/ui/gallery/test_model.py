"""The gallery's rows: listings, live tiles, images that come, change and go."""

from array import array
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from civitai_desktop.domain.generation import Listing, SortOrder
from civitai_desktop.ui.gallery.model import GalleryListModel
from civitai_desktop.ui.queue.tiles import Phase

Role = Qt.ItemDataRole


def listing(*days: list[int]) -> Listing:
    """List the ids of today, yesterday, and so on."""
    ids = array("I", [image_id for day in days for image_id in day])
    dates = [date.today() - timedelta(days=nr) for nr in range(len(days))]
    return Listing(
        ids=ids, days=tuple((d, len(day)) for d, day in zip(dates, days, strict=True) if day)
    )


@pytest.fixture
def rows(qapp):
    made = GalleryListModel()
    mode = QAbstractItemModelTester.FailureReportingMode.Warning
    tester = QAbstractItemModelTester(made, mode, made)
    yield made
    del tester


def ids(rows: GalleryListModel) -> list[int]:
    return rows.ids_of(range(rows.rowCount()))


class Resets:
    """Counts how often everything was thrown away."""

    def __init__(self, rows: GalleryListModel) -> None:
        self.number = 0
        rows.modelReset.connect(self._count)

    def _count(self) -> None:
        self.number += 1


def test_live_tiles_come_first_and_have_a_section_of_their_own(rows, tile):
    rows.set_listing(listing([9, 8], [7]))
    rows.set_live([tile("one"), tile("two", phase=Phase.QUEUED)])

    assert rows.rowCount() == 5
    assert rows.section_counts() == [2, 2, 1]
    assert rows.heading(0) == ("Generating", "1 running, 1 queued")
    assert rows.heading(1) == ("Today", "2 images")
    assert rows.heading(2) == ("Yesterday", "1 image")
    assert rows.index(0).data(rows.LiveRole).generation_id == "one"
    assert rows.index(0).data(rows.IdRole) is None
    assert rows.index(2).data(rows.IdRole) == 9


async def test_what_is_not_there_is_asked_for_once_and_together(rows, image, until):
    asked = []
    rows.images_wanted.connect(asked.append)
    rows.set_listing(listing([3, 2, 1]))

    assert rows.index(0).data() == "Image"
    rows.index(1).data(rows.ImageRole)
    rows.index(0).data(Role.AccessibleTextRole)
    await until(lambda: asked)
    assert asked == [[3, 2]]

    rows.put_images([image(3), image(2)])
    assert rows.index(0).data(Role.AccessibleTextRole) == image(3).prompt
    assert rows.index(1).data(rows.ImageRole) == image(2)


async def test_an_answer_finds_its_rows_after_others_came_in_above(rows, image, until):
    asked, changed = [], []
    rows.images_wanted.connect(asked.append)
    rows.set_listing(listing([3, 2, 1]))
    rows.index(1).data()
    await until(lambda: asked)

    rows.add_image(image(4))
    rows.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    rows.put_images([image(2)])

    assert changed == [(2, 2)]
    assert rows.index(2).data() == image(2).prompt


async def test_a_question_that_failed_is_asked_again(rows, until):
    asked = []
    rows.images_wanted.connect(asked.append)
    rows.set_listing(listing([1]))
    rows.index(0).data()
    await until(lambda: asked)

    rows.give_up([1])
    rows.index(0).data()
    await until(lambda: len(asked) == 2)
    assert asked == [[1], [1]]


def test_the_rest_of_a_listing_only_adds_rows(rows):
    rows.set_listing(listing([9, 8]))
    resets, kept = Resets(rows), QPersistentModelIndex(rows.index(1))

    rows.set_listing(listing([9, 8, 7], [6]))
    assert (ids(rows), rows.section_counts()) == ([9, 8, 7, 6], [3, 1])
    rows.set_listing(listing([10, 9, 8, 7], [6]))
    assert ids(rows) == [10, 9, 8, 7, 6]
    rows.set_listing(listing([10, 9, 8], [6]))
    assert ids(rows) == [10, 9, 8, 6]

    assert resets.number == 0
    assert kept.row() == 2
    rows.set_listing(listing([8, 3], [2]))
    assert resets.number == 1
    assert ids(rows) == [8, 3, 2]


def test_the_same_listing_again_changes_nothing(rows):
    rows.set_listing(listing([9, 8], [7]))
    resets = Resets(rows)
    rows.set_listing(listing([9, 8], [7]))
    assert (resets.number, ids(rows)) == (0, [9, 8, 7])


def test_a_listing_is_not_changed_behind_its_back(rows, image):
    given = listing([2, 1])
    rows.set_listing(given)
    rows.add_image(image(3))
    assert list(given.ids) == [2, 1]


def test_a_new_image_comes_first_and_an_old_one_in_its_day(rows, image):
    rows.set_listing(listing([9, 8], [], [7, 6]))
    rows.put_images([image(9), image(8), image(7, 2), image(6, 2)])

    rows.add_image(image(10))
    rows.add_image(image(11, days_ago=1))
    rows.add_image(image(5, days_ago=2))

    assert ids(rows) == [10, 9, 8, 11, 7, 6, 5]
    assert rows.section_counts() == [3, 1, 3]


def test_the_oldest_first_a_new_image_comes_last(rows, image):
    rows.set_listing(Listing(ids=array("I", [1]), days=((date.today(), 1),)), SortOrder.OLDEST)
    rows.add_image(image(2))
    rows.add_image(image(3, days_ago=1))
    assert ids(rows) == [3, 1, 2]
    assert rows.section_counts() == [1, 2]


def test_an_image_told_twice_is_listed_once(rows, image):
    rows.add_image(image(1))
    rows.add_image(image(1, favourite=True))
    assert ids(rows) == [1]
    assert rows.index(0).data(rows.ImageRole).favourite


def test_a_removed_image_takes_its_empty_day_with_it(rows, image):
    rows.set_listing(listing([9], [8, 7]))
    rows.remove_image(9)
    rows.remove_image(77)
    rows.remove_image(7)
    assert ids(rows) == [8]
    assert rows.section_counts() == [1]
    assert rows.heading(0)[0] == "Yesterday"


def test_live_tiles_that_move_on_keep_their_rows(rows, tile):
    rows.set_live([tile("a"), tile("a", 1), tile("b")])
    kept = QPersistentModelIndex(rows.index(2))
    changed, moved = [], []
    rows.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    rows.rowsInserted.connect(lambda *_: moved.append("in"))
    rows.rowsRemoved.connect(lambda *_: moved.append("out"))

    rows.set_live([tile("a"), tile("a", 1, share=0.7), tile("b")])
    assert (changed, moved) == ([1], [])

    rows.set_live([tile("a"), tile("b"), tile("c")])
    assert moved == ["out", "in"]
    assert kept.row() == 1

    rows.set_live([tile("c"), tile("b"), tile("a")])
    assert [rows.index(row).data(rows.LiveRole).generation_id for row in range(3)] == list("cba")
    rows.set_live([])
    assert rows.rowCount() == 0


def test_the_heading_is_told_to_change_only_when_it_does(rows, tile):
    told = []
    rows.set_live([tile()])
    rows.sections_changed.connect(lambda: told.append(rows.heading(0)[1]))
    rows.set_live([tile(share=0.6)])
    rows.set_live([tile(phase=Phase.FAILED)])
    assert told == ["1 generation"]


def test_a_failed_tile_is_named_by_its_prompt_and_described_by_its_reason(rows, tile):
    rows.set_live([tile(phase=Phase.FAILED, text="Failed", problem="Not enough Buzz.")])
    index = rows.index(0)
    assert index.data(Role.AccessibleTextRole) == "a paper boat"
    assert index.data(Role.AccessibleDescriptionRole) == "Not enough Buzz."
    assert index.data(Role.ToolTipRole) == "Not enough Buzz."
    assert rows.heading(0) == ("Failed", "1 generation")


def test_a_live_tile_is_described_by_its_progress_and_what_delete_would_do(rows, tile):
    rows.set_live([tile("two", 0), tile("two", 1), tile("one")])
    said = [rows.index(row).data(Role.AccessibleDescriptionRole) for row in range(3)]
    both = "50 %. Delete key: Cancel all 2 images"
    assert said == [both, both, "50 %. Delete key: Cancel"]


def test_only_images_can_be_dragged(rows, tile):
    rows.set_live([tile()])
    rows.set_listing(listing([1]))
    assert not rows.index(0).flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert rows.index(1).flags() & Qt.ItemFlag.ItemIsDragEnabled


def test_a_selection_survives_images_that_come_in(rows, image):
    rows.set_listing(listing([3, 2, 1]))
    selection = QItemSelectionModel(rows)
    selection.select(rows.index(1), QItemSelectionModel.SelectionFlag.Select)
    rows.add_image(image(4))
    assert [index.row() for index in selection.selectedIndexes()] == [2]


async def test_walking_through_everything_asks_a_bounded_question(rows, until):
    asked = []
    rows.images_wanted.connect(asked.append)
    rows.set_listing(listing(list(range(5000, 0, -1))))
    for row in range(5000):
        rows.index(row).data()
    await until(lambda: asked)
    assert len(asked[0]) <= 1000
    assert asked[0][-1] == 1
