"""What is under way, a second time: a small file each, for the day the library is damaged."""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from civitai_desktop.domain.generation import Generation
from civitai_desktop.storage import rows
from civitai_desktop.storage.atomic import write_whole

log = logging.getLogger(__name__)


class Journal:
    """Keeps every generation that is not at its end beside the library, and apart from it.

    A lost library is rebuilt from the pictures; this is for those that are paid for and are not
    pictures yet. It never raises: while the library takes a row, nothing depends on it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, generation: Generation) -> None:
        """Write down how far a generation has come, or that it is over."""
        path = self._path(generation.id)
        try:
            if generation.state.is_terminal:
                path.unlink(missing_ok=True)
            else:
                self._folder.mkdir(exist_ok=True)
                write_whole(path, json.dumps(rows.generation_row(generation)).encode())
        except OSError as error:
            log.warning("%s is not kept beside the library: %s", generation.id, error)

    def __iter__(self) -> Iterator[Generation]:
        """Return what was under way when it was written last; what is damaged is left out."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                yield rows.generation(tuple(json.loads(path.read_bytes())))
            except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
                log.warning("%s is left out: %s", path.name, error)
                with suppress(OSError):
                    path.unlink()

    def _path(self, generation_id: str) -> Path:
        return self._folder / f"{generation_id}.json"
