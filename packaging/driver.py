"""Drives the real program from inside its own loop, by the names a screen reader sees."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QListView, QPlainTextEdit, QWidget

from civitai_desktop.app import run
from civitai_desktop.crash import CrashReporter
from civitai_desktop.options import Options
from civitai_desktop.places import Places
from civitai_desktop.ui.runtime.application import Application
from civitai_desktop.ui.runtime.loop import Loop
from civitai_desktop.ui.runtime.single_instance import SingleInstance
from civitai_desktop.ui.window.main_window import MainWindow

W = TypeVar("W", bound=QWidget)
_PATIENCE_S = 60.0


class Driver:
    """Types, clicks and waits in a window that is running."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def find(self, kind: type[W], name: str) -> W:
        """Return the widget with this objectName."""
        found = self.window.findChild(kind, name)
        if found is None:
            raise LookupError(f"there is no {kind.__name__} named {name}")
        return found

    def shows(self, name: str) -> bool:
        """Tell whether there is a widget with this objectName by now, and it can be seen."""
        found = self.window.findChild(QWidget, name)
        return found is not None and found.isVisible()

    def type(self, text: str) -> None:
        """Type over the prompt."""
        prompt = self.find(QPlainTextEdit, "prompt")
        prompt.setFocus()
        prompt.selectAll()
        QTest.keyClicks(prompt, text)

    def click(self, name: str) -> None:
        """Press a button."""
        QTest.mouseClick(self.find(QAbstractButton, name), Qt.MouseButton.LeftButton)

    def choose(self, action_id: str) -> None:
        """Choose from the menu."""
        action = self.window.findChild(QAction, f"action_{action_id}")
        if action is None:
            raise LookupError(f"there is no action {action_id}")
        action.trigger()

    def press(self, key: Qt.Key, on: QWidget | None = None) -> None:
        """Press a key."""
        QTest.keyClick(on or self.window, key)

    @property
    def gallery(self) -> QListView:
        """Return the gallery's list."""
        return self.find(QListView, "gallery")

    def names(self) -> list[str]:
        """Return the names of the gallery's items."""
        rows = self.gallery.model()
        return [str(rows.index(row, 0).data()) for row in range(rows.rowCount())]

    async def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds.

        Raises:
            TimeoutError: It does not, within a minute.
        """
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not holds():  # noqa: ASYNC110  there is no event for what a user sees
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"waited a minute for {what}") from None

    async def picture(self, path: Path, settle_s: float = 0.6) -> None:
        """Write a picture of the window once it stands still."""
        await asyncio.sleep(settle_s)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.window.grab().save(str(path))


def drive(options: Options, work: Callable[[Driver], Coroutine[Any, Any, None]]) -> int:
    """Start the program, let `work` drive it, and close it as a user would."""
    application = _application()
    places = Places(options)
    reporter = CrashReporter()
    reporter.install(places.log)
    failures: list[BaseException] = []

    async def both() -> None:
        instance = SingleInstance(places.data)
        program = asyncio.create_task(run(application, instance, options, places, reporter))
        try:
            await work(Driver(await _window(program)))
        except (LookupError, TimeoutError) as error:
            failures.append(error)
        application.quit_wanted.emit()
        await program

    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        runner.get_loop().set_exception_handler(reporter.loop_failed)
        runner.run(both())
    reporter.uninstall()
    for failure in failures:
        print(f"The demonstration failed: {failure}", file=sys.stderr)
    return 1 if failures else 0


def _application() -> Application:
    existing = Application.instance()
    return existing if isinstance(existing, Application) else Application(sys.argv[:1])


async def _window(program: "asyncio.Task[None]") -> MainWindow:
    while not program.done():
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, MainWindow) and widget.workspace is not None:
                return widget
        await asyncio.sleep(0.05)
    raise LookupError("the program ended before it showed its window")
