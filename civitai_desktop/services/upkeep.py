"""Keeps the pictures folder usable and the library in step with it, from the start on."""

from collections.abc import Callable

from civitai_desktop.domain.errors import FolderUnusable
from civitai_desktop.domain.events import Event, FolderChanged
from civitai_desktop.services.polling import pauses
from civitai_desktop.services.ports import FolderLook, Sleep
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.files import PictureFolder


class Upkeep:
    """What is done for the folder once at every start, as soon as that is possible."""

    def __init__(
        self,
        folder: PictureFolder,
        imports: FolderLook,
        disk: DiskThread,
        tell: Callable[[Event], None],
        *,
        sleep: Sleep,
    ) -> None:
        self._folder = folder
        self._imports = imports
        self._disk = disk
        self._tell = tell
        self._sleep = sleep

    async def run(self) -> None:
        """Wait until the folder can be used, clear it of what was left, and look through it.

        A folder that is locked, read-only or away is told, and tried again by itself.
        """
        problem = ""
        for pause_s in pauses():
            try:
                await self._disk.run(self._folder.get_ready)
            except FolderUnusable as error:
                if problem != str(error):
                    problem = str(error)
                    self._tell(FolderChanged(f"{problem} It is tried again by itself."))
                await self._sleep(pause_s)
            else:
                break
        if problem:
            self._tell(FolderChanged())
        await self._imports.run(quiet=True)
