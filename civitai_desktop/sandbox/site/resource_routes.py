"""The site's public routes of resources: search, versions, and their pictures."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from civitai_desktop.sandbox.blobs.pictures import render
from civitai_desktop.sandbox.blobs.views import stamp
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.orchestration.orders import Order
from civitai_desktop.sandbox.requests import queries
from civitai_desktop.sandbox.site.resources import (
    Resource,
    Version,
    catalogued,
    early_access_ends,
    made_up,
)

WITHOUT_KEY = ("/api/v1/models", "/api/v1/model-versions/", "/previews/")
"""Beginnings of the paths that anyone may ask for."""

_MOST = 12
"""Resources in a page, however many are asked for: so few that there is something to scroll."""

_PREVIEW_PX = 450
_SAFE, _MATURE = 1, 8
_NEEDS_LOGIN = ("favorites", "hidden")

_SORTS: dict[str, Callable[[Resource], Any]] = {
    "Highest Rated": lambda resource: -resource.likes,
    "Most Downloaded": lambda resource: -resource.downloads,
    "Most Liked": lambda resource: -resource.likes,
    "Newest": lambda resource: -resource.versions[0].published_at.timestamp(),
    "Oldest": lambda resource: resource.versions[0].published_at.timestamp(),
}


class ResourceRoutes:
    """Answers as civitai.com does, for the resources this sandbox has made up.

    Source: civitai.com, api/v1/models and api/v1/model-versions.
    """

    def __init__(self, orchestrator: Orchestrator, origin: str) -> None:
        self._clock = orchestrator.clock
        self._origin = origin
        self._resources = (*made_up(), *catalogued(orchestrator.catalogue.engines))

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [
            Route("/api/v1/models", self._search, methods=["GET"]),
            Route("/api/v1/models/{id:int}", self._resource, methods=["GET"]),
            Route("/api/v1/model-versions/mini/{id:int}", self._mini, methods=["GET"]),
            Route("/api/v1/model-versions/{id:int}", self._version, methods=["GET"]),
            Route("/previews/{id:int}.jpeg", self._preview, methods=["GET"]),
        ]

    async def _search(self, request: Request) -> Response:
        query = request.query_params
        if problem := _problem(query):
            return problem
        limit = min(queries.whole(query, "limit", 100), _MOST)
        at = queries.whole(query, "cursor", 0)
        # As on the site, a page is cut before the base models are looked at, so it may be short.
        found = sorted(_matching(self._resources, query), key=_order(query))
        bases = set(query.getlist("baseModels"))
        items = [
            self._item(resource)
            for resource in found[at : at + limit]
            if not bases or bases & {version.base_model for version in resource.versions}
        ]
        metadata: dict[str, Any] = {"pageSize": limit}
        if at + limit < len(found):
            metadata["nextCursor"] = str(at + limit)
        return JSONResponse({"items": items, "metadata": metadata})

    async def _resource(self, request: Request) -> Response:
        wanted = request.path_params["id"]
        found = next((each for each in self._resources if each.id == wanted), None)
        if found is None:
            return _error(404, f"No model with id {wanted}")
        return JSONResponse(self._item(found))

    async def _version(self, request: Request) -> Response:
        found = self._find(request)
        if found is None:
            return _error(404, f"No model with id {request.path_params['id']}")
        resource, version = found
        owner = {"name": resource.name, "type": resource.type, "nsfw": resource.is_mature}
        more = {"modelId": resource.id, "air": resource.air(version), "model": owner}
        return JSONResponse(self._listed(resource, version) | more)

    async def _mini(self, request: Request) -> Response:
        found = self._find(request)
        if found is None:
            return _error(404, f"No model with id {request.path_params['id']}")
        resource, version = found
        return JSONResponse(
            {
                "air": resource.air(version),
                "modelName": resource.name,
                "versionName": version.name,
                "baseModel": version.base_model,
                "canGenerate": resource.generates and not version.is_restricted,
                "checkPermission": version.is_restricted,
                "requireAuth": False,
                "sfwOnly": False,
            }
        )

    async def _preview(self, request: Request) -> Response:
        found = self._find(request)
        if found is None:
            return _error(404, "No image")
        resource, version = found
        width, height = resource.picture_side(version)
        order = Order(
            prompt=resource.name,
            negative_prompt="",
            width=width,
            height=height,
            quantity=1,
            seed=version.id,
            steps=0,
            guidance=None,
            sampler=None,
            scheduler=None,
            clip_skip=None,
            output_format="jpeg",
            engine="",
            resources=(),
        )
        return Response(render(order, 0, _PREVIEW_PX), media_type="image/jpeg")

    def _find(self, request: Request) -> tuple[Resource, Version] | None:
        wanted = request.path_params["id"]
        for resource in self._resources:
            for version in resource.versions:
                if version.id == wanted and not version.is_deleted:
                    return resource, version
        return None

    def _item(self, resource: Resource) -> dict[str, Any]:
        return {
            "id": resource.id,
            "name": resource.name,
            "type": resource.type,
            "nsfw": resource.is_mature,
            "supportsGeneration": resource.generates,
            "creator": {"username": resource.creator},
            "tags": [],
            "stats": {"downloadCount": resource.downloads, "thumbsUpCount": resource.likes},
            "modelVersions": [self._listed(resource, version) for version in resource.versions],
        }

    def _listed(self, resource: Resource, version: Version) -> dict[str, Any]:
        width, height = resource.picture_side(version)
        ends = early_access_ends(version, self._clock.now())
        return {
            "id": version.id,
            "name": version.name,
            "baseModel": version.base_model,
            "baseModelType": "Standard",
            "supportsGeneration": resource.generates,
            "trainedWords": list(version.words),
            "publishedAt": stamp(version.published_at),
            **_access(version, stamp(ends)),
            "stats": {"downloadCount": resource.downloads, "thumbsUpCount": resource.likes},
            "files": [],
            "images": [
                {
                    "url": f"{self._origin}/previews/{version.id}.jpeg",
                    "type": "image",
                    "nsfwLevel": _MATURE if resource.is_mature else _SAFE,
                    "width": width,
                    "height": height,
                }
            ],
        }


def _access(version: Version, ends: str | None) -> dict[str, Any]:
    """Say who may use a version in every way in which the site's answers do."""
    paid = {"permanent": version.is_paid_only, "endsAt": ends} if version.is_restricted else None
    return {"earlyAccessEndsAt": ends, "earlyAccessDeadline": ends, "paidAccess": paid}


