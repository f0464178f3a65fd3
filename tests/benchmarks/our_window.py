"""The program, timed to its first paint, the first letter typed, and a screenful of pictures.

The moments are told as the system-wide `time.monotonic()`, to be compared with the moment at
which the parent started this process.
"""

import gc
import sys
import time


def tell(what: str) -> None:
    print(what, time.monotonic(), flush=True)


def main() -> None:
    gc.disable()  # as `civitai_desktop.__main__` does before it loads the rest
    from PySide6.QtCore import QCoreApplication, QEvent, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QPlainTextEdit

    from civitai_desktop.app import Services
    from civitai_desktop.ui.gallery.model import GalleryListModel
    from civitai_desktop.ui.window.shell import Shell
    from tests.benchmarks import inside

    async def work(shell: Shell, _services: Services) -> None:
        view = inside.gallery_view(shell)

        def in_sight() -> list[int]:
            rows = view._grid.rows_between(0, view.viewport().height())
            return [view.model().index(row, 0).data(GalleryListModel.IdRole) for row in rows]

        prompt = shell.window.findChild(QPlainTextEdit, "prompt")

        def painted() -> None:
            tell("painted")
            letter = QKeyEvent(
                QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"
            )
            QCoreApplication.postEvent(prompt, letter)

        def typed() -> None:
            tell("typed")

        prompt.textChanged.connect(typed)
        shell.window.painted.connect(painted)
        await inside.tiles_shown(view, in_sight)
        tell("pictures")
        await shell.painted.wait()

    inside.run(sys.argv[1:], work)


main()
