"""Checks of everything in a submitted workflow but the steps' inputs."""

import re
from typing import Any

from civitai_desktop.sandbox.requests.complaints import Check

_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_WALLETS = ("yellow", "blue", "green", "fakeRed")
_LEVELS = ("pg", "pg13", "r", "x", "xxx", "na")


def tags(value: Any) -> str | None:
    """Check a list of tags.

    Source: Orchestration OpenAPI, WorkflowTemplate.tags.
    """
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        return "must be a list of texts"
    if len(value) > 10:
        return "must hold at most 10 tags"
    if len(set(value)) < len(value):
        return "must not name a tag twice"
    if any(len(tag) > 200 for tag in value):
        return "must hold tags of at most 200 characters"
    return None


def optional(check: Check) -> Check:
    """Return a check that takes null as well."""
    return lambda value: None if value is None else check(value)


def an(kind: type, text: str) -> Check:
    """Return a check for a JSON type."""
    return lambda value: None if isinstance(value, kind) else f"must be {text}"


def _one_of(choices: tuple[str, ...]) -> Check:
    return lambda value: None if value in choices else f"must be one of {', '.join(choices)}"


def _external_id(value: Any) -> str | None:
    if isinstance(value, str) and _EXTERNAL_ID.fullmatch(value):
        return None
    return "must be 1 to 128 of A-Z, a-z, 0-9, _ and -"


def _currencies(value: Any) -> str | None:
    if isinstance(value, list) and all(wallet in _WALLETS for wallet in value):
        return None
    return f"must be a list of {', '.join(_WALLETS)}"


def _tips(value: Any) -> str | None:
    rates = list(value.values()) if isinstance(value, dict) else [None]
    if all(isinstance(rate, int | float) and 0 <= rate <= 2 for rate in rates):
        return None
    return "must be rates from 0 to 2"


WORKFLOW: dict[str, Check] = {
    "steps": an(list, "a list of steps"),
    "tags": optional(tags),
    "metadata": optional(an(dict, "an object")),
    "arguments": optional(an(dict, "an object")),
    "callbacks": optional(an(list, "a list")),
    "currencies": _currencies,
    "allowMatureContent": optional(an(bool, "true or false")),
    "experimental": optional(an(bool, "true or false")),
    "ephemeral": optional(an(bool, "true or false")),
    "externalId": optional(_external_id),
    "upgradeMode": _one_of(("manual", "automatic")),
    "nsfwLevel": _one_of(_LEVELS),
    "tips": _tips,
}
"""The official workflow's fields. Source: Orchestration OpenAPI, WorkflowTemplate."""

PLAIN_WORKFLOW: dict[str, Check] = {
    "callbackUrl": optional(an(str, "text")),
    "callbackEvents": optional(an(list, "a list")),
    "detailed": optional(an(bool, "true or false")),
}
"""What the plain contract adds to them."""

STEP: dict[str, Check] = {
    "$type": an(str, "text"),
    "name": optional(an(str, "text")),
    "priority": _one_of(("low", "normal", "high")),
    "timeout": optional(an(str, "a time span such as 00:20:00")),
    "retries": optional(an(int, "a whole number")),
    "metadata": optional(an(dict, "an object")),
    "input": an(dict, "an object"),
}
"""A step's fields. Source: Orchestration OpenAPI, WorkflowStepTemplate."""

STEP_UPDATE: dict[str, Check] = {"metadata": optional(an(dict, "an object"))}
"""What a PUT may change of a step. Source: Orchestration OpenAPI, UpdateWorkflowStepRequest."""

UPDATE: dict[str, Check] = {
    "status": _one_of(("canceled",)),
    "tags": optional(tags),
    "metadata": optional(an(dict, "an object")),
    "allowMatureContent": optional(an(bool, "true or false")),
}
"""What a PUT may change. Source: Orchestration OpenAPI, UpdateWorkflowRequest."""
