"""Whether Civitai can run an engine at this moment, as its live list of services says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ServiceStatus(StrEnum):
    """How an engine is doing, from worst to best; spelled as the API spells it.

    Of `WITHDRAWN` the list knows nothing: the API has refused the engine as one it does not know.
    """

    WITHDRAWN = "withdrawn"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    DEGRADED = "degraded"
    AVAILABLE = "available"

    @classmethod
    def _missing_(cls, value: object) -> "ServiceStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One row of the list.

    Attributes:
        id: The API's own, such as "image/flux2/klein/createImage/9b"; empty if it has none.
        name: What people read; empty if it has none.
        parameters: What is sent verbatim to choose it; an engine's discriminators are part of it.
    """

    parameters: Mapping[str, str]
    status: ServiceStatus
    id: str = field(default="", compare=False)
    name: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """Return the best there is to call it by."""
        return self.name or self.id or " ".join(self.parameters.values())
