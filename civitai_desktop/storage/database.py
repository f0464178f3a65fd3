"""Opens an SQLite file: checks it, mends what can be mended, brings it to this version."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from civitai_desktop.domain.errors import LibraryUnusable
from civitai_desktop.storage.private import FILE_MODE, make_private

_BACKUPS_KEPT = 3
_SUFFIXES = ("", "-wal", "-shm", "-journal")
"""The file itself, and what SQLite keeps beside it: its log, an index of that, and before there is
a log the pages to roll back to. None may outlive the file: it would spoil the one that comes next.
"""
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNFINISHED = frozenset(
    {
        sqlite3.SQLITE_READONLY_ROLLBACK,
        sqlite3.SQLITE_READONLY_RECOVERY,
        sqlite3.SQLITE_READONLY_CANTINIT,
    }
)
"""A killed process has left work that only a connection which may write can take back."""
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
            make_private(path.parent)
            with self._failures_told():
                if not self._is_whole(path):
                    self.notice = self._replace_damaged()
                self._connection = self._opened()
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
        """Lend the connection for one transaction: all of it is on the disk then, or nothing.

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

    def _is_whole(self, path: Path) -> bool:
        """Tell whether a file is a database without damage, changing nothing in it or its log.

        Asked at every opening, as disks spoil files in silence: 9 ms at 10,000 pictures, 85 ms at
        100,000. A file that is not there or only just begun is whole, unless its log has outlived
        it; one of a newer version is taken for whole, as what is new in it may look like damage.
        """
        if not path.exists() or path.stat().st_size == 0:
            log = _with_suffix(path, "-wal")
            return not (log.exists() and log.stat().st_size)
        # Read-only, for closing an ordinary connection would empty the log into a damaged file.
        try:
            return self._passes_check(path, "ro")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in _UNFINISHED:
                raise
        return self._passes_check(path, "rw")

    def _passes_check(self, path: Path, mode: Literal["ro", "rw"]) -> bool:
        # No `Path.as_uri`: SQLite takes no host, and a Windows network folder would have one.
        address = f"file:{quote(os.fsencode(path))}?mode={mode}"
        with closing(sqlite3.connect(address, uri=True, timeout=self._timeout_s)) as connection:
            try:
                if _version(connection) > len(self._migrations):
                    return True
                (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            except sqlite3.DatabaseError as error:
                if _primary_code(error) in _DAMAGE:
                    return False
                raise
        return bool(answer == "ok")

    def _opened(self) -> sqlite3.Connection:
        # SQLite would make it readable for everybody; what it keeps beside it has the same rights.
        if not self._path.exists():
            self._path.touch(FILE_MODE)
        connection = sqlite3.connect(
            self._path,
            timeout=self._timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)
        if version > len(self._migrations):
            raise LibraryUnusable(
                f"The library {self._path} was made by a newer Civitai Desktop.",
                next_step="Install the newest Civitai Desktop.",
            )
        connection.execute("PRAGMA journal_mode = WAL")
        # NORMAL would let a power cut take the row of what is then sent and paid for.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # A write, so that a write-protected or locked file is told now and not when it hurts; on
        # a write-protected one, BEGIN IMMEDIATE alone succeeds.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("ROLLBACK")
        self._migrate(connection, version)

    def _migrate(self, connection: sqlite3.Connection, version: int) -> None:
        if 0 < version < len(self._migrations):
            self._back_up(connection, version)
        for number, script in enumerate(self._migrations[version:], start=version + 1):
            # An error leaves the transaction open; closing the connection takes it back.
            connection.executescript(
                f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;"
            )

    def _back_up(self, connection: sqlite3.Connection, version: int) -> None:
        backup = self._beside(f"backup-{self._stamp()}-v{version}")
        part = self._unfinished_copy()
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
        backup = next(filter(self._is_whole, self._backups()), None)
        # Copied before anything is moved: where the disk is full, the next start finds it all.
        part = self._copied(backup) if backup else None
        for suffix in _SUFFIXES:
            if (file := _with_suffix(self._path, suffix)).exists():
                file.replace(_with_suffix(aside, suffix))
        told = f"The library was damaged and is kept as {aside.name}."
        if backup is None or part is None:
            return (
                f"{told} A new one was begun. Your pictures are still in their folder; "
                "the File menu reads that folder again."
            )
        part.replace(self._path)
        return (
            f"{told} The backup {backup.name} was restored. What was made after it is still in "
            "the pictures folder; the File menu reads that folder again."
        )

    def _copied(self, backup: Path) -> Path:
        part = self._unfinished_copy()
        with backup.open("rb") as source, part.open("r+b") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        return part

    def _backups(self) -> list[Path]:
        """List the backups, newest first."""
        pattern = f"{self._path.stem}.backup-*{self._path.suffix}"
        return sorted(self._path.parent.glob(pattern), reverse=True)

    def _unfinished_copy(self) -> Path:
        """Return where a copy grows until it is whole; one left by a killed process is removed."""
        part = self._path.with_suffix(".part")
        part.unlink(missing_ok=True)
        part.touch(FILE_MODE)
        return part

    def _beside(self, word: str) -> Path:
        return self._path.with_name(f"{self._path.stem}.{word}{self._path.suffix}")

    def _stamp(self) -> str:
        return f"{self._now():%Y%m%dT%H%M%S%fZ}"


def _primary_code(error: BaseException) -> int:
    """Return SQLite's result code without its details; 0 if the error is not SQLite's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _with_suffix(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
