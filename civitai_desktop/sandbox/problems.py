"""Refusals as HTTP answers: problem+json, as Civitai sends them."""

from http import HTTPStatus

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
