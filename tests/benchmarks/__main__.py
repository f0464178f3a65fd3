"""Measures what has to be fast: python -m tests.benchmarks [--markdown] [NAME ...].

Every figure stands beside a peer or a limit that was measured in the same run, so that it means
something on any machine. Nothing here fails for being slow.
"""

import argparse
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.benchmarks.results import Result, line, measured, table

NAMES = (
    "machine",
    "start",
    "loading",
    "rooms",
    "saving",
    "gap",
    "requests",
    "thumbnails",
    "gallery",
    "engines",
    "search",
    "look",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--markdown", action="store_true", help="print a table at the end")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    results: list[Result] = []
    # A process for each, so that none inherits the memory, the threads or the window of another.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as pool:
        for name in chosen.names or NAMES:
            found = pool.submit(measured, name).result()
            results += found
            if not chosen.markdown:
                print(*map(line, found), sep="\n", flush=True)
    if chosen.markdown:
        print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
