"""Whole files or none."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write `text` so that a crash leaves the old file or the new one, never half of it.

    Raises:
        OSError: Disk full, or no permission; `path` is then unchanged.
    """
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
