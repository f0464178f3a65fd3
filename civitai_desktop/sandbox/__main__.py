"""Runs the sandbox as a program: python -m civitai_desktop.sandbox."""

import argparse
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from civitai_desktop.sandbox.app import DEFAULT_KEY, URL_LIFETIME_S
from civitai_desktop.sandbox.server import SandboxServer, Settings

_TICK_S = 0.2
"""Windows notices a signal only between two waits."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; return the exit code."""
    options = _parser().parse_args(arguments)
    # What it was asked for is nobody else's to read. It starts no program that would inherit this.
    os.umask(0o077)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = Settings(
        port=options.port,
        state=options.state,
        speed=options.speed,
        buzz=options.buzz,
        faults=options.faults,
        key=options.key,
        url_lifetime_s=options.url_lifetime,
        catalogue=options.catalogue,
    )
    try:
        server = SandboxServer(settings)
    except (OSError, ValueError, sqlite3.Error) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 1
    with server:
        try:
            sys.stdout.write(f"Address: {server.url}\nKey: {server.key}\nReady.\n")
            # Whoever started it reads this before it does anything else.
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever started it is gone. At its end Python would try to write it once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        if options.until_stdin_closes:
            threading.Thread(target=_await_end_of_input, args=(stop,), daemon=True).start()
        while not stop.wait(_TICK_S):
            pass
    return 0


def _await_end_of_input(stop: threading.Event) -> None:
    # Not through sys.stdin: its lock, held by a waiting thread, would abort the interpreter's end.
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    stop.set()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m civitai_desktop.sandbox",
        description="An offline Civitai on this machine. No Buzz is spent.",
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="port of the API; 0 takes a free one")
    add("--state", type=_path, metavar="DIR", help="folder to remember workflows and Buzz in")
    add("--speed", type=_positive, default=1.0, help="how many times faster than Civitai")
    add("--buzz", type=int, default=1000, help="what a new account owns")
    add("--faults", type=_path, metavar="FILE", help="JSON list of what is to go wrong")
    add("--key", type=_key, default=DEFAULT_KEY, help="the only API key accepted")
    add(
        "--url-lifetime",
        type=_positive,
        default=URL_LIFETIME_S,
        metavar="SECONDS",
        help="how long the address of a picture is good",
    )
    add("--catalogue", type=_path, metavar="FILE", help="data file of the engines")
    add(
        "--until-stdin-closes",
        action="store_true",
        help="stop when standard input ends, as it does when the parent process is gone",
    )
    return parser


def _path(text: str) -> Path:
    # A shell leaves it alone behind `--state=`; the method of `Path` raises without such a user.
    return Path(os.path.expanduser(text))  # noqa: PTH111


def _key(text: str) -> str:
    key = text.strip()
    if not (key.isascii() and key.isprintable()) or " " in key or not key:
        raise argparse.ArgumentTypeError("must be ASCII letters, digits and signs without spaces")
    return key


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
