"""Bodies of requests, checked as submissions and patches, refused with a sentence a value."""

from typing import Any

from starlette.requests import Request

from civitai_desktop.sandbox.blobs.sources import SourceReader
from civitai_desktop.sandbox.faults.misbehaviour import RAN, WITHDRAWN
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.orchestration.submission import Submission, read_submission
from civitai_desktop.sandbox.requests.complaints import Check, Complaints, Refused
from civitai_desktop.sandbox.requests.json_patch import BadPatch, apply_patch
from civitai_desktop.sandbox.requests.problems import Problem, unknown_engine


def submitted(
    request: Request, body: Any, orchestrator: Orchestrator, sources: SourceReader
) -> Submission:
    """Return a template as it will be run.

    Raises:
        Problem: 400; something in it is wrong, or the faults file says so.
    """
    if problem := unknown_engine(body, request.scope.get(WITHDRAWN)):
        raise problem
    try:
        submission = read_submission(_as_run(body, request.scope.get(RAN)), orchestrator.catalogue)
        if wrong := sources.complaints(submission):
            raise Refused(wrong)
    except Refused as refused:
        raise invalid(refused) from refused
    return submission


def checked(body: Any, known: dict[str, Check]) -> dict[str, Any]:
    """Return a body whose fields are all known and right.

    Raises:
        Problem: 400; they are not.
    """
    if not isinstance(body, dict):
        raise Problem(400, "The body must be an object.")
    complaints = Complaints()
    complaints.check(body, "", known)
    try:
        complaints.refuse_if_any()
    except Refused as refused:
        raise invalid(refused) from refused
    return body


def patched(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """Return what a JSON Patch makes of a document.

    Raises:
        Problem: 400; it cannot be applied.
    """
    try:
        return apply_patch(document, patch)
    except BadPatch as error:
        raise Problem(400, f"The patch was refused: {error}.") from error


def invalid(refused: Refused) -> Problem:
    """Return the answer to what was refused."""
    return Problem(400, "The request was refused; see errors.", refused.errors)


def _as_run(body: Any, ran: dict[str, Any] | None) -> Any:
    """Return a submission as it is worked with by a server that does otherwise than asked."""
    steps = body.get("steps") if isinstance(body, dict) else None
    if not ran or not isinstance(steps, list):
        return body
    changed = []
    for step in steps:
        given = step.get("input") if isinstance(step, dict) else None
        if not isinstance(given, dict):
            return body
        told = {name: value for name, value in (given | ran).items() if value is not None}
        changed.append(step | {"input": told})
    return body | {"steps": changed}
