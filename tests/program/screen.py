"""The program on the test's own loop: what someone before the screen does and sees."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListView, QWidget

from civitai_desktop.app import run
from civitai_desktop.crash import CrashReporter
from civitai_desktop.domain.generation import Image
from civitai_desktop.options import Options
from civitai_desktop.places import Places
from civitai_desktop.ui.gallery.model import GalleryListModel
from civitai_desktop.ui.runtime.application import Application
from civitai_desktop.ui.runtime.single_instance import SingleInstance
from civitai_desktop.ui.window.main_window import MainWindow


class Screen:
    """Finds controls by the accessible names that the design promises, and uses them as a user.

    Attributes:
        window: The program's window.
        instance: Holds the data folder; the wish of a second start arrives there.
    """

    def __init__(self, window: MainWindow, instance: SingleInstance) -> None:
        self.window = window
        self.instance = instance

    def shows(self, name: str) -> bool:
        """Tell whether a control of this name can be seen."""
        return bool(self._seen(name))

    def find(self, name: str) -> QWidget:
        """Return the one control of this name that can be seen, in the window or its dialog."""
        found = self._seen(name)
        assert len(found) == 1, f"{len(found)} controls named {name} can be seen"
        return found[0]

    def type(self, name: str, text: str) -> None:
        """Type over what a field holds, key by key."""
        self._empty(name)
        QTest.keyClicks(self.find(name), text)

    def paste(self, name: str, text: str) -> None:
        """Paste over what a field holds."""
        QGuiApplication.clipboard().setText(text)
        self._empty(name)
        QTest.keyClick(self.find(name), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def click(self, name: str) -> None:
        """Press a button with the mouse."""
        QTest.mouseClick(self.find(name), Qt.MouseButton.LeftButton)

    def select(self, tile: QModelIndex) -> None:
        """Click a tile."""
        view = self._gallery()
        middle = view.visualRect(tile).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)

    def said(self, name: str) -> str:
        """Return what a screen reader adds to a control's name; "" while it cannot be seen."""
        return self.find(name).accessibleDescription() if self.shows(name) else ""

    def read(self, name: str) -> str:
        """Return the text of a control; "" while it cannot be seen."""
        if not self.shows(name):
            return ""
        control = self.find(name)
        return str(control.property("plainText") or control.property("text") or "")

    def said_of_preview(self) -> str:
        """Return what stands in place of the selected picture; "" while it is shown."""
        if not self.shows("Favourite"):
            return ""
        return self.find("Favourite").parentWidget().accessibleDescription()

    def complaints(self) -> list[str]:
        """Return the sentences that stand under fields."""
        labels = [each for each in self.window.findChildren(QLabel) if each.isVisible()]
        return [each.text() for each in labels if each.property("kind") == "complaint"]

    def action(self, action_id: str) -> QAction:
        """Return an action of the menu."""
        found = self.window.findChild(QAction, f"action_{action_id}")
        assert isinstance(found, QAction)
        return found

    @property
    def is_idle(self) -> bool:
        """Tell whether no generation is under way."""
        return self.read("Queue") == "No jobs"

    def tiles(self) -> list[QModelIndex]:
        """Return the gallery's items, live tiles first."""
        rows = self._gallery().model()
        return [rows.index(row, 0) for row in range(rows.rowCount())]

    def names(self) -> list[str]:
        """Return the names of the gallery's items."""
        return [str(tile.data(Qt.ItemDataRole.AccessibleTextRole)) for tile in self.tiles()]

    def pictures(self) -> list[Image]:
        """Return the rows of the tiles that are saved pictures and not still to come."""
        images = [tile.data(GalleryListModel.ImageRole) for tile in self.tiles()]
        return [image for image in images if image is not None]

    def has_finished(self, images: int) -> bool:
        """Tell whether there are so many pictures and no more to come."""
        return self.is_idle and len(self.pictures()) == images

    def has_painted(self, tile: QModelIndex) -> bool:
        """Tell whether a tile shows a picture: more colours than a plate, a ring and a word."""
        view = self._gallery()
        shown = view.viewport().grab(view.visualRect(tile)).toImage()
        points = [(x, y) for x in range(0, shown.width(), 4) for y in range(0, shown.height(), 4)]
        return len({shown.pixel(*point) for point in points}) > 100

    def _seen(self, name: str) -> list[QWidget]:
        everything = self.window.findChildren(QWidget)
        return [each for each in everything if each.accessibleName() == name and each.isVisible()]

    def _gallery(self) -> QListView:
        gallery = self.find("Gallery")
        assert isinstance(gallery, QListView)
        return gallery

    def _empty(self, name: str) -> None:
        field = self.find(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Backspace)


@asynccontextmanager
async def program(
    options: Options, *, is_empty: bool = False, **settings: float
) -> AsyncIterator[Screen]:
    """Run the program while the block lasts; then close it as its user would.

    Args:
        is_empty: The window is looked for as soon as it is there, with nothing in it.
        settings: See `run`.
    """
    application = QApplication.instance()
    assert isinstance(application, Application)
    places = Places(options)
    instance = SingleInstance(places.data)
    assert instance.take()
    running = asyncio.create_task(
        run(application, instance, options, places, CrashReporter(), **settings)
    )
    try:
        yield Screen(await _window(running, is_empty), instance)
    finally:
        application.quit_wanted.emit()
        await running
        instance.release()


async def _window(running: "asyncio.Task[None]", is_empty: bool) -> MainWindow:
    while not running.done():
        for widget in QApplication.topLevelWidgets():
            is_ours = isinstance(widget, MainWindow) and widget.isVisible()
            if is_ours and (widget.workspace or is_empty):
                return widget
        await asyncio.sleep(0.01)
    await running
    raise AssertionError("the program ended before it showed its window")
