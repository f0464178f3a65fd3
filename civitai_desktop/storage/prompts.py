"""Prompts in the library: each distinct one stored and indexed once, and which were typed when."""

import sqlite3
from datetime import datetime

from civitai_desktop.storage.rows import to_microseconds
from civitai_desktop.storage.search import match_expression, words


def row_of(connection: sqlite3.Connection, text: str) -> int:
    """Return the id of a prompt, stored now if it was not."""
    found = connection.execute("SELECT id FROM prompt WHERE text = ?", (text,)).fetchone()
    if found is not None:
        return int(found[0])
    prompt_id = connection.execute("INSERT INTO prompt (text) VALUES (?)", (text,)).lastrowid or 0
    connection.execute(
        "INSERT INTO prompt_words (rowid, words) VALUES (?, ?)", (prompt_id, words(text))
    )
    return prompt_id


def remember(connection: sqlite3.Connection, text: str, used_at: datetime) -> None:
    """Note that a prompt was submitted."""
    connection.execute(
        "INSERT INTO typed_prompt VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET used_at = excluded.used_at",
        (row_of(connection, text), to_microseconds(used_at)),
    )


def forget(connection: sqlite3.Connection, text: str) -> None:
    """Note no more that a prompt was submitted; what was made with it keeps it."""
    connection.execute(
        "DELETE FROM typed_prompt WHERE prompt_id = (SELECT id FROM prompt WHERE text = ?)",
        (text,),
    )


def typed(connection: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """List at most `limit` submitted prompts with these words, the newest first."""
    expression = match_expression(text)
    found = (
        "WHERE id IN (SELECT rowid FROM prompt_words WHERE prompt_words MATCH :words)"
        if expression
        else ""
    )
    cursor = connection.execute(
        "SELECT text FROM typed_prompt JOIN prompt ON id = prompt_id"  # noqa: S608
        f" {found} ORDER BY used_at DESC, id DESC LIMIT :limit",
        {"words": expression, "limit": limit},
    )
    return [prompt for (prompt,) in cursor]
