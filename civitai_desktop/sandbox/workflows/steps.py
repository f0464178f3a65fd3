"""The routes of one step: read it, change its metadata."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from civitai_desktop.sandbox.blobs.urls import BlobUrls
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.orchestration.records import WorkflowRecord
from civitai_desktop.sandbox.requests import template
from civitai_desktop.sandbox.requests.bodies import read_json
from civitai_desktop.sandbox.requests.problems import Problem
from civitai_desktop.sandbox.workflows.bodies import checked, patched
from civitai_desktop.sandbox.workflows.views import step_view

_ONE = "/v2/consumer/workflows/{workflow_id}/steps/{step_name}"


class StepRoutes:
    """Answers everything under /v2/consumer/workflows/{workflowId}/steps.

    Source: Orchestration OpenAPI, tag WorkflowSteps.
    """

    def __init__(self, orchestrator: Orchestrator, urls: BlobUrls) -> None:
        self._orchestrator = orchestrator
        self._urls = urls

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [
            Route(_ONE, self._get, methods=["GET"]),
            Route(_ONE, self._update, methods=["PUT"]),
            Route(_ONE, self._patch, methods=["PATCH"]),
        ]

    async def _get(self, request: Request) -> Response:
        record, place = self._find(request)
        moment = record.moments(self._orchestrator.clock.now())[place]
        return JSONResponse(step_view(record, place, moment, self._urls, hide_mature=False))

    async def _update(self, request: Request) -> Response:
        changes = checked(await read_json(request), template.STEP_UPDATE)
        if changes.get("metadata") is None:
            raise Problem(400, "The metadata are missing.", {"metadata": ["Is required."]})
        return self._changed(request, changes["metadata"])

    async def _patch(self, request: Request) -> Response:
        patch = await read_json(request)
        record, place = self._find(request)
        document = {"metadata": record.steps[place].request.metadata}
        metadata = patched(document, patch).get("metadata") or {}
        if complaint := template.STEP_UPDATE["metadata"](metadata):
            raise Problem(400, f"The patched step's metadata {complaint}.")
        return self._changed(request, metadata)

    def _changed(self, request: Request, metadata: dict[str, Any]) -> Response:
        record, place = self._find(request)
        steps = list(record.steps)
        told = replace(steps[place].request, metadata=metadata)
        steps[place] = replace(steps[place], request=told)
        self._orchestrator.change(record, steps=tuple(steps))
        return Response(status_code=204)

    def _find(self, request: Request) -> tuple[WorkflowRecord, int]:
        record = self._orchestrator.find(request.path_params["workflow_id"])
        if record is None:
            raise Problem(404, "There is no workflow of this id.")
        wanted = request.path_params["step_name"]
        for place, step in enumerate(record.steps):
            if step.request.name == wanted:
                return record, place
        raise Problem(404, "There is no step of this name.")
