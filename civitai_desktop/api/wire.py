"""Requests as the API takes them, and its answers as this program knows them.

With `answers` and `workflows` beside it the only place that knows the API's JSON names.
"""

import logging
from collections.abc import Collection, Mapping
from typing import Any

from civitai_desktop.api.answers import (
    BlobAnswer,
    CostAnswer,
    PageAnswer,
    SlotAnswer,
    WorkflowAnswer,
)
from civitai_desktop.api.lenient import as_shape, read_answer
from civitai_desktop.api.workflows import (
    TAG,
    blob_of,
    named_generations,
    numbers,
    tags_of,
    whole,
    workflow_of,
)
from civitai_desktop.domain.errors import BadReply
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.terms import Terms
from civitai_desktop.domain.workflow import Blob, Quote, Workflow

log = logging.getLogger(__name__)

APP_TAG = "civitai-desktop"


def generation_tag(generation_id: str) -> str:
    """Return the tag by which a submission is found again after a lost answer."""
    return f"{TAG}{generation_id}"


def template(request: GenerationRequest) -> dict[str, Any]:
    """Return the body of a submission; its id and tags make a repeated one harmless."""
    return quoted(request) | {
        "tags": [APP_TAG, generation_tag(request.id)],
        "externalId": request.id,
    }


def quoted(request: GenerationRequest) -> dict[str, Any]:
    """Return the body of a what-if: without the id, which a what-if would use up.

    Source: `civitai/api.md` section 3: a match on `externalId` returns the existing workflow,
    one that a what-if made included.
    """
    step = {"$type": request.step_type, "input": _plain(request.input)}
    return {"steps": [step], **_terms(request.terms)}


def _terms(terms: Terms) -> dict[str, Any]:
    """Return what pays and what may be shown; what is left to Civitai is left out."""
    sent: dict[str, Any] = {}
    if terms.wallet is not None:
        sent["currencies"] = [terms.wallet.value]
    if terms.allow_mature is not None:
        sent["allowMatureContent"] = terms.allow_mature
    return sent


def _plain(value: Any) -> Any:
    """Return what JSON takes: the library gives mappings back read-only, the inner ones too."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def workflow(body: bytes) -> Workflow:
    """Read a workflow.

    Raises:
        BadReply: The body is none.
    """
    return workflow_of(read_answer(WorkflowAnswer, body))


def quote(body: bytes) -> Quote:
    """Read the answer to a what-if.

    Raises:
        BadReply: It names no price.
    """
    read = read_answer(WorkflowAnswer, body)
    cost = read.cost or CostAnswer()
    total = whole(cost.total)
    if total is None:
        raise BadReply("Civitai's answer names no price.")
    fees = {**numbers(cost.fixed), **numbers(cost.fees)}
    fees |= {f"tip: {name}": tip for name, tip in numbers(cost.tips).items() if tip}
    return Quote(
        total=total,
        base=whole(cost.base),
        factors=numbers(cost.factors),
        fees=fees,
        insufficient=read.transactions.insufficientBuzz if read.transactions else None,
    )


def page(body: bytes, tags: Collection[str] = ()) -> tuple[list[Workflow], str | None]:
    """Read a page of workflows and the cursor of the next, None at the end.

    A row that cannot be read costs itself only. One without all of `tags` is left out: to take a
    stranger's workflow for ours would be worse than not to find ours.

    Raises:
        BadReply: The body is no page.
    """
    rows, cursor = _rows(body)
    found = []
    for row in rows:
        try:
            if set(tags) <= set(tags_of(row)):
                found.append(workflow_of(row))
        except BadReply as error:
            log.warning("A workflow in the list cannot be read: %s", error)
    return found, cursor


def submitted(body: bytes, generation_id: str) -> tuple[Workflow | None, str | None]:
    """Read a page that was asked for by a generation's tag: its workflow, and the next cursor.

    Raises:
        BadReply: The body is no page, or it cannot be told whether the workflow is on it. What
            cannot be read is there all the same, and must not be submitted a second time.
    """
    rows, cursor = _rows(body)
    for row in rows:
        if row.id and generation_id in named_generations(row):
            return workflow_of(row), cursor
    if any(not _is_anothers(row, generation_id) for row in rows):
        raise BadReply(
            "Civitai's list of generations cannot be read for the moment.",
            next_step="It is looked up again by itself, so that nothing is paid twice.",
        )
    return None, cursor


def _is_anothers(row: WorkflowAnswer, generation_id: str) -> bool:
    """Tell whether a row is certainly not this generation's: its tags can be read, all of them."""
    is_read = row.id is not None and tags_of(row) == (row.tags or [])
    return is_read and generation_id not in named_generations(row)


def _rows(body: bytes) -> tuple[list[WorkflowAnswer], str | None]:
    read = read_answer(PageAnswer, body)
    cursor = read.next or read.nextCursor or None
    if not isinstance(read.items, list) or not isinstance(cursor, str | None):
        raise BadReply("Civitai's answer names no workflows.")
    rows = [row if isinstance(row, dict) else {} for row in read.items]
    return [as_shape(WorkflowAnswer, row) for row in rows], cursor


def blob(body: bytes) -> Blob:
    """Read a single blob, as a refresh answers it.

    Raises:
        BadReply: The body is none.
    """
    read = blob_of(read_answer(BlobAnswer, body))
    if read is None:
        raise BadReply("Civitai's answer names no blob.")
    return read


def upload_url(body: bytes) -> str:
    """Read where a picture is to be sent.

    Raises:
        BadReply: The body does not say.
    """
    url = read_answer(SlotAnswer, body).uploadUrl
    if not url:
        raise BadReply("Civitai's answer names no address for the upload.")
    return url
