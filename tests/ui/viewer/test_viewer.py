"""The viewer over a real library and real files, driven by keyboard and mouse."""

from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import PIL.Image
import pytest
import pytest_asyncio
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QToolButton

from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.generation import Generation, GenerationRequest, Image
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.thumbnails import Thumbnails
from civitai_desktop.ui.viewer.canvas import Canvas
from civitai_desktop.ui.viewer.presenter import Place, ViewerPresenter
from civitai_desktop.ui.viewer.viewer import Viewer

COLOURS = [(200, 40, 40), (40, 200, 40), (40, 40, 200), (200, 200, 40), (200, 40, 200)]
SIZE = (1600, 800)


class Order:
    """The gallery's order, as the gallery's list would tell it."""

    def __init__(self) -> None:
        self.listed = array("I")

    def ids(self) -> Sequence[int]:
        return self.listed


@dataclass
class House:
    """Five pictures, and the viewer that covers a window."""

    gallery: Gallery
    order: Order
    presenter: ViewerPresenter
    viewer: Viewer
    window: QMainWindow
    until: Callable[..., Awaitable[None]]
    images: list[Image] = field(default_factory=list)
    errors: list[CivitaiError] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    sharp: list[object] = field(default_factory=list)

    async def open(self, number: int) -> None:
        """Open a picture, and wait until it is sharp."""
        before = len(self.sharp)
        self.viewer.open(self.images[number])
        await self.until(lambda: len(self.sharp) > before)

    @property
    def canvas(self) -> Canvas:
        return self.viewer.findChild(Canvas)

    @property
    def here(self) -> int:
        """Which of the pictures is looked at, from 0."""
        return self.images.index(self.places[-1].image)

    def colour(self) -> QColor:
        return self.canvas.grab().toImage().pixelColor(self.canvas.rect().center())

    def button(self, name: str) -> QToolButton:
        return self.viewer.findChild(QToolButton, name)


def make_images(root: Path, library: Library) -> list[Image]:
    request = GenerationRequest(
        engine="z", values={}, step_type="imageGen", input={}, prompt="A tower"
    )
    library.add_generation(Generation(request=request))
    images = []
    for number, colour in enumerate(COLOURS):
        path = PurePosixPath(f"{number}.png")
        (root / "pictures").mkdir(exist_ok=True)
        PIL.Image.new("RGB", SIZE, colour).save(root / "pictures" / path)
        image = Image(
            generation_id=request.id,
            blob_id=str(number),
            index=number,
            path=path,
            prompt=f"Picture {number}",
            engine="z",
            seed=None,
            width=SIZE[0],
            height=SIZE[1],
            size_bytes=1,
            sha256="",
            saved_at=datetime.now(UTC),
        )
        images.append(library.add_image(image))
    return images


@pytest_asyncio.fixture
async def house(qtbot, tmp_path, until) -> AsyncIterator[House]:
    library = Library(tmp_path / "library.sqlite3")
    disk = DiskThread()
    errors: list[CivitaiError] = []
    folder, thumbnails = PictureFolder(tmp_path / "pictures"), Thumbnails(tmp_path / "thumbnails")
    gallery = Gallery(library, folder, thumbnails, disk, [].append)
    order = Order()
    presenter = ViewerPresenter(gallery, order, errors.append)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    viewer = Viewer(presenter, window)
    viewer.resize(1000, 700)
    window.show()
    house = House(gallery, order, presenter, viewer, window, until, errors=errors)
    house.images = make_images(tmp_path, library)
    order.listed = array("I", [image.id for image in house.images])
    presenter.moved.connect(house.places.append)
    presenter.picture_ready.connect(house.sharp.append)
    yield house
    await presenter.aclose()
    disk.close()
    library.close()


