"""The account, the live list of services and the resources, as Civitai's other routes give them."""

import random
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from civitai_desktop.sandbox import queries
from civitai_desktop.sandbox.blob_views import stamp
from civitai_desktop.sandbox.catalogue import Engine
from civitai_desktop.sandbox.fields import AIR
from civitai_desktop.sandbox.orchestrator import Orchestrator
from civitai_desktop.sandbox.problems import Problem

_CIVITAI_AIR = re.compile(r"urn:air:([^:]+):([^:]+):civitai:(\d+)@(\d+)(\+\d+)?", re.ASCII)
_WORDS = ("Amber", "Basalt", "Cobalt", "Dune", "Ember", "Fjord", "Glacier", "Harbour", "Indigo")
_KINDS = {"lora": "Style", "checkpoint": "Vision", "embedding": "Word", "vae": "Lens"}


class SiteRoutes:
    """Answers for the account, the services and the resources.

    Source: Orchestration OpenAPI, tags Services and Resources; civitai.com, api/v1/me and the
    tRPC route buzz.getBuzzAccount.
    """

    def __init__(self, orchestrator: Orchestrator) -> None:
        self._orchestrator = orchestrator

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [
            Route("/api/v1/me", self._me, methods=["GET"]),
            Route("/api/trpc/buzz.getBuzzAccount", self._buzz, methods=["GET"]),
            Route("/v2/services", self._services, methods=["GET"]),
            Route("/v2/resources/{air:path}", self._resource, methods=["GET"]),
        ]

    async def _me(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "id": 1,
                "username": "sandbox",
                "tier": "free",
                "status": "active",
                "isMember": False,
                "subscriptions": [],
            }
        )

    async def _buzz(self, _request: Request) -> Response:
        return JSONResponse({"result": {"data": {"json": self._orchestrator.balance()}}})

    async def _services(self, request: Request) -> Response:
        query = request.query_params
        limit = queries.whole(query, "limit", 50)
        offset = queries.whole(query, "offset", 0)
        if limit < 1 or offset < 0:
            raise Problem(400, "The query is wrong at limit or offset.")
        text = query.get("query", "").lower()
        found = [
            service
            for service in map(self._service, self._orchestrator.catalogue.engines)
            if service["id"].startswith(query.get("prefix", ""))
            and service["category"] == query.get("category", service["category"])
            and service["status"] == query.get("status", service["status"])
            and text in service["name"].lower()
            and set(query.getlist("tags")) <= set(service["tags"])
        ]
        items = found[offset : offset + limit]
        body = {"items": items, "totalCount": len(found), "limit": limit, "offset": offset}
        return JSONResponse(body)

    def _service(self, engine: Engine) -> dict[str, Any]:
        shortest, longest = engine.seconds
        return {
            "id": "/".join(("image", *engine.discriminators.values())),
            "category": "image",
            "parameters": dict(engine.discriminators),
            "step": engine.step,
            "submit": "/v2/consumer/workflows",
            "estimate": "/v2/consumer/workflows?whatif=true",
            "name": engine.label,
            "tags": [],
            "status": "available",
            "metrics": {
                "window": "24h",
                "asOf": stamp(self._orchestrator.clock.now()),
                "requests": 0,
                "successRate": 1.0,
                "canceledRate": 0.0,
                "userErrorRate": 0.0,
                "latencySeconds": {
                    "p50": (shortest + longest) / 2,
                    "p80": longest * 0.9,
                    "p95": longest,
                },
            },
        }

    async def _resource(self, request: Request) -> Response:
        air = request.path_params["air"]
        if AIR.fullmatch(air) is None:
            raise Problem(400, "This is not an AIR.")
        match = _CIVITAI_AIR.fullmatch(air)
        if match is None:
            raise Problem(404, "There is no resource of this AIR.")
        _, kind, number, version, _ = match.groups()
        chance = random.Random(int(number))
        name = f"{chance.choice(_WORDS)} {_KINDS.get(kind, kind.capitalize())}"
        return JSONResponse(
            {
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
                "availability": {"status": "available", "workers": 3},
            }
        )
