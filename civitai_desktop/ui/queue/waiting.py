"""What a generation that is held says on its tile."""

from civitai_desktop.domain.hold import HeldBy, Hold

_TITLES = {
    HeldBy.WORKFLOW: "Waiting for Civitai",
    HeldBy.PICTURES: "Waiting for pictures",
    HeldBy.ACCOUNT: "Another account",
    HeldBy.FAULT: "Put aside",
}


def title(hold: Hold) -> str:
    """Return in two words what it waits for."""
    return _TITLES[hold.by]


def reason(hold: Hold) -> str:
    """Return why, and when it is looked after again, as a clock on the wall shows it."""
    if hold.by is HeldBy.ACCOUNT:
        return hold.reason
    return f"{hold.reason} Next time at {hold.again_at.astimezone():%H:%M}."
