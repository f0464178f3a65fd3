"""Pictures that a generation starts from, as they are named until their addresses are known."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from civitai_desktop.domain.generation import GenerationRequest

MEDIA_TYPES: Mapping[str, str] = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
"""What can be uploaded, by the ending of its reference."""

MOST_BYTES = 64 * 1024 * 1024
"""Of one picture. Source: civitai.com, whose own uploads end there."""

_LOCAL = re.compile(r"source:(?P<name>[0-9a-f]{64}\.(?P<kind>png|jpeg|webp))")


def reference(sha256: str, kind: str) -> str:
    """Return how a picture on this machine is named in a form: by what is in it."""
    return f"source:{sha256}.{kind}"


def file_name(text: str) -> str | None:
    """Return the name of the file that a reference means; None if `text` is no reference."""
    found = _LOCAL.fullmatch(text)
    return found["name"] if found else None


def media_type(text: str) -> str:
    """Return the media type of the picture that a reference means.

    Raises:
        ValueError: `text` is no reference.
    """
    found = _LOCAL.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} names no picture of this machine")
    return MEDIA_TYPES[found["kind"]]


def local_pictures(request: GenerationRequest) -> dict[str, str]:
    """Return the references in a request's input, each once, with the field it stands in."""
    return {
        each: name
        for name, value in request.input.items()
        for each in (value if isinstance(value, list | tuple) else (value,))
        if isinstance(each, str) and file_name(each)
    }


def addressed(request: GenerationRequest, address: Callable[[str], str]) -> GenerationRequest:
    """Return the request with each reference in its input replaced by `address(reference)`."""
    if not local_pictures(request):
        return request

    def final(value: object) -> object:
        if isinstance(value, list | tuple):
            return [final(each) for each in value]
        return address(value) if isinstance(value, str) and file_name(value) else value

    return replace(request, input={name: final(value) for name, value in request.input.items()})
