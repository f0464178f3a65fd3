"""The user's choices and their defaults."""

from dataclasses import dataclass
from enum import StrEnum


class Appearance(StrEnum):
    """Light or dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What the user has chosen, for all starts to come.

    Attributes:
        signed_in: Whether a key was stored; without one the program opens in the sandbox.
        sandbox_chosen: Whether "Try the sandbox" was pressed, so that it is not asked again.
        pictures_folder: Of the real account; empty for the system's own pictures folder.
        name_pattern: What saved files are called; see `storage.names`.
        details_shown: Whether the panel on the right is unfolded.
        mature_resources: Whether a search for resources finds what is marked as mature, too.
        recent_commands: Ids of what was chosen in the command palette, the last one first, with a
            blank between.
    """

    signed_in: bool = False
    sandbox_chosen: bool = False
    pictures_folder: str = ""
    name_pattern: str = "{time}-{prompt}"
    details_shown: bool = True
    mature_resources: bool = False
    recent_commands: str = ""
    appearance: Appearance = Appearance.SYSTEM
