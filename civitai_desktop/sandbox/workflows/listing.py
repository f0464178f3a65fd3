"""Which workflows a list call asks for, and one page of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile, islice

from starlette.datastructures import QueryParams

from civitai_desktop.sandbox.orchestration.records import WorkflowRecord
from civitai_desktop.sandbox.orchestration.timeline import Status
from civitai_desktop.sandbox.requests import queries
from civitai_desktop.sandbox.requests.problems import Problem

_UNSUCCESSFUL = (Status.FAILED, Status.EXPIRED, Status.CANCELED)
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list call asks for.

    Attributes:
        take: At most so many.
        cursor: Id of the last one of the page before, None for the first page.
        tags: All of these.
        text: Found somewhere in the metadata, whatever the case.
        ascending: Oldest first.
        since: Not created before, None for no bound.
        until: Not created after, None for no bound.
        exclude_failed: Without those that ended otherwise than well.
        status: In this status only, None for any.
    """

    take: int
    cursor: str | None
    tags: frozenset[str]
    text: str
    ascending: bool
    since: datetime | None
    until: datetime | None
    exclude_failed: bool
    status: Status | None

    @classmethod
    def read(cls, query: QueryParams) -> "Filter":
        """Read the query.

        Raises:
            Problem: 400; a value in it cannot be read.
        """
        take = queries.whole(query, "take", 100)
        if not 1 <= take <= _MOST:
            raise Problem(400, "The query is wrong at take.", {"take": [f"Must be 1 to {_MOST}."]})
        status = query.get("status")
        if status and status not in tuple(Status):
            raise Problem(400, "The query is wrong at status.", {"status": ["Is unknown."]})
        return cls(
            take=take,
            cursor=query.get("cursor") or None,
            tags=frozenset(query.getlist("tags")),
            text=query.get("query", "").lower(),
            ascending=queries.flag(query, "ascending"),
            since=queries.moment(query, "fromDate"),
            until=queries.moment(query, "toDate"),
            exclude_failed=queries.flag(query, "excludeFailed"),
            status=Status(status) if status else None,
        )

    def takes(self, record: WorkflowRecord, now: datetime) -> bool:
        """Whether the workflow belongs in the list."""
        if self.since and record.created_at < self.since:
            return False
        if self.until and record.created_at > self.until:
            return False
        if not self.tags.issubset(record.tags):
            return False
        if self.text and self.text not in json.dumps(record.metadata, ensure_ascii=False).lower():
            return False
        status = record.status(now)
        return (
            status is self.status
            if self.status
            else not (self.exclude_failed and status in _UNSUCCESSFUL)
        )


def page(
    newest_first: Iterator[WorkflowRecord], wanted: Filter, now: datetime
) -> tuple[list[WorkflowRecord], str]:
    """Return one page and the cursor of the next, empty when there is none.

    Args:
        newest_first: All there are.
        wanted: Which of them.
        now: The moment for which statuses are compared.
    """
    records = reversed(list(newest_first)) if wanted.ascending else newest_first
    if wanted.cursor:
        records = dropwhile(lambda record: record.id != wanted.cursor, records)
        next(records, None)
    found = list(islice((r for r in records if wanted.takes(r, now)), wanted.take + 1))
    taken = found[: wanted.take]
    return taken, taken[-1].id if len(found) > wanted.take else ""
