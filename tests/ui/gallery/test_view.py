"""The gallery's view, driven as a person or a screen reader would."""

import asyncio
from array import array
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QColor, QContextMenuEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QPushButton, QToolTip

from civitai_desktop.domain.generation import Listing
from civitai_desktop.ui.gallery.model import GalleryListModel
from civitai_desktop.ui.gallery.view import GalleryView
from civitai_desktop.ui.queue.tiles import Phase
from civitai_desktop.ui.shared.imaging import QtPictureReader
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore

Key = Qt.Key
PER_DAY = 30


def listing(number: int, first: int = 1) -> Listing:
    days, left = [], number
    while left > 0:
        days.append((date.today() - timedelta(days=len(days)), min(left, PER_DAY)))
        left -= PER_DAY
    return Listing(ids=array("I", range(first + number - 1, first - 1, -1)), days=tuple(days))


@pytest.fixture
def rows(qapp, image):
    made = GalleryListModel()

    def answer(ids: list[int]) -> None:
        made.put_images([image(image_id) for image_id in ids])

    made.images_wanted.connect(answer)
    return made


@pytest.fixture
def view(rows, thumbnails, theme, house, qtbot):
    made = GalleryView(rows, thumbnails, theme, house.gallery.picture_path)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


class Heard:
    """What a signal has said."""

    def __init__(self, signal) -> None:
        self.said: list[object] = []
        signal.connect(self._note)

    def _note(self, value: object) -> None:
        self.said.append(value)


def centre(view: GalleryView, row: int) -> QPoint:
    return view.visualRect(view.model().index(row)).center()


def menu_event(view: GalleryView, at: QPoint, *, by_key: bool = False) -> QContextMenuEvent:
    reasons = QContextMenuEvent.Reason
    reason = reasons.Keyboard if by_key else reasons.Mouse
    return QContextMenuEvent(reason, at, view.viewport().mapToGlobal(at))


def click(view: GalleryView, at: QPoint, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, held, at)


