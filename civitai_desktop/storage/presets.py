"""Presets as a JSON file: the user's own, and those that are passed on."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from civitai_desktop.domain.errors import PresetsUnusable
from civitai_desktop.domain.preset import Preset
from civitai_desktop.storage.documents import read_document, write_document
from civitai_desktop.storage.values import frozen

FORMAT = 1
"""The version of the file's form. A file of a later one is left alone."""

_LARGEST = 16 * 2**20
"""Bytes beyond which a file is taken for something else than presets."""

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
"""What reading raises at a file that holds something else."""


class PresetFile:
    """The user's presets. What cannot be read is set aside, never overwritten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unread: PresetsUnusable | None = None

    def load(self) -> tuple[list[Preset], str]:
        """Return the presets, and what happened to those that could not be read; "" usually.

        Raises:
            PresetsUnusable: They are of a newer version, or the disk does not give them, or
                does not let them be set aside.
        """
        try:
            presets, damaged = read_presets(self._path)
        except FileNotFoundError:
            return [], ""
        except _NewerForm as error:
            self._unread = error
            raise
        except UNREADABLE:
            presets, damaged = [], 1
        except OSError as error:
            self._unread = PresetsUnusable(
                f"Your presets cannot be read: {error.strerror}.",
                next_step=f"Make {self._path} readable, and start Civitai Desktop again.",
            )
            raise self._unread from error
        if not damaged:
            return presets, ""
        aside = self._set_aside()
        if aside is None:
            self._unread = PresetsUnusable(
                "Your presets are damaged, and their file cannot be renamed.",
                next_step=f"Rename {self._path} yourself, and start Civitai Desktop again.",
            )
            raise self._unread
        self.save(presets)
        some = "Some of your" if presets else "Your"
        return presets, f"{some} presets are damaged. The file is kept as {aside.name}."

    def save(self, presets: Iterable[Preset]) -> None:
        """Keep `presets`.

        Raises:
            PresetsUnusable: The disk does not take them, or would lose those that could not be
                read; the file is unchanged.
        """
        if self._unread is not None:
            # What is written now would take the place of what is there and was not read.
            raise self._unread
        try:
            write_presets(self._path, presets)
        except OSError as error:
            raise PresetsUnusable(
                f"The presets cannot be kept: {error.strerror}.",
                next_step="Make the data folder writable, or free some space, and try again.",
            ) from error

    def _set_aside(self) -> Path | None:
        """Give the file a name that no save overwrites; None where it cannot be renamed."""
        names = (self._path.with_name(f"{self._path.stem}-damaged-{n}.json") for n in count(1))
        aside = next(path for path in names if not path.exists())
        try:
            return self._path.replace(aside)
        except OSError:
            return None


def read_presets(path: Path) -> tuple[list[Preset], int]:
    """Return the presets in a file, and how many could not be read.

    Raises:
        PresetsUnusable: They are of a newer version.
        One of `UNREADABLE`: It is no file of presets.
        OSError: It cannot be read.
    """
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path.name} is too large for presets")
    document = read_document(path)
    if document["format"] > FORMAT:
        raise _NewerForm
    presets: list[Preset] = []
    rows = document["presets"]
    for row in rows:
        with suppress(*UNREADABLE):
            presets.append(_preset(row))
    return presets, len(rows) - len(presets)


def write_presets(path: Path, presets: Iterable[Preset]) -> None:
    """Write a file of presets.

    Raises:
        OSError: The disk does not take it.
    """
    rows: Sequence[dict[str, Any]] = [
        {"name": each.name, "engine": each.engine, "values": dict(each.values)} for each in presets
    ]
    document = {"format": FORMAT, "presets": rows}
    write_document(path, document)


class _NewerForm(PresetsUnusable):
    """The file is of a version this program does not know."""

    def __init__(self) -> None:
        super().__init__(
            "These presets were made by a newer Civitai Desktop; they are left as they are.",
            next_step="Install the newest Civitai Desktop.",
        )


def _preset(row: dict[str, Any]) -> Preset:
    name, engine = row["name"], row["engine"]
    if not (isinstance(name, str) and name.strip() and isinstance(engine, str)):
        raise TypeError("a preset needs a name and an engine")
    values = {str(field): frozen(value) for field, value in row["values"].items()}
    return Preset(name=name.strip(), engine=engine, values=values)
