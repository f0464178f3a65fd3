"""Pictures that a step starts from: its own blobs and data URLs; nothing is fetched elsewhere."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from civitai_desktop.sandbox.blobs.decoding import opened
from civitai_desktop.sandbox.blobs.pictures import render
from civitai_desktop.sandbox.blobs.urls import BlobUrls
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.orchestration.orders import Order
from civitai_desktop.sandbox.orchestration.submission import Submission

_DEEPEST = 8
"""Variants of variants of variants: what lies deeper no longer shines through."""


class SourceReader:
    """Finds the bytes of pictures, and what is wrong with the addresses that a client sends."""

    def __init__(self, orchestrator: Orchestrator, urls: BlobUrls) -> None:
        self._orchestrator = orchestrator
        self._urls = urls

    def complaints(self, submission: Submission) -> dict[str, list[str]]:
        """Return what is wrong with a submission's pictures, by the path of their field."""
        found: dict[str, list[str]] = {}
        for place, step in enumerate(submission.steps):
            for name, value in step.input.items():
                texts = [each for each in _texts(value) if not self._admits(each)]
                if texts:
                    path = f"steps[{place}].input.{name}"
                    found[path] = ["The picture at this address cannot be fetched."]
        return found

    def found(self, order: Order, depth: int = 0) -> tuple["Found", ...]:
        """Return the pictures that an order starts from, as far as they can be had.

        Quick, and asks the store: call it where nothing else does at that moment.
        """
        found = (self._found(source, depth) for source in order.sources)
        return tuple(each for each in found if each is not None)

    def content(self, text: str) -> bytes:
        """Return the bytes that a text stands for: an address, a data URL or base64; else none."""
        if not self._admits(text):
            return b""
        is_address = text.startswith(("http:", "https:", "data:"))
        found = self._found(text if is_address else f"data:,{text}", 0)
        return next(iter(encoded([found])), b"") if found else b""

    def _admits(self, url: str) -> bool:
        """Tell whether an address of a blob is still good; others are not looked at."""
        if not url.startswith(f"{self._urls.origin}/"):
            return True
        parts = urlsplit(url)
        return self._urls.admits(_blob_id(parts.path), dict(parse_qsl(parts.query)))

    def _found(self, source: str, depth: int) -> "Found | None":
        if source.startswith("data:"):
            try:
                return Found(content=base64.b64decode(source.partition(",")[2]))
            except ValueError:
                return None
        if not source.startswith(f"{self._urls.origin}/") or depth > _DEEPEST:
            return None
        blob_id = _blob_id(urlsplit(source).path)
        if (upload := self._orchestrator.upload(blob_id)) is not None:
            return Found(content=upload.content)
        drawn = self._orchestrator.drawn(blob_id)
        if drawn is None or not drawn.available:
            return None
        sources = self.found(drawn.order, depth + 1)
        return Found(order=drawn.order, picture=drawn.picture, sources=sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A picture to start from: bytes, or one that is to be drawn.

    Attributes:
        content: As it was uploaded; empty for one that is drawn.
        order: What it was drawn for, None for an upload.
        picture: Which of the order's pictures.
        sources: What it started from itself.
    """

    content: bytes = b""
    order: Order | None = None
    picture: int = 0
    sources: tuple["Found", ...] = ()


def encoded(found: Iterable[Found]) -> tuple[bytes, ...]:
    """Return the encoded pictures, drawn where they have to be; damaged ones are left out."""
    contents = (
        each.content
        if each.order is None
        else render(each.order, each.picture, None, encoded(each.sources))
        for each in found
    )
    return tuple(content for content in contents if _is_picture(content))


def _blob_id(path: str) -> str:
    return path.rpartition("/")[2]


def _texts(value: object) -> Iterator[str]:
    items = value if isinstance(value, list) else [value]
    return (each for each in items if isinstance(each, str))


def _is_picture(content: bytes) -> bool:
    try:
        with opened(content) as image:
            image.load()
    except (OSError, SyntaxError, ValueError):
        return False
    return True
