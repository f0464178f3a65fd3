"""The program, timed to the first paint of its window and to the first screenful of pictures.

Both moments are told as the system-wide `time.monotonic()`, to be compared with the moment at
which the parent started this process.
"""

import gc
import sys
import time


def tell(what: str) -> None:
    print(what, time.monotonic(), flush=True)


def main() -> None:
    gc.disable()  # as `civitai_desktop.__main__` does before it loads the rest
    from civitai_desktop.app import Services
    from civitai_desktop.ui.gallery.model import GalleryListModel
    from civitai_desktop.ui.shell import Shell
    from tests.benchmarks import inside

    async def work(shell: Shell, _services: Services) -> None:
        view = inside.gallery_view(shell)

        def in_sight() -> list[int]:
            rows = view._grid.rows_between(0, view.viewport().height())
            return [view.model().index(row, 0).data(GalleryListModel.IdRole) for row in rows]

        def painted() -> None:
            tell("painted")

        shell.window.painted.connect(painted)
        await inside.tiles_shown(view, in_sight)
        tell("pictures")
        await shell.painted.wait()

    inside.run(sys.argv[1:], work)


main()
