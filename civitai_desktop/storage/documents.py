"""JSON documents: files of the data folder, and those that people edit and pass on."""

import json
import logging
from itertools import count
from pathlib import Path
from typing import Any

from civitai_desktop.storage.atomic import write_whole
from civitai_desktop.storage.values import written

log = logging.getLogger(__name__)


def read_document(path: Path) -> Any:
    """Return what a file holds, in whichever encoding an editor has left it.

    That is UTF-8, or UTF-16 or UTF-32, with or without a byte order mark: Notepad and PowerShell
    write each of them, as "UTF-8 with BOM" and "Unicode".

    Raises:
        OSError: It is not there, or cannot be read.
        ValueError: It is no JSON.
    """
    content = path.read_bytes()
    try:
        # From bytes, json finds the encoding out by itself, as RFC 4627 tells.
        return json.loads(content)
    except RecursionError as error:
        raise ValueError(f"{path.name} is nested too deeply") from error


def write_document(path: Path, document: object) -> None:
    """Keep a document, whole or not at all.

    Raises:
        OSError: The disk does not take it; the old file is then unchanged.
    """
    # Half an emoji, which a broken text may hold, is read back as it was.
    write_whole(path, written(document, indent=1).encode(errors="surrogatepass"))


def set_aside(path: Path) -> Path | None:
    """Give a damaged file a name that no save overwrites; None where it cannot be renamed."""
    names = (f"{path.stem}-damaged{'' if n == 1 else f'-{n}'}{path.suffix}" for n in count(1))
    aside = next(each for each in map(path.with_name, names) if not each.exists())
    try:
        return path.replace(aside)
    except OSError as error:
        log.warning("%s cannot be renamed: %s", path.name, error)
        return None
