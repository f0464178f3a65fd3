"""The route of the recipe that makes pictures in one call: no workflow, only what came of it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from civitai_desktop.sandbox.blobs.sources import SourceReader
from civitai_desktop.sandbox.blobs.urls import BlobUrls
from civitai_desktop.sandbox.faults.misbehaviour import OUTCOME
from civitai_desktop.sandbox.orchestration.orchestrator import NotEnoughBuzz, Orchestrator
from civitai_desktop.sandbox.orchestration.waiting import LONGEST_S, Waiting
from civitai_desktop.sandbox.requests import queries
from civitai_desktop.sandbox.requests.bodies import read_json
from civitai_desktop.sandbox.requests.problems import Problem
from civitai_desktop.sandbox.workflows.bodies import submitted
from civitai_desktop.sandbox.workflows.routes import price_headers, too_little_buzz
from civitai_desktop.sandbox.workflows.views import step_view

_WITHIN = "steps[0].input."


class RecipeRoutes:
    """Answers /v2/consumer/recipes/imageGen.

    Source: Orchestration guide, "Recipes": the body is a step's input, and the answer is its
    output, which is there when the step is over. There is no id to go on with.
    """

    def __init__(self, orchestrator: Orchestrator, urls: BlobUrls, waiting: Waiting) -> None:
        self._orchestrator = orchestrator
        self._urls = urls
        self._waiting = waiting
        self._sources = SourceReader(orchestrator, urls)

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [Route("/v2/consumer/recipes/imageGen", self._make, methods=["POST"])]

    async def _make(self, request: Request) -> Response:
        query = request.query_params
        # Read all of them before anything is paid for.
        what_if = queries.flag(query, "whatif")
        wait = queries.whole(query, "wait", LONGEST_S)
        for name in ("experimental", "ephemeral"):
            queries.flag(query, name)
        body: dict[str, Any] = {"steps": [{"$type": "imageGen", "input": await read_json(request)}]}
        if "allowMatureContent" in query:
            body["allowMatureContent"] = queries.flag(query, "allowMatureContent")
        try:
            submission = submitted(request, body, self._orchestrator, self._sources)
        except Problem as problem:
            raise _of_input(problem) from problem
        if what_if:
            record, insufficient = self._orchestrator.quote(submission)
            headers = price_headers(record, insufficient=insufficient)
            return JSONResponse({"images": []}, headers=headers)
        try:
            record = self._orchestrator.submit(submission, request.scope.get(OUTCOME))
        except NotEnoughBuzz:
            return too_little_buzz()
        record = await self._waiting.until_over(self._orchestrator, record, wait)
        moment = record.moments(self._orchestrator.clock.now())[0]
        step = step_view(record, 0, moment, self._urls, hide_mature=False)
        return JSONResponse(step.get("output") or {"images": []})


def _of_input(problem: Problem) -> Problem:
    """Return a refusal whose paths begin at the input, which is the whole body here."""
    errors = {
        path.removeprefix("$.").removeprefix(_WITHIN): texts
        for path, texts in (problem.errors or {}).items()
    }
    return Problem(problem.status, problem.detail, errors)
