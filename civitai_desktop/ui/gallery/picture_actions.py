"""What one does with a picture's file outside the program: copy it, find it in its folder."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, QMimeData, QProcess, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from civitai_desktop.domain.errors import CivitaiError, NotAllowed, NotFound
from civitai_desktop.domain.generation import Image
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.tasks import TaskScope, Workers
from civitai_desktop.ui.shared.decoding import read_picture


class PictureActions:
    """Copies and shows picture files; what cannot be done goes to `on_error`."""

    def __init__(
        self,
        gallery: Gallery,
        on_error: Callable[[CivitaiError], None],
        *,
        platform: str = sys.platform,
    ) -> None:
        self._gallery = gallery
        self._platform = platform
        self._tasks = TaskScope(on_error)
        self._workers = Workers("picture-action", 1)

    def copy(self, image: Image) -> None:
        """Put a picture on the clipboard: its pixels for painting, its file for pasting."""
        self._tasks.spawn(self._copy(image), name="copy a picture")

    def show_in_folder(self, image: Image) -> None:
        """Open the file manager at a picture's file, or at its folder where it can do no more."""
        self._tasks.spawn(self._show_in_folder(image), name="show a picture in its folder")

    async def aclose(self) -> None:
        """Stop, and wait for the picture that is being decoded."""
        await self._tasks.aclose()
        await asyncio.to_thread(self._workers.close)

    async def _copy(self, image: Image) -> None:
        path = self._gallery.picture_path(image)
        picture = await self._workers.run(read_picture, path)
        content = QMimeData()
        content.setImageData(picture)
        content.setUrls([QUrl.fromLocalFile(str(path))])
        QGuiApplication.clipboard().setMimeData(content)

    async def _show_in_folder(self, image: Image) -> None:
        path = self._gallery.picture_path(image)
        if not await self._workers.run(path.exists):
            raise NotFound(f"The file {path} is missing.")
        command = reveal_command(path, self._platform)
        if command is None:
            opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
        else:
            program, *arguments = command
            opened, _process_id = QProcess.startDetached(program, arguments)
        if not opened:
            raise NotAllowed(
                f"No file manager opens {path.parent}.", next_step="Open the folder yourself."
            )


def reveal_command(path: Path, platform: str) -> list[str] | None:
    """Return the command that selects a file in the file manager, or None if there is none.

    Args:
        path: The file.
        platform: As `sys.platform` names it.
    """
    if platform == "win32":
        # Two arguments: Explorer does not take the path if the whole is quoted as one.
        return ["explorer", "/select,", QDir.toNativeSeparators(str(path))]
    if platform == "darwin":
        return ["open", "-R", str(path)]
    return None
