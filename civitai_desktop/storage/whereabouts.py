"""Where the pictures lie, by their rows: what a look through the folder asks and writes."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from civitai_desktop.domain.generation import Generation, Image
from civitai_desktop.storage import prompts, rows
from civitai_desktop.storage.database import Database
from civitai_desktop.storage.placed import Copy, Known, Placed
from civitai_desktop.storage.scan import FileStat, Seen

_COLUMNS = """
SELECT i.id, i.path, i.size_bytes, i.modified_ns, i.inode, i.sha256, i.file_sha256, i.missing,
    i.generation_id NOT IN (SELECT id FROM generation WHERE step_type = ''), p.text, i.seed,
    i.saved_at
FROM image AS i JOIN prompt AS p ON p.id = i.prompt_id
"""
_OF_INTEREST = f"""
WITH asked AS (
    SELECT id FROM image WHERE path IN (SELECT value FROM json_each(:paths))
    UNION SELECT id FROM image WHERE missing
    UNION SELECT id FROM image WHERE sha256 IN (SELECT value FROM json_each(:digests))
    UNION SELECT id FROM image WHERE file_sha256 IN (SELECT value FROM json_each(:digests))
)
{_COLUMNS} WHERE i.id IN asked
    OR i.sha256 IN (SELECT sha256 FROM image WHERE id IN asked AND sha256 <> '')
    OR i.file_sha256 IN (SELECT file_sha256 FROM image WHERE id IN asked AND file_sha256 <> '')
