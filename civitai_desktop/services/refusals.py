"""Tells whether a refusal means that the server does not know the engine any more."""

import re
from collections.abc import Mapping

from civitai_desktop.domain.air import is_air
from civitai_desktop.domain.errors import (
    CivitaiError,
    EngineNotOffered,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from civitai_desktop.domain.generation import GenerationRequest

_STEP_TYPE = "$type"

_LAST_NAME = re.compile(r"(\$?\w+)[^\w$]*$")
"""What a path such as "$.steps[0].input.engine" or "/steps/0/input/engine" ends with."""

_PATH = re.compile(r"\bPath: (\$\S+)")
"""A path within a sentence. Source: System.Text.Json, "The JSON value could not be converted"."""

_DISCRIMINATOR = re.compile(r"\btype discriminator\b", re.IGNORECASE)
"""How .NET calls it. Source: System.Text.Json, "Read unrecognized type discriminator id"."""

_UNKNOWN = r"(?:unknown|unsupported|unrecogni[sz]ed|invalid|no such)"
_GONE = (
    rf"(?:{_UNKNOWN}|retired|removed|discontinued|no longer \w+"
    r"|not (?:known|supported|recogni[sz]ed|available|offered|found|valid))"
)
_SUBJECT = r"(?P<name>engine|ecosystem|operation|provider|model ?version|model|version)"
_SENTENCES = (
    re.compile(rf"\b{_UNKNOWN}\s+{_SUBJECT}\b", re.IGNORECASE),
    re.compile(rf"\b{_SUBJECT}\s+(?:\S+\s+)?(?:is|was|has been)\s+{_GONE}\b", re.IGNORECASE),
)
_UNMISTAKABLE = frozenset({"engine", "ecosystem", "operation", "provider"})
"""Others are what resources are called too: a sentence must also name the value that was sent."""

_REFUSALS = (InvalidInput, NotAllowed, NotFound)


def judged(request: GenerationRequest, error: CivitaiError) -> CivitaiError:
    """Return `EngineNotOffered` where a refusal of `request` means just that; else `error` itself.

    What chooses the engine is not in the form, so that nobody could mend what is said of it.
    """
    if not isinstance(error, _REFUSALS) or isinstance(error, EngineNotOffered):
        return error
    said = error.complaints if isinstance(error, InvalidInput) else {}
    sent = _discriminators(request)
    refused = {path: name for path in said if (name := _named(path, sent)) is not None}
    name = next(iter(refused.values()), None)
    if name is None:
        name = _told(" ".join((error.message, *said.values())), sent)
    if name is None:
        return error
    others = {path: text for path, text in said.items() if path not in refused}
    return EngineNotOffered(_up_to(name, sent), others)


def _discriminators(request: GenerationRequest) -> dict[str, str]:
    """Return what was sent to choose the engine: all that is no field of the form."""
    return {
        name: value
        for name, value in request.input.items()
        if name not in request.values and isinstance(value, str) and not is_air(value)
    }


def _named(path: str, sent: Mapping[str, str]) -> str | None:
    """Return the discriminator that a path ends with; "" for the step's type, None for none."""
    found = _LAST_NAME.search(path)
    if found is None:
        return None
    last = found[1].lower()
    if last == _STEP_TYPE:
        return ""
    return next((name for name in sent if name.lower() == last), None)


def _told(text: str, sent: Mapping[str, str]) -> str | None:
    """Return the discriminator that a sentence speaks of, "" if not which, None if of none."""
    words = text.lower()
    for path in _PATH.findall(text):
        if (named := _named(path, sent)) is not None:
            return named
    values = (name for name, value in sent.items() if re.search(rf"\b{re.escape(value)}\b", text))
    if _DISCRIMINATOR.search(text):
        return next(values, "")
    for sentence in _SENTENCES:
        for found in sentence.finditer(text):
            subject = found["name"].lower().replace(" ", "")
            for name, value in sent.items():
                is_meant = name.lower() == subject
                if is_meant and (subject in _UNMISTAKABLE or value.lower() in words):
                    return name
    return None


def _up_to(name: str, sent: Mapping[str, str]) -> dict[str, str]:
    """Return the discriminators from the coarsest to this one; all of them for ""."""
    names = list(sent)
    return {each: sent[each] for each in (names[: names.index(name) + 1] if name else names)}
