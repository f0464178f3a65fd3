"""A text that was found in a picture file, and what the place is for where it stands."""

import re
from dataclasses import dataclass
from enum import Enum, auto

_SETTINGS = re.compile(r"\bSteps:\s*\d")
_LONGEST_NAME = 200
"""In characters; what is longer is no name of a program, a device or a person."""


class Purpose(Enum):
    """What a place in a picture file is for."""

    SETTINGS = auto()
    """Prompt and settings: `parameters` and `user_comment` in a PNG, UserComment in EXIF."""
    ABOUT = auto()
    """Anything that is said about the picture: descriptions, comments, titles, workflows."""
    NAME = auto()
    """What made it, whose it is, when: programs, cameras, artists, rights, dates."""


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text in a picture file.

    Attributes:
        text: None where it is too long, or damaged, or of a kind that is not read here.
    """

    purpose: Purpose
    text: str | None

    @property
    def has_settings(self) -> bool:
        """Whether it is written as A1111 and Civitai write prompt and settings."""
        return self.text is not None and bool(_SETTINGS.search(self.text))

    @property
    def is_empty(self) -> bool:
        """Whether a place for a text is there, but nothing in it."""
        return self.text is not None and not self.text.strip("\0 \t\r\n")

    @property
    def counts(self) -> bool:
        """Whether the picture has a text of its own with this.

        A name counts only where it is none: ComfyUI writes its workflow where the maker of the
        camera belongs, StabilityMatrix its project where the program does.
        """
        if self.text is None:
            return True
        if self.purpose is not Purpose.NAME:
            return not self.is_empty
        lines = self.text.strip("\0 \t\r\n")
        return len(lines) > _LONGEST_NAME or "{" in lines or "\n" in lines or self.has_settings