ORDER BY i.id
"""  # noqa: S608  pieces of this module alone


class Whereabouts:
    """The part of the library that a look through the folder keeps true.

    For the library's thread; may raise `LibraryUnusable` as all of it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self) -> Known:
        """Return what the folder should hold; 100,000 pictures take a tenth of a second."""
        files: dict[str, tuple[int, int | None]] = {}
        with self._database.reading() as connection:
            for path, size, modified in connection.execute(
                "SELECT path, size_bytes, modified_ns FROM copy"
                " UNION ALL SELECT path, size_bytes, modified_ns FROM image WHERE NOT missing"
            ):
                files[path] = (size, modified)
            sizes = connection.execute("SELECT DISTINCT size_bytes FROM image")
            unread = connection.execute(
                "SELECT path, saved_at * 1000 FROM image WHERE modified_ns IS NULL AND NOT missing"
            )
            mount = connection.execute("SELECT value FROM setting WHERE name = 'mount'").fetchone()
            return Known(
                files=files,
                saved=dict(unread),
                sizes=frozenset(size for (size,) in sizes),
                mount=mount[0] if mount else "",
            )

    def keep_mount(self, mount: str) -> None:
        """Remember on which drive the pictures lie."""
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO setting VALUES ('mount', ?)", (mount,))

    def placed(self, paths: Collection[str], digests: Collection[str]) -> list[Placed]:
        """Return the pictures at these paths, of these digests, and those that are missing.

        With them come all that are made of the same bytes.
        """
        asked = {"paths": json.dumps(list(paths)), "digests": json.dumps(list(digests))}
        with self._database.reading() as connection:
            return [_placed(row) for row in connection.execute(_OF_INTEREST, asked)]

    def copies(self, image_ids: Iterable[int]) -> list[Copy]:
        """Return the copies of these pictures."""
        asked = json.dumps(list(image_ids))
        with self._database.reading() as connection:
            cursor = connection.execute(
                "SELECT path, image_id, sha256 FROM copy"
                " WHERE image_id IN (SELECT value FROM json_each(?)) ORDER BY path",
                (asked,),
            )
            return [Copy(*row) for row in cursor]

    def holder(self, sha256: str) -> int | None:
        """Return the id of the picture that is made of these bytes and is there; None if none."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT id FROM image WHERE NOT missing AND (file_sha256 = :digest"
                " OR (file_sha256 = '' AND sha256 = :digest)) ORDER BY id LIMIT 1",
                {"digest": sha256},
            ).fetchone()
            return found[0] if found else None

    def images(self, ids: Collection[int]) -> list[Image]:
        """Return these pictures, whether their files are missing or not."""
        with self._database.reading() as connection:
            cursor = connection.execute(rows.IMAGES, (json.dumps(list(ids)),))
            return [rows.image(row) for row in cursor]

    def unread(self, sizes: Collection[int]) -> dict[str, list[int]]:
        """Return where pictures of these sizes lie whose file was never read, with their ids."""
        found: dict[str, list[int]] = {}
        with self._database.reading() as connection:
            cursor = connection.execute(
                "SELECT path, id FROM image WHERE file_sha256 = '' AND NOT missing"
                " AND size_bytes IN (SELECT value FROM json_each(?))",
                (json.dumps(list(sizes)),),
            )
            for path, image_id in cursor:
                found.setdefault(path, []).append(image_id)
        return found

    def note(self, stats: Mapping[str, FileStat]) -> None:
        """Write down what files look like that are taken to be what they were."""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE image SET modified_ns = ?, inode = ? WHERE path = ? AND NOT missing",
                [(stat.modified_ns, stat.inode, path) for path, stat in stats.items()],
            )

    def note_read(self, seen: Mapping[int, Seen]) -> None:
        """Write down what pictures' files are made of that were read again, and unchanged."""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE image SET modified_ns = ?, inode = ?, file_sha256 = ? WHERE id = ?",
                [
                    (each.stat.modified_ns, each.stat.inode, each.sha256, image_id)
                    for image_id, each in seen.items()
                ],
            )

    def move(self, moves: Mapping[int, tuple[str, Seen]]) -> None:
        """Let pictures lie where they were found again."""
        with self._database.writing() as connection:
            for image_id, (path, seen) in moves.items():
                connection.execute(
                    "UPDATE image SET path = ?, size_bytes = ?, modified_ns = ?, inode = ?,"
                    " file_sha256 = ?, missing = 0 WHERE id = ?",
                    (path, *_stat_columns(seen), seen.sha256, image_id),
                )
                connection.execute("DELETE FROM copy WHERE path = ?", (path,))

    def note_copies(self, copies: Mapping[str, tuple[int, Seen]]) -> None:
        """Remember files that are exact copies, so that no look takes them for new ones."""
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO copy (path, image_id, size_bytes, modified_ns, sha256)"
                " VALUES (?, ?, ?, ?, ?)",
                [
                    (path, image_id, seen.stat.size_bytes, seen.stat.modified_ns, seen.sha256)
                    for path, (image_id, seen) in copies.items()
                ],
            )

    def forget_copies(self, paths: Iterable[str]) -> None:
        """Forget copies that are not there any more, or are something else by now."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM copy WHERE path IN (SELECT value FROM json_each(?))",
                (json.dumps(list(paths)),),
            )

    def miss(self, image_ids: Iterable[int]) -> None:
        """Hide pictures whose file is not there; whatever is known of them is kept."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE image SET missing = 1 WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(image_ids)),),
            )

    def merge(self, ghosts: Mapping[int, int]) -> None:
        """Make one picture of two rows: the first of each pair goes, its star stays."""
        with self._database.writing() as connection:
            for ghost_id, image_id in ghosts.items():
                both = {"ghost": ghost_id, "id": image_id}
                connection.execute(
                    "UPDATE image SET favourite = max(favourite,"
                    " (SELECT favourite FROM image WHERE id = :ghost)) WHERE id = :id",
                    both,
                )
                connection.execute("UPDATE copy SET image_id = :id WHERE image_id = :ghost", both)
                made_up = connection.execute(
                    "SELECT generation_id FROM image WHERE id = ?", (ghost_id,)
                ).fetchone()
                connection.execute("DELETE FROM image WHERE id = ?", (ghost_id,))
                connection.execute(rows.FORGET_CHILDLESS, made_up)

    def redraw(self, image: Image, seen: Seen, made_up: Generation | None) -> None:
        """Take over what another program has made of a picture; its star, day and id stay.

        Args:
            image: The row as it is to be.
            made_up: What its file now tells that it was made by; None to keep its generation.
        """
        with self._database.writing() as connection:
            former = connection.execute(
                "SELECT generation_id, blob_id FROM image WHERE id = ?", (image.id,)
            ).fetchone()
            if former is None:
                return
            if made_up is not None:
                prompt_id = prompts.row_of(connection, made_up.request.prompt)
                rows.insert(
                    connection,
                    "generation",
                    rows.generation_columns(made_up, prompt_id),
                    unless_there=True,
                )
                # What its generation has made was saved once, and is not fetched again.
                connection.execute(
                    "INSERT OR IGNORE INTO deleted_blob SELECT ?, ? WHERE EXISTS"
                    " (SELECT 1 FROM generation WHERE id = ? AND step_type <> '')",
                    (*former, former[0]),
                )
            columns = rows.image_columns(image, prompts.row_of(connection, image.prompt))
            columns |= rows.seen_columns(seen.stat, seen.sha256) | {"missing": 0}
            new = {name: value for name, value in columns.items() if name not in rows.KEPT}
            rows.update_image(connection, image.id, new)
            connection.execute("DELETE FROM copy WHERE path = ?", (str(image.path),))
            connection.execute(rows.FORGET_CHILDLESS, (former[0],))


def _placed(row: tuple[Any, ...]) -> Placed:
    return Placed(
        id=row[0],
        path=row[1],
        size_bytes=row[2],
        modified_ns=row[3],
        inode=row[4],
        sha256=row[5],
        file_sha256=row[6],
        is_missing=bool(row[7]),
        is_own=bool(row[8]),
        prompt=row[9],
        seed=row[10],
        saved_at_ns=row[11] * 1000,
    )


def _stat_columns(seen: Seen) -> tuple[int, int, int]:
    return seen.stat.size_bytes, seen.stat.modified_ns, seen.stat.inode
