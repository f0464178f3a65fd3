"""Waits that end when the server does."""

from datetime import timedelta

from civitai_desktop.sandbox.clock import Clock
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.orchestration.records import WorkflowRecord

_SLICE_S = 0.1
"""How late a wait may notice a cancellation, or that the server is to stop."""

LONGEST_S = 100
"""Civitai's own ceiling for one request. Source: Orchestration guide, "Long polling"."""


class Waiting:
    """Every wait of one server; closing it ends them all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closing = False

    def close(self) -> None:
        """End all waits within a tenth of a second."""
        self._closing = True

    async def pause(self, seconds: float) -> None:
        """Return after `seconds`."""
        until = self._clock.now() + timedelta(seconds=seconds)
        while not self._closing and (left := (until - self._clock.now()).total_seconds()) > 0:
            await self._clock.sleep(min(left, _SLICE_S))

    async def until_over(
        self, orchestrator: Orchestrator, record: WorkflowRecord, seconds: float
    ) -> WorkflowRecord:
        """Return the workflow once it is over or `seconds` have passed."""
        until = self._clock.now() + timedelta(seconds=min(seconds, LONGEST_S))
        while not self._closing:
            now = self._clock.now()
            record = orchestrator.find(record.id) or record
            if record.is_over(now) or now >= until:
                break
            left = min(until, record.ends_at()) - now
            await self._clock.sleep(min(left.total_seconds(), _SLICE_S))
        return record
