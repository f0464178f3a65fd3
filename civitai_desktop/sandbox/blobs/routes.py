"""The routes of blobs: addresses on the API's origin, bytes on the other one, uploads."""

import asyncio
from contextlib import aclosing
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from civitai_desktop.sandbox.blobs.decoding import opened
from civitai_desktop.sandbox.blobs.pictures import render
from civitai_desktop.sandbox.blobs.sources import Found, SourceReader, encoded
from civitai_desktop.sandbox.blobs.urls import BlobUrls
from civitai_desktop.sandbox.blobs.views import MEDIA_TYPES, Json, stamp
from civitai_desktop.sandbox.orchestration.orchestrator import Drawn, Orchestrator
from civitai_desktop.sandbox.orchestration.store import Upload
from civitai_desktop.sandbox.requests import queries
from civitai_desktop.sandbox.requests.bodies import read_json
from civitai_desktop.sandbox.requests.problems import Problem

_ALL = "/v2/consumer/blobs"
_ONE = "/v2/consumer/blobs/{blob_id}"
_UPLOAD = "upload"
_UPLOAD_TYPES = frozenset(MEDIA_TYPES.values())
_LEVELS = ("na", "pg", "pg13", "r", "x", "xxx")
"""Levels of maturity, the mildest first. Source: Orchestration OpenAPI, NSFWLevel."""

_MOST_BYTES = 64 * 1024 * 1024


