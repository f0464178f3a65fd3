"""AIR: the urns by which Civitai names checkpoints, LoRAs and other resources."""

import re
from dataclasses import dataclass

from civitai_desktop.domain.errors import InvalidInput

_AIR = re.compile(
    r"urn:air:(?P<ecosystem>[\w.-]+):(?P<type>[\w.-]+):(?P<source>[\w.-]+):"
    r"(?P<id>[^@:+\s]+)(?:@(?P<version>[^+\s]+))?(?:\+(?P<file>\S+))?",
    re.IGNORECASE,
)
_SITE_VERSION = re.compile(r"(?:^|:)civitai:\d+@(\d{1,15})(?!\d)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """One resource at one version.

    Attributes:
        ecosystem: What it fits, e.g. "sdxl".
        type: What it is, e.g. "checkpoint", "lora".
        source: Where it lies, e.g. "civitai".
        id: Of the resource at its source.
        version: None for whichever is current.
        file: One file of the version; None for its primary one.

    Source: the AIR specification in Civitai's developer documentation.
    """

    ecosystem: str
    type: str
    source: str
    id: str
    version: str | None = None
    file: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Air":
        """Read an AIR.

        Raises:
            InvalidInput: `text` is none.
        """
        match = _AIR.fullmatch(text.strip())
        if match is None:
            raise InvalidInput(
                f"“{text}” is not an AIR.", next_step="Copy it from the resource page."
            )
        return cls(**match.groupdict())

    def __str__(self) -> str:
        version = f"@{self.version}" if self.version else ""
        file = f"+{self.file}" if self.file else ""
        return f"urn:air:{self.ecosystem}:{self.type}:{self.source}:{self.id}{version}{file}"


def is_air(text: str) -> bool:
    """Tell whether `text` is an AIR, by its form."""
    return _AIR.fullmatch(text) is not None


def version_number(air: str) -> int | None:
    """Return which version of a resource on civitai.com an AIR names; None for another site's.

    Source: the contract's pattern of AIRs, in which `urn:air:`, ecosystem and type may be missing.
    """
    found = _SITE_VERSION.search(air)
    return int(found[1]) if found else None