def press(view: GalleryView, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(view, key)


def test_the_gallery_is_a_list_whose_items_are_named_by_their_prompt(rows, view, image, tile):
    rows.set_listing(listing(40))
    rows.put_images([image(40), image(39)])
    rows.set_live([tile()])

    tree = QAccessible.queryAccessibleInterface(view)
    assert tree.role() is QAccessible.Role.List
    assert tree.text(QAccessible.Text.Name) == "Gallery"
    assert tree.childCount() == 41
    names = [tree.child(nr).text(QAccessible.Text.Name) for nr in range(3)]
    assert names == ["a paper boat", image(40).prompt, image(39).prompt]
    assert tree.child(1).role() is QAccessible.Role.ListItem
    place = tree.child(1).rect()
    assert place.size() == view.visualRect(rows.index(1)).size()
    assert view.objectName() == "gallery"


def test_every_tile_is_found_where_it_is_shown(rows, view):
    rows.set_listing(listing(2000))
    for row in (0, 4, 5, 29, 30, 1234, 1999):
        view.scrollTo(rows.index(row))
        rect = view.visualRect(rows.index(row))
        assert view.viewport().rect().contains(rect)
        assert view.indexAt(rect.center()).row() == row


@pytest.mark.parametrize("hint", QListView.ScrollHint)
def test_scrolling_to_a_tile_brings_it_into_sight(rows, view, hint):
    rows.set_listing(listing(2000))
    view.scrollTo(rows.index(1000), hint)
    assert view.viewport().rect().contains(view.visualRect(rows.index(1000)))


def test_the_end_can_be_scrolled_to_and_not_past(rows, view):
    rows.set_listing(listing(100))
    view.scrollToBottom()
    last = view.visualRect(rows.index(99))
    assert 0 < view.viewport().height() - last.bottom() < 40


def test_clicks_select_as_in_any_list(rows, view):
    rows.set_listing(listing(60))
    click(view, centre(view, 2))
    assert view.selected_ids() == [58]
    click(view, centre(view, 4), Qt.KeyboardModifier.ControlModifier)
    assert view.selected_ids() == [58, 56]
    click(view, centre(view, 1))
    click(view, centre(view, 7), Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_ids() == [59, 58, 57, 56, 55, 54, 53]
    click(view, QPoint(400, 10))
    assert view.selected_ids() == []


def test_what_is_selected_without_the_keyboard_is_current_too(rows, view):
    select = QItemSelectionModel.SelectionFlag.ClearAndSelect
    view.selectionModel().select(rows.index(3, 0), select)

    assert view.current() == rows.index(3, 0).data(GalleryListModel.ImageRole)


def test_dragging_over_free_space_selects_what_is_touched(rows, view):
    rows.set_listing(Listing(ids=array("I", range(1, 8)), days=((date.today(), 7),)))
    free, first = centre(view, 6) + QPoint(310, 0), centre(view, 2)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=free)
    QTest.mouseMove(view.viewport(), free - QPoint(20, 20))
    QTest.mouseMove(view.viewport(), first)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert view.selected_ids() == [3, 4]


def test_the_arrow_keys_walk_over_the_borders_of_days(rows, view):
    rows.set_listing(listing(60, first=1))
    view.setFocus()
    press(view, Key.Key_Down)
    assert view.currentIndex().row() == 0
    press(view, Key.Key_Right, Key.Key_Right, Key.Key_Down)
    assert view.currentIndex().row() == 7
    press(view, Key.Key_End)
    assert view.currentIndex().row() == 59
    press(view, Key.Key_Home, Key.Key_PageDown)
    assert view.currentIndex().row() % 5 == 0
    assert 10 <= view.currentIndex().row() <= 25
    press(view, Key.Key_PageUp, Key.Key_Left)
    assert view.currentIndex().row() == 0
    QTest.keyClick(view, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_ids() == [60, 59, 58, 57, 56, 55]


def test_a_short_line_does_not_lose_the_column_of_the_keys(rows, view):
    days = tuple((date.today() - timedelta(days=nr), count) for nr, count in enumerate((5, 1, 5)))
    rows.set_listing(Listing(ids=array("I", range(11, 0, -1)), days=days))
    view.setCurrentIndex(rows.index(3))
    press(view, Key.Key_Down)
    assert view.currentIndex().row() == 5
    press(view, Key.Key_Down)
    assert view.currentIndex().row() == 9


class CountingRows(GalleryListModel):
    """Counts how often it is asked how many rows there are, as for every index that is made."""

    asked = 0

    def rowCount(self, *parent):
        self.asked += 1
        return super().rowCount(*parent)


def test_everything_is_selected_at_once_and_not_row_by_row(thumbnails, theme, house, qtbot):
    rows = CountingRows()
    view = GalleryView(rows, thumbnails, theme, house.gallery.picture_path)
    qtbot.addWidget(view)
    rows.set_listing(listing(5000))
    QTest.keyClick(view, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(view.selected_ids()) == 5000
    assert rows.asked < 500


def test_double_click_and_enter_open_an_image(rows, view):
    rows.set_listing(listing(10))
    opened = Heard(view.opened)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, 3))
    # Qt's own double click ends with the button down.
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, 3))
    click(view, centre(view, 1))
    press(view, Key.Key_Return, Key.Key_Enter)
    assert opened.said == [7, 9, 9]


def test_delete_asks_for_all_that_is_selected(rows, view):
    rows.set_listing(listing(10))
    wanted = Heard(view.delete_wanted)
    click(view, centre(view, 1))
    click(view, centre(view, 2), Qt.KeyboardModifier.ShiftModifier)
    press(view, Key.Key_Delete)
    assert wanted.said == [[9, 8]]


def test_delete_after_delete_walks_through_the_pictures(rows, view):
    rows.set_listing(listing(5))
    view.delete_wanted.connect(lambda ids: [rows.remove_image(image_id) for image_id in ids])
    click(view, centre(view, 1))
    selected = []
    for _ in range(5):
        press(view, Key.Key_Delete)
        selected.append(view.selected_ids())
    assert selected == [[3], [2], [1], [5], []]


def test_the_picture_after_several_deleted_ones_is_selected(rows, view):
    rows.set_listing(listing(9))
    view.delete_wanted.connect(lambda ids: [rows.remove_image(image_id) for image_id in ids])
    click(view, centre(view, 2))
    click(view, centre(view, 4), Qt.KeyboardModifier.ShiftModifier)
    press(view, Key.Key_Delete)
    assert view.selected_ids() == [4]


def test_no_live_tile_is_selected_instead_of_a_deleted_picture(rows, view, tile):
    rows.set_live([tile()])
    rows.set_listing(listing(1))
    view.select_image(1)
    rows.remove_image(1)
    assert view.current() is None


def test_no_picture_is_selected_instead_of_one_that_a_query_leaves_out(rows, view):
    rows.set_listing(listing(9))
    view.select_image(2)
    rows.set_listing(listing(5, first=5))
    assert view.selected_ids() == []