def wheel(canvas: Canvas, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


async def test_it_is_hidden_until_a_picture_is_opened(house):
    assert house.viewer.isHidden()
    await house.open(2)
    assert house.viewer.isVisible()
    assert house.colour() == QColor(*COLOURS[2])
    assert house.viewer.accessibleDescription() == "3 of 5. Picture 2"


async def test_the_names_are_those_that_were_promised(house):
    names = {each.accessibleName() for each in house.viewer.findChildren(QToolButton)}
    assert names == {"Previous picture", "Next picture", "Close viewer", "Favourite in viewer"}
    assert house.viewer.accessibleName() == "Viewer"


async def test_arrows_walk_and_stay_at_the_ends(house, qtbot, until):
    await house.open(3)
    qtbot.keyClick(house.viewer, Qt.Key.Key_Right)
    await until(lambda: house.here == 4 and house.colour() == QColor(*COLOURS[4]))
    assert not house.button("next_picture").isEnabled()

    qtbot.keyClick(house.viewer, Qt.Key.Key_Right)
    qtbot.keyClick(house.viewer, Qt.Key.Key_Left)
    await until(lambda: house.here == 3 and house.colour() == QColor(*COLOURS[3]))
    assert house.button("next_picture").isEnabled()


async def test_however_quickly_one_walks_the_last_picture_wins(house, qtbot, until):
    await house.open(0)
    for _ in range(4):
        qtbot.keyClick(house.viewer, Qt.Key.Key_Right)
    await until(lambda: house.here == 4 and house.colour() == QColor(*COLOURS[4]))
    assert [place.position for place in house.places] == [1, 5]


async def test_the_buttons_walk_too(house, qtbot, until):
    await house.open(2)
    qtbot.mouseClick(house.button("previous_picture"), Qt.MouseButton.LeftButton)
    await until(lambda: house.here == 1)
    qtbot.mouseClick(house.button("next_picture"), Qt.MouseButton.LeftButton)
    await until(lambda: house.here == 2)


async def test_a_thumbnail_stands_as_large_as_the_picture_will(house, qtbot):
    await house.open(0)
    small = QImage(320, 160, QImage.Format.Format_RGB32)
    small.fill(QColor(1, 2, 3))
    house.canvas.expect()
    house.canvas.show_thumbnail(small, QSize(*SIZE))
    assert house.canvas.camera.picture.toTuple() == SIZE
    assert house.colour() == QColor(1, 2, 3)

    qtbot.keyClick(house.viewer, Qt.Key.Key_1)
    house.canvas.show_picture(house.sharp[-1])
    assert house.canvas.camera.scale == 1
    assert house.colour() == QColor(*COLOURS[0])


async def test_a_thumbnail_turned_upright_turns_the_size_the_file_tells(house):
    await house.open(0)
    house.canvas.show_thumbnail(QImage(160, 320, QImage.Format.Format_RGB32), QSize(*SIZE))
    assert house.canvas.camera.picture.toTuple() == SIZE[::-1]


@pytest.mark.parametrize(
    ("thumbnail_px", "picture_px", "told"),
    [(320, 4000, [320, 4000]), (4000, 320, [320])],
    ids=["the usual case", "a thumbnail that comes too late"],
)
async def test_a_thumbnail_bridges_the_wait(house, until, thumbnail_px, picture_px, told):
    image = house.images[1]
    thumbnail = house.gallery.thumbnail_path(image.id)
    thumbnail.parent.mkdir(parents=True)
    PIL.Image.new("RGB", (thumbnail_px, thumbnail_px)).save(thumbnail, "PNG")
    PIL.Image.new("RGB", (picture_px, picture_px)).save(house.gallery.picture_path(image))
    widths = []
    house.presenter.thumbnail_ready.connect(lambda picture: widths.append(picture.width()))
    house.presenter.picture_ready.connect(lambda picture: widths.append(picture.full.width()))

    house.viewer.open(image)
    await until(lambda: picture_px in widths)

    assert widths == told


async def test_zooming_keys_wheel_and_double_click(house, qtbot):
    await house.open(0)
    camera = house.canvas.camera
    fitted = camera.scale
    qtbot.keyClick(house.viewer, Qt.Key.Key_Plus)
    assert camera.scale == pytest.approx(fitted * 1.25)
    qtbot.keyClick(house.viewer, Qt.Key.Key_Minus)
    assert camera.is_fitted
    qtbot.keyClick(house.viewer, Qt.Key.Key_1)
    assert camera.scale == 1
    qtbot.keyClick(house.viewer, Qt.Key.Key_0)
    assert camera.is_fitted

    wheel(house.canvas, QPoint(100, 300), 3)
    assert camera.scale == pytest.approx(fitted * 1.25**3)

    for expected in (fitted, 1.0):
        qtbot.mouseDClick(house.canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
        # Qt's own double click ends with the button down.
        qtbot.mouseRelease(house.canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
        assert camera.scale == pytest.approx(expected)


async def test_dragging_moves_the_picture_under_the_hand(house, qtbot):
    await house.open(0)
    qtbot.keyClick(house.viewer, Qt.Key.Key_1)
    before = house.canvas.camera.target().topLeft()
    left = Qt.MouseButton.LeftButton

    qtbot.mousePress(house.canvas, left, pos=QPoint(500, 300))
    qtbot.mouseMove(house.canvas, QPoint(460, 280))
    qtbot.mouseRelease(house.canvas, left, pos=QPoint(460, 280))

    assert (house.canvas.camera.target().topLeft() - before).toTuple() == (-40, -20)


async def test_the_next_picture_is_fitted_again(house, qtbot, until):
    await house.open(0)
    qtbot.keyClick(house.viewer, Qt.Key.Key_1)
    qtbot.keyClick(house.viewer, Qt.Key.Key_Right)
    await until(lambda: house.colour() == QColor(*COLOURS[1]))
    assert house.canvas.camera.is_fitted


async def test_another_size_of_the_window_keeps_the_zoom_and_fits_anew(house, qtbot, until):
    await house.open(0)
    qtbot.keyClick(house.viewer, Qt.Key.Key_1)
    house.viewer.resize(700, 500)
    await until(lambda: house.sharp[-1].fitted.width() == 700)
    assert house.canvas.camera.scale == 1


async def test_the_star_tells_a_favourite_and_makes_one(house, qtbot):
    await house.open(1)
    star = house.button("favourite_in_viewer")
    assert not star.isChecked()
    with qtbot.waitSignal(house.viewer.favourite_toggled) as toggled:
        star.click()
    assert toggled.args == [house.images[1].id, True]
    for number, shown in ((0, True), (1, False)):
        house.presenter.image_changed(replace(house.images[number], favourite=number == 0))
        assert star.isChecked() is shown, number


async def test_a_picture_that_another_program_has_changed_is_read_anew(house, until):
    await house.open(1)
    assert house.colour() == QColor(*COLOURS[1])
    PIL.Image.new("RGB", SIZE, (10, 20, 30)).save(house.gallery.picture_path(house.images[1]))

    house.presenter.look_again()

    await until(lambda: house.colour() == QColor(10, 20, 30))


async def test_nothing_is_read_anew_while_nothing_is_looked_at(house):
    house.presenter.look_again()
    assert house.viewer.isHidden()
    assert house.places == []


async def test_escape_gives_the_window_back(house, qtbot):
    closed = []
    house.viewer.closed.connect(lambda: closed.append(True))
    await house.open(0)
    qtbot.keyClick(house.viewer, Qt.Key.Key_Escape)
    assert closed == [True]
    assert house.viewer.isHidden()


async def test_keys_that_the_menu_has_too_belong_to_the_viewer(house, qtbot):
    menu = []
    action = QAction(house.window)
    action.setShortcut("Delete")
    action.triggered.connect(lambda: menu.append(True))
    house.window.addAction(action)
    asked = []
    house.viewer.delete_wanted.connect(asked.append)
    await house.open(1)

    qtbot.keyClick(house.viewer, Qt.Key.Key_Delete)

    assert asked == [house.images[1]]
    assert menu == []


async def test_a_key_unknown_to_it_is_left_to_others(house, qtbot):
    seen = []
    action = QAction(house.window)
    action.setShortcut("Ctrl+Left")
    action.triggered.connect(lambda: seen.append(True))
    house.window.addAction(action)
    await house.open(2)

    qtbot.keyClick(house.viewer, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)

    assert seen == [True]
    assert house.here == 2


async def test_what_is_covered_never_gets_the_keyboard(house, qtbot):
    field = QToolButton(house.window)
    field.show()
    await house.open(0)
    qtbot.keyClick(house.viewer, Qt.Key.Key_Tab)
    assert house.viewer.focusNextPrevChild(True)
    assert not field.hasFocus()


async def test_after_a_deletion_the_next_picture_takes_the_place(house, until):
    await house.open(1)
    await house.gallery.delete(house.images[1])
    house.order.listed.remove(house.images[1].id)
    house.presenter.gallery_changed()
    await until(lambda: house.here == 2 and house.colour() == QColor(*COLOURS[2]))
    assert (house.places[-1].position, house.places[-1].total) == (2, 4)


async def test_after_the_last_one_is_deleted_the_viewer_closes(house):
    house.order.listed = array("I", [house.images[0].id])
    await house.open(0)
    house.order.listed = array("I")
    house.presenter.gallery_changed()
    assert house.viewer.isHidden()


async def test_a_new_picture_in_the_gallery_changes_the_count_and_not_the_picture(house):
    await house.open(1)
    house.order.listed.insert(0, 999)
    house.presenter.gallery_changed()
    assert house.viewer.accessibleDescription() == "3 of 6. Picture 1"
    assert house.here == 1


async def test_a_missing_file_is_said_and_one_walks_on(house, qtbot, until):
    house.gallery.picture_path(house.images[1]).unlink()
    told = []
    house.presenter.picture_failed.connect(told.append)
    house.viewer.open(house.images[1])
    await until(lambda: told)
    assert "missing" in told[0]

    qtbot.keyClick(house.viewer, Qt.Key.Key_Right)
    await until(lambda: house.colour() == QColor(*COLOURS[2]))
    assert house.errors == []


async def test_a_picture_turned_by_its_camera_data_stands_upright(house):
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    path = house.gallery.picture_path(house.images[0])
    PIL.Image.new("RGB", (600, 300), COLOURS[0]).save(path, "JPEG", exif=exif)
    await house.open(0)
    assert house.canvas.camera.picture.toTuple() == (300, 600)


async def test_leaving_frees_the_memory_and_forgets_the_way(house, qtbot, until):
    await house.open(0)
    qtbot.keyClick(house.viewer, Qt.Key.Key_Escape)
    count = len(house.places)
    house.presenter.step(1)
    house.presenter.gallery_changed()
    await until(lambda: True)
    assert len(house.places) == count
