"""The routes of workflows: submit, read, list, change, cancel, delete."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from civitai_desktop.sandbox.blobs.sources import SourceReader
from civitai_desktop.sandbox.blobs.urls import BlobUrls
from civitai_desktop.sandbox.blobs.views import Json
from civitai_desktop.sandbox.faults.misbehaviour import OUTCOME
from civitai_desktop.sandbox.orchestration.orchestrator import NotEnoughBuzz, Orchestrator
from civitai_desktop.sandbox.orchestration.records import WorkflowRecord
from civitai_desktop.sandbox.orchestration.submission import Submission
from civitai_desktop.sandbox.orchestration.waiting import Waiting
from civitai_desktop.sandbox.requests import queries, template
from civitai_desktop.sandbox.requests.bodies import read_json
from civitai_desktop.sandbox.requests.problems import Problem
from civitai_desktop.sandbox.workflows.bodies import checked, patched, submitted
from civitai_desktop.sandbox.workflows.listing import Filter, page
from civitai_desktop.sandbox.workflows.plain_view import plain_workflow
from civitai_desktop.sandbox.workflows.views import workflow

_ALL = "/v2/consumer/workflows"
_ONE = "/v2/consumer/workflows/{workflow_id}"


class WorkflowRoutes:
    """Answers everything under /v2/consumer/workflows.

    Source: Orchestration OpenAPI, tag Workflows; api-evangelist's OpenAPI where a workflow was
    submitted in the plain shape.
    """

    def __init__(self, orchestrator: Orchestrator, urls: BlobUrls, waiting: Waiting) -> None:
        self._orchestrator = orchestrator
        self._urls = urls
        self._sources = SourceReader(orchestrator, urls)
        self._waiting = waiting

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [
            Route(_ALL, self._submit, methods=["POST"]),
            Route(_ALL, self._list, methods=["GET"]),
            Route(_ONE, self._get, methods=["GET"]),
            Route(_ONE, self._update, methods=["PUT"]),
            Route(_ONE, self._patch, methods=["PATCH"]),
            Route(_ONE, self._delete, methods=["DELETE"]),
            Route(f"{_ONE}/tags", self._add_tag, methods=["POST"]),
            Route(f"{_ONE}/tags", self._remove_all_tags, methods=["DELETE"]),
            Route(f"{_ONE}/tags/{{tag:path}}", self._remove_tag, methods=["DELETE"]),
        ]

    async def _submit(self, request: Request) -> Response:
        wait = queries.whole(request.query_params, "wait", 0)
        hide = queries.flag(request.query_params, "hideMatureContent")
        what_if = queries.flag(request.query_params, "whatif")
        body = await read_json(request)
        submission = submitted(request, body, self._orchestrator, self._sources)
        known = self._orchestrator.known(submission.external_id)
        if known is None and what_if:
            return quoted(self._orchestrator, submission, self._urls)
        try:
            record = known or self._orchestrator.submit(submission, request.scope.get(OUTCOME))
        except NotEnoughBuzz:
            return too_little_buzz()
        record = await self._waiting.until_over(self._orchestrator, record, wait)
        # The plain contract knows no other answer than "accepted", however fast the work is done;
        # neither does a client that did not wait for what it has just submitted.
        accepted = record.plain or (known is None and wait <= 0)
        return JSONResponse(
            self._view(record, hide_mature=hide), 202 if accepted else self._code(record)
        )

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        hide = queries.flag(query, "hideMatureContent", default=True)
        now = self._orchestrator.clock.now()
        records, cursor = page(self._orchestrator.newest_first(), Filter.read(query), now)
        items = [self._view(record, hide_mature=hide) for record in records]
        body = {"items": items, "next": cursor, "nextCursor": cursor}
        if "status" in query:
            # Only the plain contract has this filter, and it declares no other name for a cursor.
            del body["next"]
        return JSONResponse(body)

    async def _get(self, request: Request) -> Response:
        wait = queries.whole(request.query_params, "wait", 0)
        hide = queries.flag(request.query_params, "hideMatureContent")
        record = await self._waiting.until_over(self._orchestrator, self._find(request), wait)
        return JSONResponse(
            self._view(record, hide_mature=hide), self._code(record) if wait > 0 else 200
        )

    async def _update(self, request: Request) -> Response:
        # The body first: between a look at the workflow and its change nothing may happen to it.
        body = await read_json(request)
        record = self._find(request)
        changes = checked(body, template.UPDATE)
        if changes.get("status"):
            record = self._orchestrator.cancel(record)
        return self._changed(
            self._orchestrator.change(
                record,
                tags=_either(changes, "tags", record.tags),
                metadata=_either(changes, "metadata", record.metadata),
                allow_mature=_either(changes, "allowMatureContent", record.allow_mature),
            )
        )

    async def _patch(self, request: Request) -> Response:
        patch = await read_json(request)
        record = self._find(request)
        changed = patched({"tags": list(record.tags), "metadata": record.metadata}, patch)
        tags, metadata = changed.get("tags", []), changed.get("metadata", {})
        if complaint := template.UPDATE["tags"](tags) or template.UPDATE["metadata"](metadata):
            raise Problem(400, f"The patched workflow {complaint}.")
        return self._changed(
            self._orchestrator.change(record, tags=tuple(tags or ()), metadata=metadata or {})
        )

    async def _delete(self, request: Request) -> Response:
        self._orchestrator.delete(self._find(request))
        return Response(status_code=204)

    async def _add_tag(self, request: Request) -> Response:
        tag = await read_json(request)
        record = self._find(request)
        tags = record.tags if tag in record.tags else (*record.tags, tag)
        if complaint := template.tags(list(tags)):
            raise Problem(400, f"The tag was refused: the list {complaint}.")
        self._orchestrator.change(record, tags=tags)
        return Response(status_code=204)

    async def _remove_all_tags(self, request: Request) -> Response:
        self._orchestrator.change(self._find(request), tags=())
        return Response(status_code=204)

    async def _remove_tag(self, request: Request) -> Response:
        record = self._find(request)
        tag = request.path_params["tag"]
        self._orchestrator.change(record, tags=tuple(t for t in record.tags if t != tag))
        return Response(status_code=204)

    def _find(self, request: Request) -> WorkflowRecord:
        record = self._orchestrator.find(request.path_params["workflow_id"])
        if record is None:
            raise Problem(404, "There is no workflow of this id.")
        return record

    def _view(self, record: WorkflowRecord, *, hide_mature: bool = False) -> Json:
        now = self._orchestrator.clock.now()
        if record.plain:
            return plain_workflow(record, now, self._urls)
        return workflow(record, now, self._urls, hide_mature=hide_mature)

    def _code(self, record: WorkflowRecord) -> int:
        return 200 if record.is_over(self._orchestrator.clock.now()) else 202

    def _changed(self, record: WorkflowRecord) -> Response:
        # The official contract answers a change with nothing, the plain one with the workflow.
        return JSONResponse(self._view(record)) if record.plain else Response(status_code=204)


def quoted(orchestrator: Orchestrator, submission: Submission, urls: BlobUrls) -> Response:
    """Answer a what-if: nothing runs, and the headers tell the price too."""
    record, insufficient = orchestrator.quote(submission)
    view = workflow(record, orchestrator.clock.now(), urls, insufficient=insufficient)
    return JSONResponse(view, headers=price_headers(record, insufficient=insufficient))


def price_headers(record: WorkflowRecord, *, insufficient: bool) -> dict[str, str]:
    """Return the headers in which a what-if tells the price."""
    parts = (f"{debit.wallet}={debit.amount}" for debit in record.debits)
    return {
        "X-Civitai-Cost-Total": str(record.cost.total),
        "X-Civitai-Cost-By-Currency": ";".join(parts),
        "X-Civitai-Insufficient-Buzz": str(insufficient).lower(),
    }


def too_little_buzz() -> Response:
    """Answer what costs more than there is: with a plain text, as Civitai does."""
    return JSONResponse("Insufficient Buzz: the price is more than the account holds.", 403)


def _either(changes: dict[str, Any], name: str, present: Any) -> Any:
    """Return the value sent, in the form it is stored in, or the present one."""
    value = changes.get(name)
    if value is None:
        return present
    return tuple(value) if isinstance(value, list) else value
