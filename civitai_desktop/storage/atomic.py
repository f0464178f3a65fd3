"""Whole files or none."""

import os
from contextlib import suppress
from pathlib import Path

from civitai_desktop.storage.private import private_opener


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` so that a crash leaves the old file or the new one, never half of it.

    Only its owner may read the file.

    For one thread at a time and file: it is drafted beside `path`, always under the same name.

    Raises:
        OSError: Disk full, or no permission; `path` is then unchanged.
    """
    draft = path.with_suffix(".part")
    try:
        with open(draft, "wb", opener=private_opener) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


def sweep_drafts(*folders: Path) -> None:
    """Remove what a killed run had begun to write in these folders.

    Before anything else writes there. What cannot be removed is left for the next time.
    """
    for folder in folders:
        with suppress(OSError):
            for draft in folder.glob("*.part"):
                with suppress(OSError):
                    draft.unlink()
