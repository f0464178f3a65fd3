"""The live list of what Civitai can run at this moment; optional, and needs no key."""

from typing import Any

import msgspec

from civitai_desktop.api.errors import NOT_READABLE
from civitai_desktop.api.http import ApiClient, Params
from civitai_desktop.domain.errors import BadReply, bounded
from civitai_desktop.domain.service import Service, ServiceStatus

_SERVICES = "/v2/services"
_PAGE = 100
_MOST = 1000
"""Rows after which no more pages are asked for: a list without an end is no list."""

_SERVICES_S = 10.0


class _Row(msgspec.Struct):
    parameters: dict[str, str] = {}
    status: str = ""
    id: Any = None
    name: Any = None


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    totalCount: int = 0


class ServicesApi:
    """Asks the orchestrator how its engines are doing."""

    def __init__(self, http: ApiClient) -> None:
        self._http = http

    async def services(self) -> list[Service]:
        """List the services that make pictures; a row that cannot be read is left out.

        Raises:
            CivitaiError: It cannot be had now, and may not exist at all.

        Source: `GET /v2/services`, in the OpenAPI document only.
        """
        found: list[Service] = []
        for offset in range(0, _MOST, _PAGE):
            params: Params = {"category": "image", "limit": _PAGE, "offset": offset}
            page = _page(
                await self._http.send(
                    "GET", _SERVICES, params=params, needs_key=False, timeout_s=_SERVICES_S
                )
            )
            found += (service for service in map(_service, page.items) if service)
            if not page.items or offset + len(page.items) >= page.totalCount:
                break
        return found


def _page(body: bytes) -> _Page:
    try:
        return msgspec.json.decode(body, type=_Page)
    except NOT_READABLE as error:
        raise BadReply("The list of services cannot be read.") from error


def _service(row: msgspec.Raw) -> Service | None:
    try:
        read = msgspec.json.decode(row, type=_Row)
    except NOT_READABLE:
        return None
    return Service(
        parameters=read.parameters,
        status=ServiceStatus(read.status),
        id=read.id if isinstance(read.id, str) else "",
        name=bounded(read.name.strip()) if isinstance(read.name, str) else "",
    )
