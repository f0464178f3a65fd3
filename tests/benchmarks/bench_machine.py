"""What the machine adds by itself: the same few lines of plain Python, a thousand times.

A p99 of any other benchmark that is no longer than this one's says nothing of the program.
"""

import time
from collections.abc import Iterator

from tests.benchmarks.results import Result, against_limit

_TIMES = 1000
_ADDITIONS = 30_000
"""About 2 ms, which is a frame's work in the gallery."""
_FRAME_S = 1 / 60


def run() -> Iterator[Result]:
    worked = []
    for _ in range(_TIMES):
        begin = time.thread_time()
        sum(number * number for number in range(_ADDITIONS))
        worked.append((time.thread_time() - begin) * 1000)
        time.sleep(max(_FRAME_S - worked[-1] / 1000, 0))
    worked.sort()
    p99 = worked[_TIMES * 99 // 100]
    name = "this machine, idle: plain Python, work, p99"
    yield against_limit(name, p99, "ms", "its median", worked[_TIMES // 2], None)
