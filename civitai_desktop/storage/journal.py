"""What is under way, a second time: a small file each, for the day the library is damaged."""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.storage import rows
from civitai_desktop.storage.atomic import write_whole
from civitai_desktop.storage.private import make_private

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
                make_private(self._folder)
                write_whole(path, json.dumps(rows.generation_row(generation)).encode())
        except OSError as error:
            log.warning("%s is not kept beside the library: %s", generation.id, error)

    def __iter__(self) -> Iterator[Generation]:
        """Return what was under way when it was written last; what cannot be read is left out.

        It stays for the next start, or under another name if it is damaged.
        """
        for path in sorted(self._folder.glob("*.json")):
            try:
                yield rows.generation(tuple(json.loads(path.read_bytes())))
            except OSError as error:
                log.warning("%s is left out: %s", path.name, error)
            except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
                log.warning("%s is damaged: %s", path.name, error)
                with suppress(OSError):
                    path.replace(path.with_suffix(".damaged"))

    def _path(self, generation_id: str) -> Path:
        return self._folder / f"{generation_id}.json"


def further_of(known: Generation, kept: Generation) -> Generation | None:
    """Return an open generation with what the journal knows beyond its row; None if nothing.

    A row is behind where the library was put back from a copy: what it calls never sent would be
    sent again, and what was canceled would go on.
    """
    further = replace(
        known,
        state=kept.state if known.state is GenerationState.WAITING else known.state,
        workflow_id=known.workflow_id or kept.workflow_id,
        dismissed=known.dismissed or kept.dismissed,
    )
    if further.workflow_id is not None:
        further = replace(further, state=GenerationState.RUNNING)
    return None if further == known else further