class BlobRoutes:
    """Answers everything under /v2/consumer/blobs, on both origins.

    Source: Orchestration OpenAPI, tag Blobs.
    """

    def __init__(self, orchestrator: Orchestrator, urls: BlobUrls, api_origin: str) -> None:
        self._orchestrator = orchestrator
        self._sources = SourceReader(orchestrator, urls)
        self._urls = urls
        self._api_origin = api_origin

    def api_routes(self) -> list[Route]:
        """Return the routes on the API's origin."""
        return [
            Route(f"{_ALL}/upload", self._upload_slot, methods=["GET"]),
            Route(f"{_ALL}/archive/{{token}}", self._archive, methods=["GET"]),
            Route(_ALL, self._upload, methods=["POST"]),
            Route("/v2/consumer/recipes/imageUpload", self._upload_recipe, methods=["POST"]),
            Route(_ONE, self._exists, methods=["HEAD"]),
            Route(_ONE, self._redirect, methods=["GET"]),
            Route(f"{_ONE}/refresh", self._refresh, methods=["POST"]),
        ]

    def content_routes(self) -> list[Route]:
        """Return the routes on the origin that serves the bytes."""
        return [Route(_ONE, self._content, methods=["GET"])]

    def admits_upload(self, request: Request) -> bool:
        """Whether the address of an upload carries the right to do it."""
        is_upload = request.method == "POST" and request.url.path == _ALL
        return is_upload and self._urls.admits(_UPLOAD, request.query_params)

    async def _upload_slot(self, _request: Request) -> Response:
        url = f"{self._api_origin}{_ALL}?{self._urls.query(_UPLOAD)}"
        return JSONResponse({"uploadUrl": url, "expiresAt": stamp(self._urls.expiry())})

    async def _upload(self, request: Request) -> Response:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip()
        if media_type not in _UPLOAD_TYPES:
            raise Problem(415, f"Only {', '.join(sorted(_UPLOAD_TYPES))} can be uploaded.")
        content = bytearray()
        async with aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                content += chunk
                if len(content) > _MOST_BYTES:
                    raise Problem(413, "A picture of more than 64 MB cannot be uploaded.")
        _dimensions(bytes(content))
        upload = self._orchestrator.keep_upload(media_type, bytes(content))
        return JSONResponse(self._view(upload), 201)

    async def _upload_recipe(self, request: Request) -> Response:
        """Take a picture as a text: an address, a data URL or base64.

        Source: Orchestration guide, "Uploading images".
        """
        text = await read_json(request)
        what_if = queries.flag(request.query_params, "whatif")
        content = self._sources.content(text) if isinstance(text, str) else b""
        if not content:
            raise Problem(400, "There is no picture in it.", {"$": ["Must be a picture."]})
        media_type = _media_type(content)
        if what_if:
            return JSONResponse({"blob": {"type": "image", "id": "what-if", "available": False}})
        upload = self._orchestrator.keep_upload(media_type, content)
        return JSONResponse({"blob": self._view(upload)})

    async def _exists(self, request: Request) -> Response:
        self._find(request)
        return Response(status_code=204)

    async def _redirect(self, request: Request) -> Response:
        blob = self._find(request)
        query = request.query_params
        highest = query.get("nsfwLevel", _LEVELS[-1])
        if highest not in _LEVELS:
            raise Problem(400, "The query is wrong at nsfwLevel.")
        level = blob.nsfw_level if isinstance(blob, Drawn) else "pg"
        if level in _LEVELS and _LEVELS.index(level) > _LEVELS.index(highest):
            raise Problem(403, "The blob is of a higher level.")
        url = self._urls.signed(blob.id)["url"]
        named = {name: query[name] for name in ("filename", "download") if name in query}
        return RedirectResponse(f"{url}&{urlencode(named)}" if named else url, 308)

    async def _archive(self, _request: Request) -> Response:
        # Only a step that this sandbox does not run makes one.
        raise Problem(410, "There is no archive of this token, or no longer.")

    async def _refresh(self, request: Request) -> Response:
        return JSONResponse(self._view(self._find(request)))

    async def _content(self, request: Request) -> Response:
        blob_id = request.path_params["blob_id"]
        if not self._urls.admits(blob_id, request.query_params):
            raise Problem(403, "The address has expired, or was never signed.")
        blob = self._find(request)
        headers = _disposition(request.query_params)
        if isinstance(blob, Upload):
            return Response(blob.content, media_type=blob.media_type, headers=headers)
        width = max(1, queries.whole(request.query_params, "width", blob.order.width))
        # Drawing takes long enough to hold up every other answer.
        content = await asyncio.to_thread(_draw, blob, width, self._sources.found(blob.order))
        media_type = MEDIA_TYPES[blob.order.output_format]
        return Response(content, media_type=media_type, headers=headers)

    def _find(self, request: Request) -> Drawn | Upload:
        blob_id = request.path_params["blob_id"]
        drawn = self._orchestrator.drawn(blob_id)
        blob = self._orchestrator.upload(blob_id) if drawn is None else drawn
        if blob is None or (isinstance(blob, Drawn) and not blob.available):
            raise Problem(404, "There is no blob of this id.")
        return blob

    def _view(self, blob: Drawn | Upload) -> Json:
        if isinstance(blob, Drawn):
            (width, height), level = (blob.order.width, blob.order.height), blob.nsfw_level
        else:
            (width, height), level = _dimensions(blob.content), "pg"
        return {
            "type": "image",
            "id": blob.id,
            "available": True,
            "width": width,
            "height": height,
            "nsfwLevel": level,
            **self._urls.signed(blob.id),
        }


def _disposition(query: QueryParams) -> dict[str, str]:
    """Return the header that tells a browser what to do with the bytes, if that is wished."""
    if "filename" not in query and not queries.flag(query, "download"):
        return {}
    way = "attachment" if queries.flag(query, "download") else "inline"
    name = query.get("filename")
    return {"content-disposition": f"{way}; filename*=UTF-8''{quote(name)}" if name else way}


def _draw(blob: Drawn, width: int, sources: tuple[Found, ...]) -> bytes:
    return render(blob.order, blob.picture, width, encoded(sources))


def _media_type(content: bytes) -> str:
    with opened(content) as image:
        return f"image/{(image.format or 'png').lower()}"


def _dimensions(content: bytes) -> tuple[int, int]:
    try:
        with opened(content) as image:
            return image.size
    except ValueError as error:
        raise Problem(400, "The bytes are no picture.") from error
