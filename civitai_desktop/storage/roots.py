"""Where the library's relative paths start, and what becomes of them in another folder."""

import sqlite3
from collections.abc import Iterator
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
    if former is not None and not _has_moved(connection, root):
        _write_out(connection, former)
    _shorten(connection, root)
    # The next look finds those of the new folder.
    connection.execute("DELETE FROM copy")
    connection.execute("INSERT OR REPLACE INTO setting VALUES ('root', ?)", (str(root),))


def _write_out(connection: sqlite3.Connection, root: Path) -> None:
    """Write all relative paths out in full, as they start from `root`."""
    _change(connection, [(str(root / path), image_id) for image_id, path in _relative(connection)])


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
