"""Recognises a picture whose bytes are other ones by now, by what is left of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from civitai_desktop.storage.names import common_spelling
from civitai_desktop.storage.placed import Placed
from civitai_desktop.storage.scan import FileStat

_ENOUGH = 2
"""Kinds of evidence that make a changed file the picture that is missing: one may be chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What a new file may have in common with a picture that is missing.

    Attributes:
        born_ns: When the file began to be, nanoseconds since 1970; None where nobody knows.
        prompt: Of the text in it; "" if there is none.
    """

    path: str
    stat: FileStat
    born_ns: int | None
    prompt: str
    seed: int | None


class Likeness:
    """Recognises pictures that were moved and changed at once, by what is left of them.

    Two must agree of the file's name, the file itself under another name, and its prompt and
    seed; of one that was never read since it was saved, with our text in it, its size counts too.
    """

    def __init__(self, lost: Iterable[Placed]) -> None:
        self._lost = {row.id: row for row in lost}
        self._by: dict[tuple[str, str | int], list[int]] = defaultdict(list)
        for row in self._lost.values():
            # The text alone is never enough, so that one of these agrees.
            self._by["name", _name(row.path)].append(row.id)
            if row.inode:
                self._by["inode", row.inode].append(row.id)
            if row.was_never_read:
                self._by["size", row.size_bytes].append(row.id)

    def take(self, file: Traces) -> Placed | None:
        """Return the lost picture that this file is, which is then lost no more; None if none."""
        stat = file.stat
        marks = (("name", _name(file.path)), ("inode", stat.inode), ("size", stat.size_bytes))
        near = {image_id for mark in marks for image_id in self._by.get(mark, ())}
        agreeing = {each: _agreeing(self._lost[each], file) for each in near & self._lost.keys()}
        best = max(agreeing.values(), default=0)
        alike = [image_id for image_id, marks in agreeing.items() if marks == best]
        if best < _ENOUGH or len(alike) != 1:
            return None
        return self._lost.pop(alike[0])

    def left(self) -> list[Placed]:
        """List the pictures that are lost still."""
        return list(self._lost.values())


def _agreeing(row: Placed, file: Traces) -> int:
    return sum(
        (
            _name(file.path) == _name(row.path),
            _is_same_file(row, file),
            row.was_never_read and file.stat.size_bytes == row.size_bytes,
            bool(file.prompt) and _is_same_prompt(row, file) and file.seed == row.seed,
        )
    )


def _is_same_file(row: Placed, file: Traces) -> bool:
    """Tell whether a picture's own file was renamed and then written to.

    Its number alone says little: a deleted file's is given away to the next one.
    """
    if not file.stat.inode or file.stat.inode != row.inode or row.modified_ns is None:
        return False
    if file.born_ns is None:
        return not file.prompt or _is_same_prompt(row, file)
    return file.born_ns <= row.modified_ns


def _is_same_prompt(row: Placed, file: Traces) -> bool:
    return _squeezed(file.prompt) == _squeezed(row.prompt)


def _name(path: str) -> str:
    return common_spelling(PurePosixPath(path).name)


def is_same_text(prompt: str, seed: int | None, row: Placed) -> bool:
    """Tell whether a file's text still speaks of the picture that lay there before."""
    if not prompt:
        return True
    return _squeezed(prompt) == _squeezed(row.prompt) or (seed is not None and seed == row.seed)


def _squeezed(prompt: str) -> str:
    return " ".join(prompt.split())
