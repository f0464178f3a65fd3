"""What civitai.com itself knows of the account; all of it optional."""

import msgspec

from civitai_desktop.api.errors import NOT_READABLE
from civitai_desktop.api.http import ApiClient
from civitai_desktop.domain.errors import CivitaiError, bounded
from civitai_desktop.domain.terms import Buzz

_SITE_S = 10.0


class _Me(msgspec.Struct):
    username: str | None = None


class _Wallets(msgspec.Struct):
    blue: int = 0
    green: int = 0
    yellow: int = 0


class _Json(msgspec.Struct):
    json: _Wallets


class _Data(msgspec.Struct):
    data: _Json


class _Balance(msgspec.Struct):
    result: _Data


class SiteApi:
    """Calls to civitai.com. Neither answer is promised by its documentation: both fail softly."""

    def __init__(self, http: ApiClient) -> None:
        self._http = http

    async def username(self) -> str | None:
        """Return the name the key belongs to; None if the site does not tell.

        Source: `GET /api/v1/me`.
        """
        try:
            body = await self._http.send("GET", "/api/v1/me", timeout_s=_SITE_S)
            name = msgspec.json.decode(body, type=_Me, strict=False).username
            return None if name is None else bounded(name)
        except (CivitaiError, *NOT_READABLE):
            return None

    async def balance(self) -> dict[Buzz, int] | None:
        """Return the Buzz in each wallet; None if the site does not tell.

        Source: the site's own `buzz.getBuzzAccount`, undocumented; needs the scope BuzzRead.
        """
        try:
            body = await self._http.send("GET", "/api/trpc/buzz.getBuzzAccount", timeout_s=_SITE_S)
            wallets = msgspec.json.decode(body, type=_Balance, strict=False).result.data.json
            return {
                Buzz.BLUE: wallets.blue,
                Buzz.GREEN: wallets.green,
                Buzz.YELLOW: wallets.yellow,
            }
        except (CivitaiError, *NOT_READABLE):
            return None
