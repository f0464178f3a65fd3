"""Owners and holds of generations as text in the library, there and back."""

import json
from datetime import datetime

from civitai_desktop.domain.hold import HeldBy, Hold
from civitai_desktop.domain.owner import Owner
from civitai_desktop.storage.values import written

_NOT_READABLE = (ValueError, KeyError, TypeError)


def written_owner(owner: Owner | None) -> str:
    """Return an owner as text; "" for None."""
    return "" if owner is None else written({"name": owner.name, "mark": owner.mark})


def read_owner(text: str) -> Owner | None:
    """Return the owner that `written_owner` was given; None for what cannot be read."""
    try:
        return Owner(**json.loads(text)) if text else None
    except _NOT_READABLE:
        return None


def written_hold(hold: Hold | None) -> str:
    """Return a hold as text; "" for none."""
    if hold is None:
        return ""
    return written(
        {
            "by": hold.by.value,
            "reason": hold.reason,
            "since": hold.since.isoformat(),
            "tries": hold.tries,
            "again_at": hold.again_at.isoformat(),
        }
    )


def read_hold(text: str) -> Hold | None:
    """Return the hold that `written_hold` was given; None for what cannot be read."""
    if not text:
        return None
    try:
        read = json.loads(text)
        return Hold(
            by=HeldBy(read["by"]),
            reason=read["reason"],
            since=datetime.fromisoformat(read["since"]),
            tries=read["tries"],
            again_at=datetime.fromisoformat(read["again_at"]),
        )
    except _NOT_READABLE:
        return None
