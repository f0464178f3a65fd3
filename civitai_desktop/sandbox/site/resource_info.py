"""What the orchestrator knows of resources: of one by its AIR, and of those it is loading now."""

import random
import re
from collections.abc import Iterator
from itertools import dropwhile, islice
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.orchestration.timeline import Preparation
from civitai_desktop.sandbox.requests import queries
from civitai_desktop.sandbox.requests.fields import AIR
from civitai_desktop.sandbox.requests.problems import Problem

_CIVITAI_AIR = re.compile(r"urn:air:([^:]+):([^:]+):civitai:(\d+)@(\d+)(\+\d+)?", re.ASCII)
_WORDS = ("Amber", "Basalt", "Cobalt", "Dune", "Ember", "Fjord", "Glacier", "Harbour", "Indigo")
_KINDS = {"lora": "Style", "checkpoint": "Vision", "embedding": "Word", "vae": "Lens"}
_MOST = 1000


class ResourceInfoRoutes:
    """Answers for resources by AIR, and for the queue of their downloads.

    There is no list of all resources: the orchestrator knows what it was asked for.

    Source: Orchestration OpenAPI of client 0.2.0-beta.92, tag Resources.
    """

    def __init__(self, orchestrator: Orchestrator) -> None:
        self._orchestrator = orchestrator

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [
            Route("/v2/resources", self._queue, methods=["GET"]),
            Route("/v2/resources/{air:path}", self._resource, methods=["GET"]),
        ]

    async def _queue(self, request: Request) -> Response:
        query = request.query_params
        if query.get("view") != "queue":
            raise Problem(400, "The query is wrong at view.", {"view": ["Must be queue."]})
        take = queries.whole(query, "take", 100)
        if not 1 <= take <= _MOST:
            raise Problem(400, "The query is wrong at take.", {"take": [f"Must be 1 to {_MOST}."]})
        airs: Iterator[str] = iter(self._loading())
        if cursor := query.get("cursor"):
            airs = dropwhile(lambda air: air != cursor, airs)
            next(airs, None)
        found = list(islice(airs, take + 1))
        items = [self._info(air) for air in found[:take]]
        return JSONResponse(
            {
                "items": [item for item in items if item is not None],
                "next": found[take - 1] if len(found) > take else None,
            }
        )

    async def _resource(self, request: Request) -> Response:
        air = request.path_params["air"]
        if AIR.fullmatch(air) is None:
            raise Problem(400, "This is not an AIR.")
        info = self._info(air)
        if info is None:
            raise Problem(404, "There is no resource of this AIR.")
        return JSONResponse(info)

    def _loading(self) -> dict[str, Preparation]:
        """Return what is being loaded for a workflow now, by AIR; the next one to come first."""
        now = self._orchestrator.clock.now()
        found: dict[str, Preparation] = {}
        for record in self._orchestrator.newest_first():
            for step, moment in zip(record.steps, record.moments(now), strict=True):
                resources = step.request.order.resources
                if moment.preparation is not None and resources:
                    found[resources[0].air] = moment.preparation
        return dict(sorted(found.items(), key=lambda each: (each[1].ahead, each[0])))

    def _info(self, air: str) -> dict[str, Any] | None:
        match = _CIVITAI_AIR.fullmatch(air)
        if match is None:
            return None
        _, kind, number, version, _ = match.groups()
        chance = random.Random(int(number))
        name = f"{chance.choice(_WORDS)} {_KINDS.get(kind, kind.capitalize())}"
        return {
            "air": air,
            "resourceName": name,
            "versionName": f"v{int(version) % 9 + 1}.0",
            "size": chance.randrange(50, 7000) * 1_000_000,
            "hashes": {"AutoV2": f"{chance.getrandbits(40):010X}"},
            "downloadUrls": [],
            "fileFormat": "safeTensor",
            "checkPermission": False,
            "canGenerate": True,
            "requiresAuthorization": False,
            "hasMatureContentRestriction": False,
            "hasNSFWContentRestriction": False,
            "availability": _availability(self._loading().get(air)),
        }


def _availability(preparation: Preparation | None) -> dict[str, Any]:
    if preparation is None:
        return {"status": "available", "workers": 3}
    if preparation.progress is None:
        return {"status": "unavailable", "queuePosition": preparation.ahead}
    return {
        "status": "loading",
        "workers": 1,
        "progress": preparation.progress,
        "etaSeconds": preparation.seconds,
    }
