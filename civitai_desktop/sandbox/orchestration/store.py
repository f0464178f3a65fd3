"""Keeps workflows, uploads and the first balance in SQLite, so that a restart continues."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from civitai_desktop.sandbox.orchestration.records import WorkflowRecord

_SCHEMA = """
CREATE TABLE IF NOT EXISTS wallet (name TEXT PRIMARY KEY, amount INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS workflow (
    place INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, record BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, media_type TEXT NOT NULL, content BLOB NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A picture a client has uploaded."""

    id: str
    media_type: str
    content: bytes


class Store:
    """The sandbox's memory. Every write is whole and on disk, or did not happen.

    Without a folder it lasts as long as the object.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        # One thread at a time uses it, but not always the one that opened it.
        self._db = sqlite3.connect(
            folder / "sandbox.sqlite3" if folder else ":memory:",
            isolation_level=None,
            check_same_thread=False,
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file; nothing may be asked of the store afterwards."""
        self._db.close()

    def wallets(self, first: dict[str, int]) -> dict[str, int]:
        """Return the amounts the account began with; they are `first` for a new one."""
        stored = dict(self._db.execute("SELECT name, amount FROM wallet ORDER BY rowid"))
        if not stored:
            self._db.executemany("INSERT INTO wallet VALUES (?, ?)", first.items())
        return stored or first

    def workflows(self) -> Iterator[WorkflowRecord]:
        """Yield every workflow, oldest first."""
        for (record,) in self._db.execute("SELECT record FROM workflow ORDER BY place"):
            yield msgspec.json.decode(record, type=WorkflowRecord)

    def keep_workflow(self, record: WorkflowRecord) -> None:
        """Write a workflow, new or changed."""
        self._db.execute(
            "INSERT INTO workflow (id, record) VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET record = excluded.record",
            (record.id, msgspec.json.encode(record)),
        )

    def upload(self, blob_id: str) -> Upload | None:
        """Return an uploaded picture, None when there is none of that id."""
        sql = "SELECT id, media_type, content FROM upload WHERE id = ?"
        row = self._db.execute(sql, (blob_id,)).fetchone()
        return row and Upload(id=row[0], media_type=row[1], content=row[2])

    def keep_upload(self, upload: Upload) -> None:
        """Write an uploaded picture."""
        self._db.execute(
            "INSERT INTO upload VALUES (?, ?, ?)", (upload.id, upload.media_type, upload.content)
        )
