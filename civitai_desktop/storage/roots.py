"""Where the library's relative paths start, and what becomes of them in another folder."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from os.path import exists
from pathlib import Path

_LOOKED_FOR = 16
"""Pictures that tell whether the folder was moved: some may have been deleted by hand."""


def use_root(connection: sqlite3.Connection, root: Path) -> None:
    """Let relative paths start from `root`, and keep every path leading to its picture."""
    former = _stored(connection)
    if former == root:
        return
    if former is not None:
        has_moved = _has_moved(connection, root)
        stay = _left_behind(connection, former, root) if has_moved else _relative(connection)
        _write_out(connection, former, stay)
    _shorten(connection, root)
    # The next look finds out about the new folder.
    connection.execute("DELETE FROM copy")
    connection.execute("DELETE FROM setting WHERE name = 'mount'")
    connection.execute("INSERT OR REPLACE INTO setting VALUES ('root', ?)", (str(root),))


def _write_out(
    connection: sqlite3.Connection, root: Path, pictures: Iterable[tuple[int, Path]]
) -> None:
    """Write relative paths out in full, as they start from `root`."""
    _change(connection, [(str(root / path), image_id) for image_id, path in pictures])


def _left_behind(
    connection: sqlite3.Connection, former: Path, root: Path
) -> Iterator[tuple[int, Path]]:
    """Yield the pictures that were saved into the former folder after it had been moved.

    They are the newest; the search ends as soon as there are no more of them.
    """
    moved_in_a_row = 0
    for image_id, path in _relative(connection, "WHERE NOT missing"):
        if exists(root / path):  # noqa: PTH110  as below
            moved_in_a_row += 1
        elif exists(former / path):  # noqa: PTH110  as below
            moved_in_a_row = 0
            yield image_id, path
        if moved_in_a_row == _LOOKED_FOR:
            return


def _stored(connection: sqlite3.Connection) -> Path | None:
    found = connection.execute("SELECT value FROM setting WHERE name = 'root'").fetchone()
    return Path(found[0]) if found else None


def _has_moved(connection: sqlite3.Connection, root: Path) -> bool:
    """Tell whether the pictures lie under `root` by now: their folder was moved, or copied.

    One of the newest there is proof enough, as a name has its day and time in it. All of them are
    not asked for, since 100,000 questions hold up a start for minutes where a drive is slow.
    """
    newest = islice(_relative(connection, "WHERE NOT missing"), _LOOKED_FOR)
    # Not `Path.exists`, which raises where a folder must not be looked into.
    return any(exists(root / path) for _, path in newest)  # noqa: PTH110


def _relative(connection: sqlite3.Connection, which: str = "") -> Iterator[tuple[int, Path]]:
    """Yield id and path of the pictures with a relative one, the newest first."""
    # `which` is one of this module's own words.
    newest = f"SELECT id, path FROM image {which} ORDER BY id DESC"  # noqa: S608
    for image_id, text in connection.execute(newest):
        path = Path(text)
        if not path.is_absolute():
            yield image_id, path


def _shorten(connection: sqlite3.Connection, root: Path) -> None:
    """Make those paths relative that were written out while another folder was used.

    The import would take their files for new ones.
    """
    rows = connection.execute("SELECT id, path FROM image")
    under = [(image_id, Path(path)) for image_id, path in rows if Path(path).is_relative_to(root)]
    short = [(path.relative_to(root).as_posix(), image_id) for image_id, path in under]
    _change(connection, short)


def _change(connection: sqlite3.Connection, paths: list[tuple[str, int]]) -> None:
    connection.executemany("UPDATE image SET path = ? WHERE id = ?", paths)
