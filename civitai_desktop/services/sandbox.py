"""Starts the sandbox beside the program: a process of its own, so that the window stays smooth."""

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from civitai_desktop.domain.errors import Unreachable
from civitai_desktop.storage.private import make_private

log = logging.getLogger(__name__)

_START_S = 30.0
_END_S = 2.0

_SECRETS = frozenset({"CIVITAI_API_KEY", "CIVITAI_API_TOKEN", "CIVITAI_TOKEN"})
"""Variables in which this program or others that talk to Civitai are given a key."""

_BUZZ = 25_000
"""What the sandbox's account begins with: enough for a long look around, and it does go down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is, and the key it takes."""

    url: str
    key: str


@asynccontextmanager
async def sandbox_running(state: Path) -> AsyncIterator[Address]:
    """Run the sandbox while the block lasts; what it was asked for is kept under `state`.

    It ends with its standard input, so that it cannot outlive a program that was killed.

    Raises:
        Unreachable: It did not start.
    """
    starting = asyncio.create_task(asyncio.to_thread(_start, state))
    try:
        yield await _ready(await asyncio.shield(starting))
    finally:
        # Also where this is canceled during the start: its thread goes on, and so would the child.
        await asyncio.wait([starting])
        if starting.exception() is None:
            await asyncio.to_thread(_end, starting.result())


async def _ready(process: "subprocess.Popen[str]") -> Address:
    try:
        async with asyncio.timeout(_START_S):
            return await asyncio.to_thread(_address, process)
    except TimeoutError:
        process.kill()
        raise _not_started("It took too long.") from None


def _start(state: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "civitai_desktop.sandbox", "--until-stdin-closes"]
    if getattr(sys, "frozen", False):
        command = [sys.executable, "--serve-sandbox", "--until-stdin-closes"]
    try:
        make_private(state)
        return subprocess.Popen(
            [*command, "--state", str(state), "--buzz", str(_BUZZ)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # It needs no key, and whoever may look at its process would find it there.
            env={name: value for name, value in os.environ.items() if name not in _SECRETS},
        )
    except OSError as error:
        raise _not_started(str(error)) from error


def _address(process: "subprocess.Popen[str]") -> Address:
    said: dict[str, str] = {}
    for line in process.stdout or ():
        name, _, value = line.strip().partition(": ")
        if name == "Ready.":
            return Address(url=said["Address"], key=said["Key"])
        said[name] = value
    process.wait()
    raise _not_started(f"It ended with code {process.returncode}.")


def _not_started(why: str) -> Unreachable:
    return Unreachable(f"The sandbox did not start. {why}", next_step="Start the program again.")


def _end(process: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(OSError):
        if process.stdin:
            process.stdin.close()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        log.warning("The sandbox does not end by itself.")
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
