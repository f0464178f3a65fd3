"""Sends each request on its way: directly, or through the proxy that is set for it."""

import httpx

from civitai_desktop.api.proxies import Proxies, Proxy, read
from civitai_desktop.api.socks import WANTS_ANOTHER, SocksTransport
from civitai_desktop.api.trust import from_tls, trust
from civitai_desktop.domain.errors import ProxyUnusable

_NEEDS_NAME = "407"


class RoutingTransport(httpx.AsyncBaseTransport):
    """Reads no environment by itself, and opens what leads through a proxy when it is needed."""

    def __init__(self, proxies: Proxies | None = None) -> None:
        """Take the routes.

        Args:
            proxies: The environment's, where none are given.
        """
        self._proxies = read() if proxies is None else proxies
        self._direct = httpx.AsyncHTTPTransport(verify=trust(), trust_env=False)
        self._through: dict[Proxy, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            ProxyUnusable: The proxy for it is set wrongly, refuses, or is not there.
            httpx.HTTPError: Something else failed.
        """
        proxy = self._proxies.through(request.url)
        if proxy is None:
            return await self._direct.handle_async_request(request)
        try:
            return await self._opened(proxy).handle_async_request(request)
        except httpx.ProxyError as error:
            raise _refusal(proxy, str(error)) from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if from_tls(error):
                raise
            raise _unusable(proxy, "cannot be reached, or does not reach Civitai") from error

    def _opened(self, proxy: Proxy) -> httpx.AsyncHTTPTransport:
        if proxy not in self._through:
            self._through[proxy] = (
                SocksTransport(proxy, trust())
                if proxy.url.scheme.startswith("socks")
                else httpx.AsyncHTTPTransport(
                    verify=trust(), trust_env=False, proxy=_ProxyWithRawAuth(proxy)
                )
            )
        return self._through[proxy]

    async def aclose(self) -> None:
        """Close all of them."""
        for transport in (self._direct, *self._through.values()):
            await transport.aclose()


class _ProxyWithRawAuth(httpx.Proxy):
    """A proxy whose name and password are bytes: not every password is UTF-8."""

    def __init__(self, proxy: Proxy) -> None:
        encrypted = trust() if proxy.url.scheme == "https" else None
        super().__init__(proxy.url, ssl_context=encrypted)
        self._auth = proxy.auth

    @property
    def raw_auth(self) -> tuple[bytes, bytes] | None:
        return self._auth


def _refusal(proxy: Proxy, said: str) -> ProxyUnusable:
    """Return what to tell of a proxy that refuses; what HTTP's one says begins with a number."""
    if said.startswith(_NEEDS_NAME) or said == WANTS_ANOTHER:
        return ProxyUnusable(
            f"The proxy in {proxy.variable} wants {WANTS_ANOTHER}.",
            next_step=f"Write them into {proxy.variable} as http://name:password@host:port, "
            "and start the program again.",
        )
    is_ours = proxy.url.scheme.startswith("socks")
    return _unusable(proxy, said if is_ours else "refuses to connect to Civitai")


def _unusable(proxy: Proxy, what: str) -> ProxyUnusable:
    return ProxyUnusable(
        f"The proxy in {proxy.variable} {what}.",
        next_step="Check whether it runs; the program goes on by itself.",
    )