def _order(query: QueryParams) -> Callable[[Resource], Any]:
    """Return what a search is sorted by: with words, whatever matches them best comes first."""
    words = query.get("query", "").lower().split()
    if not words:
        return _SORTS[query.get("sort", "Highest Rated")]

    def distance(resource: Resource) -> tuple[bool, int]:
        return not resource.name.lower().startswith(words[0]), -resource.downloads

    return distance


def _problem(query: QueryParams) -> Response | None:
    """Return the refusal of a query that the site does not take."""
    if any(name in query for name in _NEEDS_LOGIN):
        return _error(401, "Unauthorized")
    if "page" in query and "query" in query:
        return _error(400, "Cannot use page param with query search. Use cursor-based pagination.")
    if query.get("sort", "Newest") not in _SORTS:
        return _error(400, "Invalid enum value at sort")
    return None


def _matching(resources: Iterable[Resource], query: QueryParams) -> Iterator[Resource]:
    words = query.get("query", "").lower().split()
    types = set(query.getlist("types"))
    with_mature = queries.flag(query, "nsfw")
    # Whatever it says: on the site its mere presence counts.
    must_generate = bool(query.get("supportsGeneration"))
    for resource in resources:
        name = f"{resource.name} {resource.creator}".lower()
        if (
            (not types or resource.type in types)
            and all(word in name for word in words)
            and (with_mature or not resource.is_mature)
            and (resource.generates or not must_generate)
        ):
            yield resource


def _error(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status)
