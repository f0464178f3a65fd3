"""Refusals as HTTP answers: problem+json, as Civitai sends them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse


class Problem(Exception):
    """The request cannot be answered as wished.

    Attributes:
        status: HTTP status.
        detail: What is the matter, in a sentence.
        errors: Path of each wrong value to what is wrong with it, None where that does not apply.
    """

    def __init__(
        self, status: int, detail: str, errors: dict[str, list[str]] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors


def unknown_engine(body: Any, withdrawn: Mapping[str, str] | None) -> Problem | None:
    """Return the refusal of a submission for engines that are not on offer any more.

    Args:
        body: As it was sent, decoded.
        withdrawn: The discriminators of such engines, from coarse to fine; None for none.
    """
    steps = body.get("steps") if isinstance(body, dict) else None
    for place, step in enumerate(steps if isinstance(steps, list) and withdrawn else ()):
        given = step.get("input") if isinstance(step, dict) else None
        if isinstance(given, dict) and withdrawn and withdrawn.items() <= given.items():
            name, value = list(withdrawn.items())[-1]
            text = f"Read unrecognized type discriminator id '{value}'."
            path = f"$.steps[{place}].input.{name}"
            return Problem(400, "One or more validation errors occurred.", {path: [text]})
    return None


def problem_response(problem: Problem) -> JSONResponse:
    """Write a problem as RFC 9457 says.

    Source: Orchestration OpenAPI, ProblemDetails and ValidationProblemDetails.
    """
    body = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors is not None:
        body["errors"] = problem.errors
    headers = {"www-authenticate": "Bearer"} if problem.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(
        body, problem.status, headers=headers, media_type="application/problem+json"
    )
