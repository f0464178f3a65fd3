"""The account and the live list of services, as Civitai's other routes give them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from civitai_desktop.sandbox.blobs.views import stamp
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.requests import queries
from civitai_desktop.sandbox.requests.catalogue import Engine
from civitai_desktop.sandbox.requests.problems import Problem


class SiteRoutes:
    """Answers for the account and the services.

    Source: Orchestration OpenAPI, tag Services; civitai.com, api/v1/me and the
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
            Route("/v2/services/{id:path}", self._one_service, methods=["GET"]),
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

    async def _one_service(self, request: Request) -> Response:
        wanted = request.path_params["id"]
        offered = map(self._service, self._orchestrator.catalogue.engines)
        found = next((service for service in offered if service["id"] == wanted), None)
        if found is None:
            raise Problem(404, "There is no service of this id.")
        interval = request.query_params.get("interval", "1h")
        return JSONResponse(found | {"history": {"interval": interval, "buckets": []}})

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