def test_no_picture_is_selected_instead_of_a_live_tile_that_is_done(rows, view, tile):
    rows.set_live([tile()])
    rows.set_listing(listing(3))
    view.setCurrentIndex(rows.index(0))
    rows.set_live([])
    assert view.selected_rows() == []


async def test_typing_letters_does_not_read_every_row(rows, view):
    asked = Heard(rows.images_wanted)
    rows.set_listing(listing(5000))
    press(view, Key.Key_X, Key.Key_Y)
    await asyncio.sleep(0.05)
    assert asked.said
    assert sum(map(len, asked.said)) < 200


def cross(view: GalleryView, row: int) -> QPoint:
    return view.visualRect(view.model().index(row)).topRight() + QPoint(-14, 18)


def retry(view: GalleryView, row: int) -> QPoint:
    rect = view.visualRect(view.model().index(row))
    return QPoint(rect.center().x(), rect.bottom() - 20)


def test_the_cross_cancels_and_retry_tries_again(rows, view, tile):
    failed = tile("bad", phase=Phase.FAILED, text="Failed", problem="Not enough Buzz.")
    rows.set_live([tile("good"), failed])
    canceled, dismissed, retried = map(
        Heard, (view.cancel_clicked, view.dismiss_clicked, view.retry_clicked)
    )

    click(view, cross(view, 0))
    click(view, retry(view, 0))
    assert (canceled.said, dismissed.said, retried.said) == (["good"], [], [])
    click(view, retry(view, 1))
    click(view, cross(view, 1))
    assert (canceled.said, dismissed.said, retried.said) == (["good"], ["bad"], ["bad"])


def tip(view: GalleryView, at: QPoint) -> str:
    QToolTip.hideText()
    place = view.viewport().mapToGlobal(at)
    event = QHelpEvent(QEvent.Type.ToolTip, at, place)
    QCoreApplication.sendEvent(view.viewport(), event)
    return QToolTip.text()


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_the_cross_says_how_many_images_it_cancels(rows, view, tile):
    failed = tile("bad", phase=Phase.FAILED, text="Failed", problem="Not enough Buzz.")
    rows.set_live([*(tile("four", nr) for nr in range(4)), tile("one"), failed])
    assert tip(view, cross(view, 2)) == "Cancel all 4 images"
    assert tip(view, cross(view, 4)) == "Cancel"
    assert tip(view, cross(view, 5)) == "Dismiss"
    assert tip(view, centre(view, 5)) == "Not enough Buzz."


def test_a_cross_let_go_elsewhere_does_nothing(rows, view, tile):
    rows.set_live([tile()])
    canceled = Heard(view.cancel_clicked)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=cross(view, 0))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(700, 500))
    assert canceled.said == []


def test_a_live_tile_is_canceled_and_tried_again_by_keys_too(rows, view, tile):
    rows.set_live([tile("good"), tile("bad", phase=Phase.FAILED)])
    canceled, dismissed, retried = map(
        Heard, (view.cancel_clicked, view.dismiss_clicked, view.retry_clicked)
    )
    view.setCurrentIndex(rows.index(0))
    press(view, Key.Key_Delete)
    view.setCurrentIndex(rows.index(1))
    press(view, Key.Key_Return, Key.Key_Delete)
    assert (canceled.said, dismissed.said, retried.said) == (["good"], ["bad"], ["bad"])

    rows.set_live([tile("held", phase=Phase.HELD)])
    view.setCurrentIndex(rows.index(0))
    press(view, Key.Key_Return, Key.Key_Delete)
    assert (canceled.said, retried.said) == (["good", "held"], ["bad", "held"])
    retried.said.remove("held")

    rows.set_live([tile("bad", phase=Phase.FAILED, is_busy=True)])
    view.setCurrentIndex(rows.index(0))
    press(view, Key.Key_Return, Key.Key_Delete)
    assert (dismissed.said, retried.said) == (["bad"], ["bad"])


def pill(view: GalleryView) -> QPushButton:
    return view.findChild(QPushButton, "new_images")


def test_new_pictures_do_not_move_what_is_looked_at(rows, view, image):
    rows.set_listing(listing(300))
    view.scrollTo(rows.index(100), QListView.ScrollHint.PositionAtTop)
    before = view.visualRect(rows.index(100))

    for new in range(301, 308):  # some of them begin a new line
        rows.add_image(image(new))

    assert view.visualRect(rows.index(107)).top() == before.top()
    assert pill(view).isVisible()
    assert pill(view).text() == "7 new"
    QTest.mouseClick(pill(view), Qt.MouseButton.LeftButton)
    assert view.verticalOffset() == 0
    assert not pill(view).isVisible()


