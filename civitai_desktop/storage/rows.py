"""Generations and images as rows of the library, there and back."""

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from civitai_desktop.domain.generation import (
    Generation,
    GenerationRequest,
    GenerationState,
    Image,
)
from civitai_desktop.storage.holds import read_hold, read_owner, written_hold, written_owner
from civitai_desktop.storage.scan import FileStat
from civitai_desktop.storage.terms import read_terms, written_terms
from civitai_desktop.storage.values import frozen, written

log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DEVIATIONS = 18
"""Where `GENERATIONS` selects them."""

GENERATIONS = """
SELECT g.id, g.engine, g.form, g.step_type, g.input, p.text, g.quantity, g.seed, g.state,
    g.created_at, g.workflow_id, g.cost, g.problem, g.dismissed,
    (SELECT count(*) FROM image AS i WHERE i.generation_id = g.id)
    + (SELECT count(*) FROM deleted_blob AS d WHERE d.generation_id = g.id), g.terms,
    g.owner, g.hold, g.deviations
FROM generation AS g JOIN prompt AS p ON p.id = g.prompt_id
"""
"""Selects what `generation` takes; a condition on g may follow."""

IMAGES = """
SELECT i.id, i.generation_id, i.blob_id, i.position, i.path, p.text, i.engine, i.seed, i.width,
    i.height, i.size_bytes, i.sha256, i.saved_at, i.micro, i.favourite
FROM image AS i JOIN prompt AS p ON p.id = i.prompt_id
WHERE i.id IN (SELECT value FROM json_each(?))
"""
"""Selects what `image` takes. Its parameter is a JSON list of ids: one, however many they are."""

KEPT = frozenset({"saved_at", "day", "favourite"})
"""Columns of an image that stay whatever its file or its generation turns out to be."""

FORGET_CHILDLESS = """
DELETE FROM generation
WHERE id = ? AND step_type = '' AND id NOT IN (SELECT generation_id FROM image)
"""
"""Deletes what was made up for a picture that is not there any more."""


def generation(row: tuple[Any, ...]) -> Generation:
    """Build a generation from a row of `GENERATIONS`."""
    request = GenerationRequest(
        id=row[0],
        engine=row[1],
        values=_values(row[2]),
        step_type=row[3],
        input=_values(row[4]),
        prompt=row[5],
        quantity=row[6],
        seed=row[7],
        terms=read_terms(json.loads(row[15])),
    )
    return Generation(
        request=request,
        state=GenerationState(row[8]),
        created_at=from_microseconds(row[9]),
        workflow_id=row[10],
        cost=row[11],
        problem=row[12],
        dismissed=bool(row[13]),
        saved=row[14],
        owner=read_owner(row[16]),
        hold=read_hold(row[17]),
        # Files of the journal that were written before have none.
        deviations=row[_DEVIATIONS] if len(row) > _DEVIATIONS else "",
    )


def readable(found: Iterable[tuple[Any, ...]]) -> Iterator[Generation]:
    """Build the generations of rows of `GENERATIONS`; one that is spoilt costs itself only."""
    for row in found:
        try:
            yield generation(row)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            # Not its words: they may be a prompt.
            log.warning("The row of generation %s cannot be read: %s", row[0], type(error).__name__)


def generation_row(generation: Generation) -> list[Any]:
    """Return what `GENERATIONS` would select of a generation."""
    kept = generation_columns(generation, prompt_id=0)
    names = "id engine form step_type input prompt quantity seed state created_at workflow_id cost"
    row = {**kept, "prompt": generation.request.prompt, "saved": generation.saved}
    last = "problem dismissed saved terms owner hold deviations"
    return [row[name] for name in (*names.split(), *last.split())]


def image(row: tuple[Any, ...]) -> Image:
    """Build an image from a row of `IMAGES`."""
    return Image(
        id=row[0],
        generation_id=row[1],
        blob_id=row[2],
        index=row[3],
        path=PurePosixPath(row[4]),
        prompt=row[5],
        engine=row[6],
        seed=row[7],
        width=row[8],
        height=row[9],
        size_bytes=row[10],
        sha256=row[11],
        saved_at=from_microseconds(row[12]),
        micro=row[13],
        favourite=bool(row[14]),
    )


def generation_columns(generation: Generation, prompt_id: int) -> dict[str, Any]:
    """Return the columns of a new generation by name."""
    request = generation.request
    return {
        "id": request.id,
        "engine": request.engine,
        "form": written(request.values),
        "step_type": request.step_type,
        "input": written(request.input),
        "prompt_id": prompt_id,
        "quantity": request.quantity,
        "seed": request.seed,
        "terms": written(written_terms(request.terms)),
        "created_at": to_microseconds(generation.created_at),
        **progress_columns(generation),
    }


def progress_columns(generation: Generation) -> dict[str, Any]:
    """Return the columns that change while a generation moves on, and its id."""
    return {
        "id": generation.id,
        "state": generation.state.value,
        "workflow_id": generation.workflow_id,
        "cost": generation.cost,
        "problem": generation.problem,
        "dismissed": generation.dismissed,
        "deviations": generation.deviations,
        "owner": written_owner(generation.owner),
        "hold": written_hold(generation.hold),
    }


def image_columns(image: Image, prompt_id: int) -> dict[str, Any]:
    """Return the columns of a new image by name; its day is the local one of this moment."""
    return {
        "generation_id": image.generation_id,
        "blob_id": image.blob_id,
        "position": image.index,
        "path": str(image.path),
        "prompt_id": prompt_id,
        "engine": image.engine,
        "seed": image.seed,
        "width": image.width,
        "height": image.height,
        "size_bytes": image.size_bytes,
        "sha256": image.sha256,
        "saved_at": to_microseconds(image.saved_at),
        "day": image.saved_at.astimezone().toordinal(),
        "micro": image.micro,
        "favourite": image.favourite,
    }


def seen_columns(stat: FileStat, sha256: str) -> dict[str, Any]:
    """Return the columns that tell a picture's file apart from others, by name."""
    return {
        "size_bytes": stat.size_bytes,
        "modified_ns": stat.modified_ns,
        "inode": stat.inode,
        "file_sha256": sha256,
    }


def insert(
    connection: sqlite3.Connection,
    table: str,
    columns: dict[str, Any],
    *,
    unless_there: bool = False,
) -> None:
    """Insert a row, given by its columns."""
    names = ", ".join(columns)
    values = ", ".join(f":{name}" for name in columns)
    way = "INSERT OR IGNORE" if unless_there else "INSERT"
    # Tables and columns are this package's own words; what is stored travels as parameters.
    connection.execute(f"{way} INTO {table} ({names}) VALUES ({values})", columns)


def update_image(connection: sqlite3.Connection, image_id: int, columns: dict[str, Any]) -> None:
    """Write over these columns of an image."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    # As above.
    connection.execute(f"UPDATE image SET {changes} WHERE id = :id", {**columns, "id": image_id})  # noqa: S608


def to_microseconds(time: datetime) -> int:
    """Return whole microseconds since 1970, UTC."""
    return (time - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """Return the UTC time that `to_microseconds` was given."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _values(text: str) -> dict[str, Any]:
    return {name: frozen(value) for name, value in json.loads(text).items()}
