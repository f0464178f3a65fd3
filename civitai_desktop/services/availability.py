"""Which engines Civitai can run at this moment: asked rarely, and never missed."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.service import Service, ServiceStatus
from civitai_desktop.services.ports import Clock

log = logging.getLogger(__name__)

GOOD_FOR_S = 300.0
"""How long an answer is good, one that failed included: the list is a courtesy to both sides."""

REFUSED_FOR_S = 300.0
"""How long an engine counts as withdrawn after the server has refused it last."""

_BEST_FIRST = tuple(reversed(ServiceStatus))

_LONGEST_NAME = 80
"""Characters of a name that is shown."""


class LiveServices(Protocol):
    """Whoever knows the live list of services."""

    async def services(self) -> list[Service]:
        """List what there is. May raise any `CivitaiError`."""


class Availability:
    """Tells how the engines are doing. Without an answer nothing is known, and nothing is lost."""

    def __init__(self, live: LiveServices, engines: Iterable[Engine], clock: Clock) -> None:
        self._live = live
        self._clock = clock
        listed = tuple(engines)
        self._signs = {each.id: _signs(each.discriminators) for each in listed}
        self._implied = {each.id: frozenset(each.implied) for each in listed}
        self._known: Mapping[str, ServiceStatus] = {}
        self._asked_s: float | None = None
        self._withdrawn: dict[frozenset[tuple[str, str]], float] = {}
        self._strangers: dict[str, None] = {}

    @property
    def known(self) -> Mapping[str, ServiceStatus]:
        """Return the engines' statuses by id, as far as they are known by now."""
        return {**self._known, **dict.fromkeys(self._refused(), ServiceStatus.WITHDRAWN)}

    def unknown_services(self) -> Sequence[str]:
        """List what Civitai offers and the catalogue does not know, by its name."""
        return tuple(self._strangers)

    def refuse(self, discriminators: Mapping[str, str]) -> None:
        """Take note that the server does not know the engines any more that these choose.

        That holds until one of them is accepted, or for `REFUSED_FOR_S`: they may be offered again,
        which nobody tells.
        """
        if signs := _signs(discriminators):
            self._withdrawn[signs] = self._clock()

    def accept(self, engine_id: str) -> None:
        """Take note that the server has taken an engine."""
        signs = self._signs.get(engine_id, frozenset())
        self._withdrawn = {
            each: refused_s for each, refused_s in self._withdrawn.items() if not each <= signs
        }

    async def statuses(self) -> Mapping[str, ServiceStatus]:
        """Return the engines' statuses by id; those that the list does not name are missing."""
        now_s = self._clock()
        if self._asked_s is None or now_s - self._asked_s >= GOOD_FOR_S:
            self._asked_s = now_s
            try:
                self._known = self._matched(await self._live.services())
            except CivitaiError as error:
                log.info("The live list of services is left out: %s", error)
        return self.known

    def _refused(self) -> list[str]:
        since = self._clock() - REFUSED_FOR_S
        withdrawn = [each for each, refused_s in self._withdrawn.items() if refused_s > since]
        return [
            engine_id
            for engine_id, signs in self._signs.items()
            if any(each <= signs for each in withdrawn)
        ]

    def _matched(self, services: list[Service]) -> dict[str, ServiceStatus]:
        live = [(_signs(each.parameters), each.status) for each in services]
        found: dict[str, ServiceStatus] = {}
        for engine_id, signs in self._signs.items():
            # An entry of the catalogue may stand for several services; one that runs is enough.
            implied = self._implied[engine_id]
            statuses = {status for told, status in live if _needed(signs, implied, told) <= told}
            if statuses:
                found[engine_id] = next(each for each in _BEST_FIRST if each in statuses)
        self._note_strangers(services)
        return found

    def _note_strangers(self, services: list[Service]) -> None:
        """Remember what no engine of the catalogue stands for, and log each of it once."""
        for service in services:
            signs = _signs(service.parameters)
            # One that says less than the catalogue may well be an engine of it.
            is_known = any(own <= signs or signs <= own for own in self._signs.values())
            label = " ".join(service.label.split())[:_LONGEST_NAME]
            if label and label not in self._strangers and not (signs and is_known):
                log.info("A service of Civitai's is not in the catalogue: %r", label)
                self._strangers[label] = None


def _needed(
    signs: frozenset[tuple[str, str]],
    implied: frozenset[str],
    told: frozenset[tuple[str, str]],
) -> frozenset[tuple[str, str]]:
    """Return the signs that a service must have: without those that it may leave to be implied."""
    left_out = implied - {name for name, _ in told}
    return frozenset(sign for sign in signs if sign[0] not in left_out)


def _signs(parameters: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    # The sources do not agree on the case of these words ("zImage", "zimage").
    return frozenset((name, value.casefold()) for name, value in parameters.items())
