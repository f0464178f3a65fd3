"""Follows a workflow to its end: how long to wait before asking again, and how often to fail."""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from itertools import chain, repeat

from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.workflow import Workflow
from civitai_desktop.services.ports import Clock, Sleep

CADENCE_S = (2.0, 5.0, 10.0, 15.0, 30.0)
"""Pauses between looks where the server does not wait itself; the last one repeats.

Source: Orchestration guide, "Polling".
"""

WAITS_S = (3, 5, 10)
"""How long the server is asked to hold each look; the last one repeats.

The first are short, because most generations load and finish within seconds and their progress is
to be seen; the end is told the moment it comes, however long the hold.
"""

EARLY_PAUSE_S = 3.0
"""Pause after a look that came back early without an end: the server did not really wait."""

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0


def pauses(draw: Callable[[], float] = random.random) -> Iterator[float]:
    """Yield the pauses after failures: doubling, half of it by chance, 30 s at most.

    Source: Orchestration guide, "Errors": exponential with jitter, cap 30 s.
    """
    for exponent in chain(range(6), repeat(5)):
        full = min(FIRST_PAUSE_S * 2**exponent, LONGEST_PAUSE_S)
        yield full / 2 + draw() * full / 2


def pause_after(
    error: CivitaiError, planned_s: float, draw: Callable[[], float] = random.random
) -> float:
    """Return the pause after `error`: the server's own wish wins, unless it is none at all.

    A wish for less than a second is a date that has passed, or a nought. Everybody who heard it
    would be back at the same moment, so that it becomes a second, and up to another one by chance.
    """
    wish_s = error.retry_after_s
    if wish_s is None:
        return planned_s
    return wish_s if wish_s >= FIRST_PAUSE_S else FIRST_PAUSE_S * (1 + draw())


async def watch(
    look: Callable[[int], Awaitable[Workflow]],
    waits: Callable[[], bool],
    *,
    sleep: Sleep,
    clock: Clock,
    failed: Callable[[CivitaiError], None],
) -> AsyncGenerator[Workflow, None]:
    """Yield each view of a workflow until its status is terminal.

    A single failed look never ends it: whatever may pass costs a pause and is told to `failed`.

    Args:
        look: Asks for the workflow; its argument is how long the server may hold the answer, in
            seconds.
        waits: Whether the server holds answers at all.
        sleep: Pauses, in seconds; a test lets hours pass in no time.
        clock: Seconds that only ever grow.
        failed: Hears of each look that failed and is repeated.

    Raises:
        CivitaiError: Not retryable; asking again would not help.
    """
    holds = chain(WAITS_S, repeat(WAITS_S[-1]))
    cadence = chain(CADENCE_S, repeat(CADENCE_S[-1]))
    backoff = pauses()
    while True:
        held = waits()
        wait_s = next(holds) if held else 0
        begun = clock()
        try:
            workflow = await look(wait_s)
        except CivitaiError as error:
            if not error.retryable:
                raise
            failed(error)
            await sleep(pause_after(error, next(backoff)))
            continue
        backoff = pauses()
        yield workflow
        if workflow.status.is_terminal:
            return
        if not waits():
            await sleep(next(cadence))
        elif clock() - begun < wait_s / 2:
            await sleep(EARLY_PAUSE_S)
