"""The form as the user left it, kept on the disk thread."""

import logging

from civitai_desktop.domain.form import SavedForm
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.forms import FormFile

log = logging.getLogger(__name__)


class Forms:
    """Loads and keeps the form; a disk that is full costs the form's memory, nothing else."""

    def __init__(self, file: FormFile, disk: DiskThread) -> None:
        self._file = file
        self._disk = disk

    async def load(self) -> SavedForm:
        """Return the form as it was left, or an empty one where there is none.

        Raises:
            FormUnusable: It was damaged and is put aside.
        """
        return await self._disk.run(self._file.load)

    async def save(self, form: SavedForm) -> None:
        """Keep the form for the next start."""
        try:
            await self._disk.run(self._file.save, form)
        except OSError as error:
            log.warning("The form could not be kept: %s", error)
