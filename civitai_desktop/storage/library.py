"""The library: generations, the images saved from them, and the search in their prompts."""

import json
import os
import sqlite3
from array import array
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Any

from civitai_desktop.domain.generation import (
    GalleryQuery,
    Generation,
    Image,
    Listing,
    SortOrder,
)
from civitai_desktop.storage import prompts, roots, rows, search
from civitai_desktop.storage.database import Database
from civitai_desktop.storage.journal import Journal
from civitai_desktop.storage.recovery import take_up
from civitai_desktop.storage.scan import Seen
from civitai_desktop.storage.schema import MIGRATIONS
from civitai_desktop.storage.whereabouts import Whereabouts


class Library:
    """Every generation and every picture, in one SQLite file. No caller sees SQL.

    What a method has acknowledged survives the end of the process, and a power cut, at any
    moment. For one thread at a time. Every method may raise `LibraryUnusable`: disk full, file
    locked or gone; then it has changed nothing.

    Attributes:
        notice: What the user should know about the opening, with the next step; "" usually.
        whereabouts: Where the pictures' files lie, for a look through the folder.
    """

    def __init__(self, path: Path) -> None:
        """Open the library, or begin a new one.

        Raises:
            LibraryUnusable: It is locked, cannot be written, or is of a newer version.
        """
        self._database = Database(path, MIGRATIONS)
        self.notice = self._database.notice
        self.whereabouts = Whereabouts(self._database)
        search.keep_current(self._database)
        self._journal = Journal(path.with_name("under-way"))
        self.notice = f"{self.notice} {take_up(self._journal, self)}".strip()

    def close(self) -> None:
        """Close the file. Only after the thread that uses it has been drained."""
        self._database.close()

    def add_generation(self, generation: Generation) -> None:
        """Record a new generation, before anything is sent."""
        with self._database.writing() as connection:
            prompt_id = prompts.row_of(connection, generation.request.prompt)
            rows.insert(connection, "generation", rows.generation_columns(generation, prompt_id))
        self._journal.keep(generation)

    def update_generation(self, generation: Generation) -> None:
        """Record how far a generation has come.

        Its request and `created_at` stay as they were added; `saved` is counted, not stored.

        Raises:
            KeyError: It was never added.
        """
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE generation SET state = :state, workflow_id = :workflow_id, cost = :cost,"
                " problem = :problem, dismissed = :dismissed, owner = :owner, hold = :hold,"
                " deviations = :deviations WHERE id = :id",
                rows.progress_columns(generation),
            ).rowcount
            if not changed:
                raise KeyError(generation.id)
        self._journal.keep(generation)

    def take_workflow(self, generation_id: str, workflow_id: str) -> bool:
        """Write down a generation's workflow; False where another generation has it."""
        with self._database.writing() as connection:
            taken = connection.execute(
                "UPDATE generation SET workflow_id = :workflow, state = 'running' WHERE id = :id"
                " AND NOT EXISTS (SELECT 1 FROM generation"
                " WHERE workflow_id = :workflow AND id <> :id AND step_type <> '')",
                {"id": generation_id, "workflow": workflow_id},
            )
            return taken.rowcount == 1

    def generation(self, generation_id: str) -> Generation | None:
        """Return a generation, or None if the library does not know it."""
        found = self._generations("WHERE g.id = ?", (generation_id,))
        return found[0] if found else None

    def open_generations(self) -> list[Generation]:
        """List the generations that are not over, oldest first."""
        return self._generations(
            "WHERE g.state IN ('waiting', 'sending', 'running') ORDER BY g.created_at, g.number"
        )

    def failed_generations(self) -> list[Generation]:
        """List the failed generations whose tile has not been put away, oldest first."""
        return self._generations(
            "WHERE g.state = 'failed' AND NOT g.dismissed ORDER BY g.created_at, g.number"
        )

    def add_image(self, image: Image, seen: Seen | None = None) -> Image:
        """Record a saved picture; recording the same blob of a generation again changes nothing.

        One that was read back from the same file before its generation had recorded it belongs to
        its generation from now on; its id, time and star stay.

        Args:
            seen: Its file as it lies on the disk; None to find that out at the next look.

        Returns:
            The picture as it is kept, with its id.
        """
        key = (image.generation_id, image.blob_id)
        with self._database.writing() as connection:
            found = _image_ids(connection, key)
            if not found:
                columns = rows.image_columns(image, prompts.row_of(connection, image.prompt))
                if seen is not None:
                    columns |= rows.seen_columns(seen.stat, seen.sha256)
                if not _take_over(connection, columns):
                    rows.insert(connection, "image", columns)
                connection.execute(
                    "DELETE FROM deleted_blob WHERE generation_id = ? AND blob_id = ?", key
                )
                found = _image_ids(connection, key)
            return _images(connection, found)[0]

    def saved_blobs(self, generation_id: str) -> frozenset[str]:
        """Return the blobs of a generation ever saved, those deleted since included."""
        with self._database.reading() as connection:
            cursor = connection.execute(
                "SELECT blob_id FROM image WHERE generation_id = :id"
                " UNION SELECT blob_id FROM deleted_blob WHERE generation_id = :id",
                {"id": generation_id},
            )
            return frozenset(blob_id for (blob_id,) in cursor)

    def listing(self, query: GalleryQuery, *, limit: int | None = None) -> Listing:
        """List what the query finds, all of it or the first `limit` pictures.

        Ordered by day, then by `saved_at`, then by id; each day once. Days are local to where the
        picture was saved, so after a journey west a day may begin before the last one ended.
        """
        sql, values = _listing_sql(query, limit)
        ids = array("I")
        days: list[tuple[date, int]] = []
        with self._database.reading() as connection:
            cursor = connection.execute(sql, values)
            # Row after row stays in C: 100,000 of them take about 35 ms.
            for day, same_day in groupby(cursor, key=itemgetter(0)):
                before = len(ids)
                ids.extend(map(itemgetter(1), same_day))
                days.append((date.fromordinal(day), len(ids) - before))
        return Listing(ids=ids, days=tuple(days))

    def images(self, ids: Sequence[int]) -> list[Image]:
        """Return these pictures in any order; those that are not there are left out."""
        with self._database.reading() as connection:
            return _images(connection, ids)

    def engines(self) -> list[str]:
        """List the engine ids that pictures were made with, most used first."""
        with self._database.reading() as connection:
            cursor = connection.execute(
                "SELECT engine FROM image WHERE NOT missing"
                " GROUP BY engine ORDER BY count(*) DESC, engine"
            )
            return [engine for (engine,) in cursor]

    def count(self) -> int:
        """Return the number of pictures whose file is not missing."""
        with self._database.reading() as connection:
            (count,) = connection.execute("SELECT count(*) FROM image WHERE NOT missing").fetchone()
            return int(count)

    def knows(self, path: PurePosixPath) -> bool:
        """Tell whether there is a picture in this file."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT 1 FROM image WHERE path = ? AND NOT missing", (str(path),)
            )
            return found.fetchone() is not None

    def use_root(self, root: Path) -> None:
        """Say where relative paths start, before the first picture is looked for or added.

        Where that is another folder than before, the pictures stay where they are, and their
        paths are written out; unless the whole folder was moved, and they lie in the new one.
        """
        with self._database.writing() as connection:
            roots.use_root(connection, root.absolute())

    def owner(self) -> str:
        """Return eight hex digits that tell this library's files from those of others."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO setting VALUES ('owner', ?)", (os.urandom(4).hex(),)
            )
            (owner,) = connection.execute(
                "SELECT value FROM setting WHERE name = 'owner'"
            ).fetchone()
            return str(owner)

    def is_shared(self, image: Image) -> bool:
        """Tell whether another row has the same file: two pictures of the very same bytes."""
        with self._database.reading() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM image WHERE path = ? AND NOT missing", (str(image.path),)
            ).fetchone()
            return int(count) > 1

    def set_favourite(self, image_id: int, favourite: bool) -> Image | None:
        """Mark a picture as a favourite, or no longer; None if it is not there."""
        with self._database.writing() as connection:
            connection.execute("UPDATE image SET favourite = ? WHERE id = ?", (favourite, image_id))
            return next(iter(_images(connection, [image_id])), None)

    def delete_image(self, image_id: int) -> None:
        """Forget a picture, but not that it was saved; one that is not there is no error."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO deleted_blob SELECT generation_id, blob_id FROM image WHERE id = ?",
                (image_id,),
            )
            connection.execute("DELETE FROM image WHERE id = ?", (image_id,))
            # A copy of it is a picture of its own from now on.
            connection.execute("DELETE FROM copy WHERE image_id = ?", (image_id,))

    def remember_prompt(self, text: str, used_at: datetime) -> None:
        """Keep a prompt as it was typed; submitting it again makes it the newest."""
        with self._database.writing() as connection:
            prompts.remember(connection, text, used_at)

    def forget_prompt(self, text: str) -> None:
        """List a typed prompt no more; what was made with it keeps it."""
        with self._database.writing() as connection:
            prompts.forget(connection, text)

    def typed_prompts(self, text: str = "", *, limit: int) -> list[str]:
        """List the prompts that were typed, the newest first.

        Args:
            text: Words that a prompt must contain, the last one as a prefix; empty for all.
            limit: The most that are listed.
        """
        with self._database.reading() as connection:
            return prompts.typed(connection, text, limit)

    def _generations(self, clause: str, values: tuple[Any, ...] = ()) -> list[Generation]:
        with self._database.reading() as connection:
            cursor = connection.execute(f"{rows.GENERATIONS} {clause}", values)
            return list(rows.readable(cursor))


def _image_ids(connection: sqlite3.Connection, key: tuple[str, str]) -> list[int]:
    cursor = connection.execute("SELECT id FROM image WHERE generation_id = ? AND blob_id = ?", key)
    return [image_id for (image_id,) in cursor]


def _take_over(connection: sqlite3.Connection, columns: dict[str, Any]) -> bool:
    """Give a picture that was read back from its file to its generation, if there is one."""
    found = connection.execute(
        "SELECT i.id, g.id FROM image AS i JOIN generation AS g ON g.id = i.generation_id"
        " WHERE i.path = ? AND g.step_type = '' AND NOT i.missing",
        (columns["path"],),
    ).fetchone()
    if found is None:
        return False
    image_id, made_up = found
    new = {name: value for name, value in columns.items() if name not in rows.KEPT}
    rows.update_image(connection, image_id, new)
    connection.execute(rows.FORGET_CHILDLESS, (made_up,))
    return True


def _images(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Image]:
    cursor = connection.execute(rows.IMAGES, (json.dumps(list(ids)),))
    return [rows.image(row) for row in cursor]


def _listing_sql(query: GalleryQuery, limit: int | None) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that lists day and id, and its parameters."""
    conditions = ["NOT missing"]
    values: list[Any] = []
    source = "image"
    if expression := search.match_expression(query.text):
        # In this order: a list of the prompts that were found takes a tenth longer.
        source = "prompt_words CROSS JOIN image ON prompt_id = prompt_words.rowid"
        conditions.append("prompt_words MATCH ?")
        values.append(expression)
    if query.engine is not None:
        conditions.append("engine = ?")
        values.append(query.engine)
    if query.favourites:
        conditions.append("favourite")
    where = " AND ".join(conditions)
    way = "DESC" if query.order is SortOrder.NEWEST else "ASC"
    # Only the fixed pieces above are joined here; what the user typed travels as parameters.
    order = f"day {way}, saved_at {way}, id {way}"
    sql = f"SELECT day, id FROM {source} WHERE {where} ORDER BY {order} LIMIT ?"  # noqa: S608
    return sql, (*values, -1 if limit is None else limit)
