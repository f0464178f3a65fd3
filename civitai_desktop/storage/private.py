"""Folders and files that nobody but their owner may read."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_private(folder: Path) -> None:
    """Make `folder` if it is not there, for its owner alone; one that is there stays as it is.

    Raises:
        OSError: It cannot be made.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def private_opener(path: str, flags: int) -> int:
    """Open a file for `open(..., opener=...)` so that a new one is its owner's alone."""
    return os.open(path, flags, FILE_MODE)


def close_to_others(folder: Path, files: Iterable[Path]) -> None:
    """Take a folder and files in it, made by an older version or by hand, from everybody else.

    What is not there, or is somebody else's, is passed over: it is no obstacle to a start.
    """
    for path, mode in ((folder, FOLDER_MODE), *((each, FILE_MODE) for each in files)):
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(mode)
