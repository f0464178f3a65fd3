"""What a generation that is held says on its tile."""

from civitai_desktop.domain.hold import HeldBy, Hold

_TITLES = {
    HeldBy.WORKFLOW: "Waiting for Civitai",
    HeldBy.PICTURES: "Waiting for pictures",
    HeldBy.ACCOUNT: "Another account",
    HeldBy.FAULT: "Put aside",
}
_BRIEF = {
    HeldBy.WORKFLOW: "Asked for again at {time}. Nothing is paid twice.",
    HeldBy.PICTURES: "Fetched again at {time}. Nothing is paid twice.",
    HeldBy.FAULT: "Tried again at {time}. Nothing is paid twice.",
}
"""What calms, for which a tile has room; not of what waits for the user."""


def title(hold: Hold) -> str:
    """Return in two words what it waits for."""
    return _TITLES[hold.by]


def reason(hold: Hold) -> str:
    """Return why, and when it is looked after again, as a clock on the wall shows it."""
    if hold.by is HeldBy.ACCOUNT:
        return hold.reason
    return f"{hold.reason} Next time at {_clock(hold)}."


def brief(hold: Hold) -> str:
    """Return what matters of it in a few words; "" where that is the reason itself."""
    return _BRIEF.get(hold.by, "").format(time=_clock(hold))


def _clock(hold: Hold) -> str:
    return f"{hold.again_at.astimezone():%H:%M}"
