"""How often a running generation is asked for, and how late its end is noticed.

Simulated with a virtual clock, over jobs of 3 to 30 seconds: our way of asking against the
documented cadence of 2, 5, 10, 15, 30 s.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from statistics import mean

from civitai_desktop.domain.workflow import Workflow, WorkflowStatus
from civitai_desktop.services.polling import CADENCE_S, watch
from tests.benchmarks.results import Result, against_limit

_ROUND_TRIP_S = 0.07
_JOBS_S = [3 + 27 * number / 999 for number in range(1000)]


class Server:
    """Civitai with one job, and a clock of its own.

    Attributes:
        now_s: Since the job was submitted.
        requests: Looks at the job so far.
    """

    def __init__(self, job_s: float, *, holds: bool) -> None:
        self._job_s = job_s
        self._holds = holds
        self.now_s = 0.0
        self.requests = 0

    async def look(self, wait_s: int) -> Workflow:
        """Answer at once, or as late as `wait_s` later where answers are held for the end."""
        self.requests += 1
        self.now_s += _ROUND_TRIP_S / 2
        if self._holds and self.now_s < self._job_s:
            self.now_s = min(self.now_s + wait_s, self._job_s)
        is_over = self.now_s >= self._job_s
        self.now_s += _ROUND_TRIP_S / 2
        status = WorkflowStatus.SUCCEEDED if is_over else WorkflowStatus.PROCESSING
        return Workflow(id="workflow", status=status)

    async def sleep(self, pause_s: float) -> None:
        self.now_s += pause_s

    def clock(self) -> float:
        return self.now_s


Follow = Callable[[Server], Awaitable[None]]


async def as_we_do(server: Server) -> None:
    views = watch(
        server.look,
        lambda: True,
        sleep=server.sleep,
        clock=server.clock,
        failed=_never,
    )
    async for _view in views:
        pass


async def as_documented(server: Server) -> None:
    pauses = iter((*CADENCE_S, *CADENCE_S[-1:] * 9))
    view = None
    while view is None or not view.status.is_terminal:
        await server.sleep(next(pauses))
        view = await server.look(0)


def _never(error: Exception) -> None:
    raise error


def followed(follow: Follow, *, holds: bool) -> tuple[float, float]:
    """Return the mean number of requests and the mean delay in seconds over all jobs."""
    requests, delays_s = [], []
    for job_s in _JOBS_S:
        server = Server(job_s, holds=holds)
        asyncio.run(follow(server))
        requests.append(server.requests)
        delays_s.append(server.now_s - job_s)
    return mean(requests), mean(delays_s)


def run() -> Iterator[Result]:
    ours, ours_s = followed(as_we_do, holds=True)
    documented, documented_s = followed(as_documented, holds=False)
    against = "documented cadence"
    yield against_limit(
        "requests per generation followed", ours, "requests", against, documented, 1
    )
    yield against_limit("delay until the end is noticed", ours_s, "s", against, documented_s, 0.1)
