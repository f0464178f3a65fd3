"""HTTP failures as the errors the user is told: one table, whatever form the body has."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

import httpx
import msgspec

from civitai_desktop.api.trust import from_tls
from civitai_desktop.domain import errors

NOT_READABLE = (ValueError, RecursionError, OverflowError)
"""What msgspec raises at what is not JSON, is nested too deeply, or has not the expected form."""

_LONGEST = 300
"""Longer texts and those of several lines are stack traces rather than sentences."""

_MOST_BYTES = 4096
"""Of a body that is no JSON; what is to be shown of it is a line."""

_MOST_COMPLAINTS = 50

_FUNDS = re.compile(r"\b(buzz|funds?|budget)\b", re.IGNORECASE)

_BY_STATUS: dict[int, tuple[type[errors.CivitaiError], str]] = {
    206: (errors.BadReply, "Only a part of the answer came."),
    400: (errors.InvalidInput, "Civitai does not take this request."),
    401: (errors.NotSignedIn, "The key was refused."),
    402: (errors.NotEnoughBuzz, "There is not enough Buzz, or the key's budget is used up."),
    403: (errors.NotAllowed, "Civitai does not allow this request."),
    404: (errors.NotFound, "Civitai does not have this any more."),
    407: (errors.ProxyUnusable, "A proxy on the way to Civitai wants a name and a password."),
    408: (errors.ServerFault, "Civitai took too long."),
    429: (errors.RateLimited, "Civitai asks for a pause."),
    511: (errors.BadReply, "This network asks for a sign-in."),
}
_SERVER_FAULT = (errors.ServerFault, "Civitai has a problem at the moment.")
_REFUSED = (errors.NotAllowed, "Civitai refused the request.")
_ASTRAY = (errors.BadReply, "The answer is not one of Civitai's.")
"""The API sends nobody elsewhere; a network that wants a sign-in does."""


def from_response(response: httpx.Response) -> errors.CivitaiError:
    """Turn a failed response, whose body has been read, into the error to raise.

    Source: `civitai/api.md` section 3 "Status codes in practice" and section 13, rows 17 and 18:
    problem+json, the older {code, message, traceId}, a plain string, or a page of HTML.
    """
    body = _body(response)
    other = _SERVER_FAULT if response.is_server_error else _REFUSED
    if response.is_redirect:
        other = _ASTRAY
    kind, sentence = _BY_STATUS.get(response.status_code, other)
    words = _said(body)
    if kind in _MAY_MEAN_FUNDS and _FUNDS.search(words):
        kind, sentence = _BY_STATUS[402]
    if kind is errors.InvalidInput:
        complaints = _complaints(body)
        # The title is the same for all of them, and says nothing.
        told = _said(body, ("detail", "message", "error")) or " ".join(
            dict.fromkeys(stopped(text) for text in complaints.values() if text)
        )
        return errors.InvalidInput(
            stopped(told or words) or sentence, complaints, next_step=None if complaints else ""
        )
    if kind is errors.NotAllowed and words:
        sentence = f"Civitai refused: {stopped(words)}"
    return kind(sentence, retry_after_s=retry_after_s(response))


_MAY_MEAN_FUNDS = (errors.InvalidInput, errors.NotAllowed)
"""A shortage of Buzz has been seen as 402, 403 and 400."""


TROUBLE = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, OverflowError)
"""What sending, being answered and reading an answer may raise, however odd the other side is.

httpx lets through what its parts raise: `ssl`'s and the socket's own errors, idna's, and those of
codecs for which it has no name.
"""


def from_exception(error: BaseException) -> errors.Unreachable | errors.BadReply:
    """Turn a transport failure into the error to raise."""
    if certificate := from_tls(error):
        return certificate
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return errors.Unreachable("Civitai cannot be reached.")
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return errors.Unreachable("Civitai did not answer in time.")
    return errors.Unreachable("The connection to Civitai was lost.")


LONGEST_WISH_S = 600.0
"""A day, or a number of a hundred digits, is a mistake, and must not still a paid generation."""


def retry_after_s(response: httpx.Response) -> float | None:
    """Return the pause the server asks for in seconds, at most `LONGEST_WISH_S`, or None.

    A date is compared with the server's own, because this computer's clock may be wrong.

    Source: RFC 9110 section 10.2.3: a number of seconds or a date.
    """
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:_DIGITS]), LONGEST_WISH_S)
    then = _moment(text)
    if then is None:
        return None
    now = _moment(response.headers.get("date", "")) or datetime.now(UTC)
    return min(max(0.0, (then - now).total_seconds()), LONGEST_WISH_S)


_DIGITS = 18


def _moment(text: str) -> datetime | None:
    """Read a date of HTTP; None for what is none, or lies beyond all calendars."""
    try:
        date = parsedate_to_datetime(text.strip())
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def said(response: httpx.Response) -> str:
    """Return the sentence in which a failed response says why, if it is one to show; else ""."""
    return _said(_body(response))


def _body(response: httpx.Response) -> Any:
    try:
        return msgspec.json.decode(response.content)
    except NOT_READABLE:
        # Not in the charset that is named: some names are no charsets, and some are no names.
        text = response.content[:_MOST_BYTES].decode("utf-8", "replace").strip()
        return "" if "<" in text[:100] or text.startswith(("{", "[")) else text


def stopped(text: str) -> str:
    """Return a sentence with a full stop, so that another can follow it."""
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _said(body: Any, names: tuple[str, ...] = ("detail", "message", "error", "title")) -> str:
    """Return the server's own sentence, if it is one to show."""
    candidates = [body.get(name) for name in names] if isinstance(body, Mapping) else [body]
    for text in candidates:
        if isinstance(text, str) and text.strip():
            return sentence(text)
    return ""


def sentence(text: str) -> str:
    """Return `text` if it is one line of prose to show to people, else ""."""
    text = text.strip()
    is_prose = "\n" not in text and len(text) <= _LONGEST and "://" not in text
    return text if is_prose else ""


def _complaints(body: Any) -> dict[str, str]:
    found = body.get("errors") if isinstance(body, Mapping) else None
    if not isinstance(found, Mapping):
        return {}
    # Not `str()` of whatever it is: of what is nested, that has an end only where Python has one.
    return {
        str(field)[:_LONGEST]: " ".join(
            each for each in (texts if isinstance(texts, list) else [texts]) if _is_text(each)
        )
        for field, texts in islice(found.items(), _MOST_COMPLAINTS)
    }


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
