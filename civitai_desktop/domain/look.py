"""What a look through the pictures folder leaves out, and why."""

from dataclasses import dataclass
from enum import StrEnum

NAMES_TOLD = 3
"""How many of the files or folders that were left out for one reason are named."""


class Reason(StrEnum):
    """Why a file or a folder is passed over."""

    NO_PICTURE = "no picture"
    """It has the ending of a picture, and is none, or not a whole one."""
    DAMAGED = "damaged"
    """The file of a picture in the library is not whole any more; the picture stays."""
    NO_ACCESS = "no access"
    """The system does not let it be read."""
    NO_FILE = "no file"
    """A pipe, a device, or a link that leads nowhere."""
    BAD_NAME = "bad name"
    """Its name is not text, so that nothing could ask for it again."""
    LOOP = "loop"
    """A linked folder that leads back to one above or to one that was looked into already."""
    HIDDEN = "hidden"
    """A hidden folder, or a trash or version store of another program."""


HARMLESS = frozenset({Reason.LOOP, Reason.HIDDEN})
"""Left out on purpose: no picture is lost by it."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """What was left out for one reason.

    Attributes:
        names: Of the first few, as paths in the pictures folder.
    """

    reason: Reason
    count: int
    names: tuple[str, ...] = ()


def summed(found: list[tuple[Reason, str]]) -> tuple[PassedOver, ...]:
    """Count by reason what was passed over, in the reasons' own order."""
    by_reason = {reason: [name for why, name in found if why is reason] for reason in Reason}
    return tuple(
        PassedOver(reason, len(names), tuple(sorted(names)[:NAMES_TOLD]))
        for reason, names in by_reason.items()
        if names
    )
