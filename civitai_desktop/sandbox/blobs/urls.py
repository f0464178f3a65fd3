"""Signed addresses of blobs: made, and checked when they are used."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from civitai_desktop.sandbox.clock import Clock

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_PREVIEW_PX = 450


class BlobUrls:
    """Signs addresses that are good for a while, on the origin that serves blobs.

    Attributes:
        origin: Where the blobs are, e.g. "http://127.0.0.1:40001".
    """

    def __init__(self, origin: str, *, secret: str, lifetime_s: float, clock: Clock) -> None:
        self.origin = origin
        self._secret = secret.encode()
        self._lifetime = timedelta(seconds=lifetime_s)
        self._clock = clock

    def signed(self, blob_id: str) -> dict[str, Any]:
        """Return the fields of a blob that hold its addresses and when they end."""
        expires = self._clock.now() + self._lifetime
        url = f"{self.origin}/v2/consumer/blobs/{blob_id}?{self.query(blob_id)}"
        until = expires.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "url": url,
            "urlExpiresAt": until,
            "previewUrl": f"{url}&width={_PREVIEW_PX}",
            "previewUrlExpiresAt": until,
        }

    def query(self, subject: str) -> str:
        """Return the query that lets its bearer at `subject` until it ends."""
        expires_ms = (self._clock.now() + self._lifetime - _EPOCH) // timedelta(milliseconds=1)
        return f"sig={self._signature(subject, str(expires_ms))}&exp={expires_ms}"

    def expiry(self) -> datetime:
        """Return when an address signed now will end."""
        return self._clock.now() + self._lifetime

    def admits(self, subject: str, query: Mapping[str, str]) -> bool:
        """Whether a request's query carries a signature for `subject` that is still good."""
        expires_ms = query.get("exp", "")
        if not expires_ms.isdecimal():
            return False
        good = hmac.compare_digest(self._signature(subject, expires_ms), query.get("sig", ""))
        return good and self._clock.now() < _EPOCH + timedelta(milliseconds=int(expires_ms))

    def _signature(self, subject: str, expires_ms: str) -> str:
        message = f"{subject}\n{expires_ms}".encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()[:32]
