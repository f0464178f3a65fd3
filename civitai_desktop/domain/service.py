"""Whether Civitai can run an engine at this moment, as its live list of services says."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ServiceStatus(StrEnum):
    """How an engine is doing, from worst to best; spelled as the API spells it."""

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
        parameters: What is sent verbatim to choose it; an engine's discriminators are part of it.
    """

    parameters: Mapping[str, str]
    status: ServiceStatus
