"""Errors: each tells what to do, and only those that may pass are repeated."""

import inspect

import pytest

from civitai_desktop.domain import errors
from civitai_desktop.domain.errors import CivitaiError

EVERY = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, CivitaiError) and kind is not CivitaiError
]
PLAIN = [kind for kind in EVERY if kind is not errors.EngineNotOffered]
"""Those that are given their sentence."""

PASSING = {
    "RateLimited",
    "Unreachable",
    "ProxyUnusable",
    "CertificateWrong",
    "StartFailed",
    "ServerFault",
    "BadReply",
    "AnothersReply",
    "DamagedPicture",
}


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_stands_in_the_map_at_the_top_with_whether_it_is_repeated(kind: type) -> None:
    [line] = [line for line in errors.__doc__.splitlines() if f"── {kind.__name__} " in line]
    said = "(retryable)" in line
    assert kind.retryable is said is (kind.__name__ in PASSING)


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.__name__)
def test_every_error_reads_as_what_is_the_case_and_what_to_do(kind: type) -> None:
    assert str(kind("It rains.", next_step="Take an umbrella.")) == "It rains. Take an umbrella."
    assert str(kind("It rains.", next_step="")) == "It rains."
    assert str(kind("It rains.")) == f"It rains. {kind.default_next_step}".strip()


def test_an_engine_that_is_not_offered_says_what_to_do() -> None:
    error = errors.EngineNotOffered({"engine": "sdxl"})
    assert error.message == "Civitai no longer offers this engine."
    assert error.next_step == "Choose another one; what is filled in stays."


def test_complaints_cannot_be_changed_by_who_reads_them() -> None:
    given = {"width": "Is too wide."}
    error = errors.InvalidInput("No.", given)
    given["height"] = "Is too high."
    assert error.complaints == {"width": "Is too wide."}
    with pytest.raises(TypeError):
        error.complaints["width"] = ""


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.__name__)
def test_whatever_a_server_says_a_window_has_an_end(kind: type) -> None:
    error = kind("x" * 100_000, next_step="y" * 100_000)
    assert (len(error.message), len(error.next_step)) == (errors.LONGEST, errors.LONGEST)
    assert error.message.endswith("…")
    assert error.args == (error.message,)
    said = errors.InvalidInput("No.", {"width": "x" * 100_000}).complaints["width"]
    assert len(said) == errors.LONGEST
    assert errors.bounded("x" * errors.LONGEST) == "x" * errors.LONGEST