def test_live_tiles_that_come_and_go_do_not_move_it_either(rows, view, tile):
    rows.set_listing(listing(300))
    view.scrollTo(rows.index(100), QListView.ScrollHint.PositionAtTop)
    before = view.visualRect(rows.index(100)).top()

    rows.set_live([tile("a", nr) for nr in range(7)])
    assert view.visualRect(rows.index(107)).top() == before
    rows.set_live([tile("a", nr) for nr in range(3)])
    assert view.visualRect(rows.index(103)).top() == before
    rows.set_live([])
    assert view.visualRect(rows.index(100)).top() == before
    assert not pill(view).isVisible()


def test_at_the_top_new_pictures_just_appear(rows, view, image):
    rows.set_listing(listing(300))
    rows.add_image(image(301))
    assert view.verticalOffset() == 0
    assert view.visualRect(rows.index(0)).top() > 0
    assert not pill(view).isVisible()


def test_a_resize_keeps_the_first_line_in_sight(rows, view):
    rows.set_listing(listing(600))
    view.scrollTo(rows.index(200), QListView.ScrollHint.PositionAtTop)
    view.resize(1100, 600)
    assert view.viewport().rect().intersects(view.visualRect(rows.index(200)))


async def test_the_tiles_do_not_move_when_the_scroll_bar_appears(rows, view, until):
    rows.set_listing(listing(5))
    before = view.visualRect(rows.index(0))
    rows.set_listing(listing(500))
    await until(view.verticalScrollBar().isVisible)
    assert view.visualRect(rows.index(0)) == before


async def test_the_selected_image_stays_selected_in_another_listing(rows, view, image, until):
    rows.set_listing(listing(300))
    rows.put_images([image(120)])
    view.select_image(120)
    current = Heard(view.current_changed)
    await until(lambda: current.said == [image(120)])

    rows.set_listing(Listing(ids=array("I", [7, 5]), days=((date.today(), 2),)))
    assert view.current() is None
    rows.set_listing(listing(200, first=101))  # the beginning of the next answer ...
    assert view.current() == image(120)
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
    await asyncio.sleep(0.05)
    assert current.said == [image(120)]


def test_an_image_that_only_the_rest_of_a_listing_has_is_selected_again(rows, view, image):
    rows.set_listing(listing(300))
    view.select_image(20)
    rows.set_listing(Listing(ids=array("I", [999, 998]), days=((date.today(), 2),)))
    rows.set_listing(
        Listing(ids=array("I", [999, 998, 20, 4]), days=((date.today(), 4),))
    )  # the rest of the answer
    assert view.selected_ids() == [20]


async def test_what_is_selected_is_told_once_and_again_when_it_changes(
    rows, view, image, tile, until
):
    rows.set_live([tile()])
    rows.set_listing(listing(3))
    rows.put_images([image(3), image(2), image(1)])
    current = Heard(view.current_changed)

    async def told(expected: object) -> None:
        await until(lambda: current.said)
        assert current.said == [expected]
        current.said.clear()

    click(view, centre(view, 1))
    await told(image(3))
    rows.change_image(image(3, favourite=True))
    await told(image(3, favourite=True))
    click(view, centre(view, 0))
    await told(tile())
    rows.set_live([tile(share=0.9)])
    await told(tile(share=0.9))
    view.clearSelection()
    await told(None)


