"""What is under way, a second time: a small file each, for the day the library is damaged."""

import hashlib
import json
import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.storage import rows
from civitai_desktop.storage.atomic import sweep_drafts, write_whole
from civitai_desktop.storage.private import make_private

log = logging.getLogger(__name__)

_NO_OWNER_NO_HOLD = ("", "")
_NOT_READABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)
"""What reading a damaged file may raise; `RecursionError` besides, where it is nested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A generation as its file tells it.

    Attributes:
        is_proven: Whether the file is byte for byte what was written. Files of version 0.1 carry
            no digest: what they say counts only where nothing else is known.
    """

    generation: Generation
    is_proven: bool


class Journal:
    """Keeps every generation that is not at its end beside the library, and apart from it.

    A lost library is rebuilt from the pictures; this is for those that are paid for and are not
    pictures yet. It never raises: while the library takes a row, nothing depends on it.

    A file is called after its generation, and holds the digest of the rest as its first line: a
    flipped bit must not make another generation, which would be sent and paid for. The digest
    proves the content: what lies under another name is brought back by it, once.

    Attributes:
        damaged: Ids, by their files' names, of what could not be read; the files are set aside.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.damaged: list[str] = []

    def keep(self, generation: Generation) -> None:
        """Write down how far a generation has come, or that it is over."""
        path = self._path(generation.id)
        try:
            if generation.state.is_terminal:
                path.unlink(missing_ok=True)
            else:
                make_private(self._folder)
                write_whole(path, _written(generation))
        except OSError as error:
            log.warning("%s is not kept beside the library: %s", generation.id, error)

    def read(self) -> list[Kept]:
        """Return what was under way when it was written last.

        What cannot be read is left out. It stays for the next start, or under another name if it
        is damaged.
        """
        sweep_drafts(self._folder)
        found: dict[str, Kept] = {}
        astray: dict[Path, Kept] = {}
        for path in sorted(self._folder.glob("*.json")):
            try:
                if path.is_file():
                    kept = _read(path.read_bytes(), path.stem)
                    if path.stem == kept.generation.id:
                        found[path.stem] = kept
                    else:
                        astray[path] = kept
            except OSError as error:
                log.warning("%s is left out: %s", path.name, error)
            except (RecursionError, *_NOT_READABLE) as error:
                self.refuse(path.stem, error)
        return [*found.values(), *self._brought_back(astray, found)]

    def _brought_back(self, astray: dict[Path, Kept], found: Collection[str]) -> list[Kept]:
        """Give what lies under another name its own; what is there already is set aside."""
        back: dict[str, Kept] = {}
        for path, kept in astray.items():
            generation_id = kept.generation.id
            if generation_id in found or generation_id in back:
                self.refuse(path.stem, ValueError("it is called after another generation"))
                continue
            back[generation_id] = kept
            # By way of a third name: each may lie under that of the other.
            with suppress(OSError):
                path.replace(self._path(f"{generation_id}.astray"))
        for generation_id in back:
            with suppress(OSError):
                self._path(f"{generation_id}.astray").replace(self._path(generation_id))
        return list(back.values())

    def refuse(self, generation_id: str, error: Exception) -> None:
        """Set aside what makes no sense."""
        path = self._path(generation_id)
        log.warning("%s is damaged: %s", path.name, type(error).__name__)
        self.damaged.append(generation_id)
        with suppress(OSError):
            path.replace(path.with_name(f"{path.stem}.damaged"))

    def _path(self, generation_id: str) -> Path:
        return self._folder / f"{generation_id}.json"


def _written(generation: Generation) -> bytes:
    row = json.dumps(rows.generation_row(generation)).encode()
    return b"%s\n%s" % (_digest(row), row)


def _read(content: bytes, generation_id: str) -> Kept:
    """Read a file.

    Raises:
        ValueError: It is not what was written, or, without a digest, not under this name.
        KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError: The same,
            of a file without a digest.
    """
    digest, _, row = content.partition(b"\n")
    is_proven = bool(row) and digest == _digest(row)
    if not is_proven and not content.startswith(b"["):
        raise ValueError("the digest is another one")
    read = json.loads(row if is_proven else content)
    if not is_proven:
        read = [*_plain(read), *_NO_OWNER_NO_HOLD]
    generation = rows.generation(tuple(read))
    if not is_proven and generation.id != generation_id:
        raise ValueError("it is called after another generation")
    return Kept(generation=generation, is_proven=is_proven)


def _digest(row: bytes) -> bytes:
    return hashlib.sha256(row).hexdigest().encode()


_TEXT, _NUMBER, _NOTHING = str, int, type(None)
_TYPES: tuple[tuple[type, ...], ...] = (
    *[(_TEXT,)] * 6,
    (_NUMBER,),
    (_NUMBER, _NOTHING),
    (_TEXT,),
    (_NUMBER,),
    (_TEXT, _NOTHING),
    (_NUMBER, _NOTHING),
    (_TEXT,),
    (bool, _NUMBER),
    (_NUMBER,),
    (_TEXT,),
)
"""Of the columns of `rows.GENERATIONS` that version 0.1 had."""


def _plain(read: Any) -> list[Any]:
    """Return a row without a digest, whose columns are at least of the right types.

    Raises:
        ValueError, TypeError: They are not.
    """
    for column, types in zip(read, _TYPES, strict=True):
        if type(column) not in types:
            raise ValueError("a column is of another type")
    return list(read)


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
        owner=known.owner if known.owner and known.owner.is_known else kept.owner,
    )
    if further.workflow_id is not None:
        further = replace(further, state=GenerationState.RUNNING)
    return None if further == known else further


def perhaps_sent(generation: Generation) -> Generation:
    """Return a generation whose row may be behind, so that it is looked up before it is sent.

    Without an owner it was never sent: who sends it is written down before.
    """
    never_sent = generation.state is GenerationState.WAITING
    if never_sent and generation.owner and generation.owner.is_known:
        return replace(generation, state=GenerationState.SENDING)
    return generation
