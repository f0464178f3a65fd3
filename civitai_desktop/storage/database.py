"""Opens an SQLite file: checks it, mends what can be mended, brings it to this version."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from civitai_desktop.domain.errors import LibraryUnusable

_BACKUPS_KEPT = 3
_SIDE_FILES = ("-wal", "-shm")
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FAILURES = {
    sqlite3.SQLITE_FULL: ("the disk is full", "Free some space and try again."),
    sqlite3.SQLITE_IOERR: ("the disk failed", "Check the disk and start Civitai Desktop again."),
    sqlite3.SQLITE_READONLY: ("it is write-protected", "Make it and its folder writable."),
    sqlite3.SQLITE_PERM: ("access is denied", "Make it and its folder writable."),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "Make it and its folder writable."),
    sqlite3.SQLITE_BUSY: ("another program holds it", "Close that program and try again."),
    sqlite3.SQLITE_LOCKED: ("another program holds it", "Close that program and try again."),
    sqlite3.SQLITE_CORRUPT: ("it is damaged", "Start Civitai Desktop again; that mends it."),
    sqlite3.SQLITE_NOTADB: ("it is damaged", "Start Civitai Desktop again; that mends it."),
}
"""What may happen to any file, by SQLite's primary result code. Any other code is a bug."""


class _Damaged(Exception):
    """The file is not a whole database."""


def _now() -> datetime:
    return datetime.now(UTC)


class Database:
    """One SQLite file, whole and of this program's version once it is open.

    For one thread at a time, not for one thread: the connection lets any thread in, and the
    caller (`services.tasks.DiskThread`) sees to it that no two come at once.

    Attributes:
        notice: What the user should know about the opening, with the next step; "" usually.
    """

    def __init__(
        self,
        path: Path,
        migrations: Sequence[str],
        *,
        timeout_s: float = 5.0,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Open the file, or begin a new one.

        Args:
            path: Of the database; folders that are missing are made.
            migrations: SQL scripts; the k-th brings a file from version k - 1 to k.
            timeout_s: How long a lock of another program is waited for.
            now: The time, UTC; backups and damaged files are named by it.

        Raises:
            LibraryUnusable: It is locked, cannot be written, or is of a newer version.
        """
        self._path = path
        self._migrations = migrations
        self._timeout_s = timeout_s
        self._now = now
        self.notice = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._failures_told():
                self._connection = self._opened_whole()
        except OSError as error:
            raise LibraryUnusable(
                f"The library {path} cannot be opened: {error.strerror or error}.",
                next_step="Make its folder writable and leave some space on the disk.",
            ) from error

    def close(self) -> None:
        """Close the file; afterwards it is a single one, without a log beside it."""
        self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for reading.

        Raises:
            LibraryUnusable: The file cannot be read any more.
        """
        with self._failures_told():
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one transaction: all of it is kept, or nothing.

        Raises:
            LibraryUnusable: Nothing was written: disk full, file locked or gone.
        """
        with self._failures_told():
            # A deferred transaction that turns to writing fails at once where this one waits.
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite has already rolled back by itself after some errors, such as a full disk.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            known = _FAILURES.get(_primary_code(error))
            if known is None:
                raise
            what, next_step = known
            raise LibraryUnusable(
                f"The library {self._path} cannot be used: {what}.", next_step=next_step
            ) from error

    def _opened_whole(self) -> sqlite3.Connection:
        try:
            return self._opened()
        except _Damaged:
            self.notice = self._replace_damaged()
            return self._opened()

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            if not _is_whole(connection):
                raise _Damaged
            self._migrate(connection)
        except sqlite3.DatabaseError as error:
            connection.close()
            if _primary_code(error) in _DAMAGE:
                raise _Damaged from error
            raise
        except BaseException:
            connection.close()
            raise
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        # Write access is asked for here, so that a write-protected file is told at once.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(self._migrations):
            raise LibraryUnusable(
                f"The library {self._path} was made by a newer Civitai Desktop.",
                next_step="Install the newest Civitai Desktop.",
            )
        if 0 < version < len(self._migrations):
            self._back_up(connection, version)
        for number, script in enumerate(self._migrations[version:], start=version + 1):
            try:
                connection.executescript(
                    f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;"
                )
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _back_up(self, connection: sqlite3.Connection, version: int) -> None:
        backup = self._beside(f"backup-{self._stamp()}-v{version}")
        part = backup.with_suffix(".part")
        try:
            with closing(sqlite3.connect(part)) as copy:
                connection.backup(copy)
                # Copied with the rest, and it would put two more files beside every backup.
                copy.execute("PRAGMA journal_mode = DELETE")
            part.replace(backup)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        for old in self._backups()[_BACKUPS_KEPT:]:
            old.unlink()

    def _replace_damaged(self) -> str:
        """Set the damaged file aside, restore the newest whole backup, and say so."""
        aside = self._beside(f"damaged-{self._stamp()}")
        self._path.replace(aside)
        for suffix in _SIDE_FILES:
            side_file = self._path.with_name(self._path.name + suffix)
            if side_file.exists():
                side_file.replace(aside.with_name(aside.name + suffix))
        told = f"The library was damaged and is kept as {aside.name}."
        backup = next(filter(_is_whole_file, self._backups()), None)
        if backup is None:
            return (
                f"{told} A new one was begun. Your pictures are still in their folder; "
                "import that folder to see them here again."
            )
        part = self._path.with_suffix(".part")
        shutil.copyfile(backup, part)
        part.replace(self._path)
        return (
            f"{told} The backup {backup.name} was restored. Import the pictures folder to see "
            "what was made after it."
        )

    def _backups(self) -> list[Path]:
        """List the backups, newest first."""
        pattern = f"{self._path.stem}.backup-*{self._path.suffix}"
        return sorted(self._path.parent.glob(pattern), reverse=True)

    def _beside(self, word: str) -> Path:
        return self._path.with_name(f"{self._path.stem}.{word}{self._path.suffix}")

    def _stamp(self) -> str:
        return f"{self._now():%Y%m%dT%H%M%S%fZ}"


def _primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's result code without its details; 0 if Python itself raised the error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _is_whole(connection: sqlite3.Connection) -> bool:
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return bool(answer == "ok")


def _is_whole_file(path: Path) -> bool:
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return _is_whole(connection)
    except sqlite3.DatabaseError:
        return False