async def test_a_selection_that_grows_around_the_current_image_is_told(rows, view, image, until):
    rows.set_listing(listing(3))
    rows.put_images([image(3), image(2), image(1)])
    click(view, centre(view, 1))
    current = Heard(view.current_changed)
    await until(lambda: current.said == [image(2)])

    QTest.keyClick(view, Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    await until(lambda: current.said == [image(2), image(2)])
    assert view.selected_ids() == [3, 2, 1]


async def test_only_what_is_in_sight_and_next_is_loaded(rows, view, house, image, until):
    asked = Heard(rows.images_wanted)
    rows.set_listing(listing(5000))
    await until(lambda: asked.said)
    view.grab()
    wanted = {image_id for ids in asked.said for image_id in ids}
    assert {5000, 4999} <= wanted
    assert len(wanted) <= 60


class RecordingStore(ThumbnailStore):
    """Remembers which images were wanted."""

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.wanted: list[int] = []

    def want(self, images, **size) -> None:
        self.wanted += [image_id for image_id, _ in images]
        super().want(images, **size)


async def test_while_a_frame_jumps_more_than_a_screen_nothing_is_decoded(
    rows, theme, house, qtbot, until
):
    gallery = house.gallery
    store = RecordingStore(gallery.thumbnail_path, gallery.picture_path, QtPictureReader())
    view = GalleryView(rows, store, theme, gallery.picture_path)
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    rows.set_listing(listing(5000))
    await until(lambda: store.wanted)
    store.wanted.clear()
    so_far: list[int] = []

    view.scrollTo(rows.index(2500))
    # Timers come in the order in which they are due, however busy this machine is.
    QTimer.singleShot(20, lambda: so_far.append(len(store.wanted)))
    await until(lambda: store.wanted)
    store.close()

    assert so_far == [0]
    assert rows.ids_of([2500])[0] in store.wanted


async def test_a_tile_is_painted_with_its_picture(rows, view, house, image, until):
    made = house.add(image(1), "#10c010")
    rows.set_listing(Listing(ids=array("I", [made.id]), days=((date.today(), 1),)))
    rows.put_images([made])

    def colour() -> str:
        return view.grab().toImage().pixelColor(centre(view, 0)).name()

    await until(lambda: abs(int(colour()[3:5], 16) - 0xC0) < 8 and int(colour()[1:3], 16) < 40)


async def test_a_tile_shows_what_another_program_has_made_of_its_picture(
    rows, view, house, image, until
):
    made = house.add(image(1), "#c01010")
    rows.images_wanted.connect(lambda ids: rows.put_images(house.library.images(ids)))
    rows.set_listing(Listing(ids=array("I", [made.id]), days=((date.today(), 1),)))

    def colour() -> QColor:
        return view.grab().toImage().pixelColor(centre(view, 0))

    await until(lambda: colour().red() > 150)
    house.add(made, "#1010c0", listed=False)
    house.gallery.thumbnail_path(made.id).unlink()

    rows.refresh([made.id])

    await until(lambda: colour().blue() > 150 and colour().red() < 40)


async def test_a_tile_whose_file_was_missing_shows_it_once_it_is_back(
    rows, view, house, image, until
):
    made = house.add(image(1), "#10c010")
    file = house.gallery.picture_path(made)
    file.rename(house.root / "away.png")
    rows.images_wanted.connect(lambda ids: rows.put_images(house.library.images(ids)))
    rows.set_listing(Listing(ids=array("I", [made.id]), days=((date.today(), 1),)))
    rows.put_images([made])
    view.grab()
    await until(lambda: view._thumbnails.problem(made.id))
    (house.root / "away.png").rename(file)

    rows.refresh([])

    await until(lambda: view.grab().toImage().pixelColor(centre(view, 0)).green() > 150)


def test_a_picture_is_dragged_as_its_file(rows, view, house, image):
    rows.set_listing(listing(3))
    rows.put_images([image(3), image(2)])
    click(view, centre(view, 0))
    click(view, centre(view, 1), Qt.KeyboardModifier.ControlModifier)

    urls = view.dragged().urls()
    paths = [url.toLocalFile() for url in urls]
    assert paths == [str(house.gallery.picture_path(image(nr))) for nr in (3, 2)]


def test_a_bug_while_dragging_is_reported_and_goes_no_further(
    rows, thumbnails, theme, qtbot, image
):
    def broken(image):
        raise LookupError("a bug")

    view = GalleryView(rows, thumbnails, theme, broken)
    qtbot.addWidget(view)
    rows.set_listing(listing(1))
    rows.put_images([image(1)])
    view.selectAll()
    with qtbot.captureExceptions() as caught:
        view.startDrag(Qt.DropAction.CopyAction)
    assert [kind for kind, _, _ in caught] == [LookupError]


def test_the_menu_of_a_picture_opens_by_mouse_and_by_key_but_not_for_what_is_none(rows, view):
    rows.set_listing(listing(10))
    wanted = Heard(view.menu_wanted)
    QApplication.sendEvent(view.viewport(), menu_event(view, centre(view, 3)))
    view.setCurrentIndex(rows.index(1, 0))
    QApplication.sendEvent(view.viewport(), menu_event(view, QPoint(), by_key=True))
    QApplication.sendEvent(view.viewport(), menu_event(view, QPoint(1, 1)))
    assert wanted.said == [view.viewport().mapToGlobal(centre(view, row)) for row in (3, 1)]
