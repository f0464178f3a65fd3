"""Uploads of pictures: an address is asked for, then the bytes are sent there as they are."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import httpx

from civitai_desktop.api import errors, wire
from civitai_desktop.api.addresses import is_safe
from civitai_desktop.api.errors import stopped
from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.domain.errors import BadReply, CivitaiError, InvalidInput, NotAllowed
from civitai_desktop.domain.workflow import Blob

_SLOT = "/v2/consumer/blobs/upload"
_CHUNK = 256 * 1024
_SIGNATURE = re.compile(r"sig|signature|token|.*-signature", re.IGNORECASE)
"""Names of query parameters that let their bearer in."""

_EXPIRED = frozenset({401, 403, 404})
"""What a signed address answers once it has run out. It is not about the key, which is not sent."""

_SLOTS = 2
"""A picture may be 64 MB: what one fresh address does not mend is not repeated without end."""

_REFUSALS = {
    400: ("Civitai cannot read this picture.", "Choose another picture, or save this one anew."),
    413: ("This picture is too large for Civitai.", "Make it smaller than 64 MB."),
    415: ("Civitai does not take this kind of picture.", "Save it as PNG, JPEG or WebP."),
    422: ("Civitai refused this picture.", "Choose another picture."),
}


class BlobApi:
    """Uploads. The bytes go nowhere but to the address that the API has just named."""

    def __init__(self, http: ApiClient, blobs: BlobClient) -> None:
        self._http = http
        self._blobs = blobs

    async def upload(self, content: bytes, media_type: str, told: Callable[[float], None]) -> Blob:
        """Upload a picture and return its blob.

        Args:
            content: The whole file.
            media_type: "image/png", "image/jpeg" or "image/webp".
            told: Hears the share that is sent, 0.0 to 1.0.

        Raises:
            InvalidInput: This picture is refused; nothing but another one helps.
            NotSignedIn: The key must change first.
            NotAllowed: No address that was named lets anything in.
            Unreachable, RateLimited, ServerFault: The same upload may succeed later.

        Source: `civitai/api.md` section 10: `GET /v2/consumer/blobs/upload`, then a POST of the
        raw bytes to its `uploadUrl`.
        """
        for _ in range(_SLOTS):
            url = self._allowed(wire.upload_url(await self._http.send("GET", _SLOT)))
            is_signed = any(_SIGNATURE.fullmatch(name) for name in url.params)
            headers = {"Content-Type": media_type, "Content-Length": str(len(content))}
            headers |= {} if is_signed else self._http.bearer(url)
            async with aclosing(_chunks(content, told)) as chunks:
                response = await self._blobs.post(url, chunks, headers)
            if response.is_success:
                return wire.blob(response.content)
            if not (is_signed and response.status_code in _EXPIRED):
                raise _refusal(response)
        raise NotAllowed(
            "Civitai does not take uploads at the addresses it gives.",
            next_step="Try again later, or generate without the picture.",
        )

    def _allowed(self, named: str) -> httpx.URL:
        url = self._http.absolute(named)
        # A server on this machine is spoken to without encryption.
        if not is_safe(url):
            raise BadReply("Civitai's address for the upload is not encrypted.")
        return url


async def _chunks(content: bytes, told: Callable[[float], None]) -> AsyncGenerator[bytes, None]:
    for start in range(0, len(content), _CHUNK):
        told(start / len(content))
        yield content[start : start + _CHUNK]
    told(1.0)


def _refusal(response: httpx.Response) -> CivitaiError:
    if response.status_code in _REFUSALS:
        sentence, next_step = _REFUSALS[response.status_code]
        if said := errors.said(response):
            sentence = f"{sentence[:-1]}: {stopped(said)}"
        return InvalidInput(sentence, next_step=next_step)
    return errors.from_response(response)
