"""The sandbox as a process of its own: up when it says so, gone when the block is left."""

import asyncio
import sys
from pathlib import Path

import httpx
import pytest

from civitai_desktop.domain.errors import Unreachable
from civitai_desktop.services.sandbox import sandbox_running


async def test_it_answers_to_the_key_it_names_and_ends_with_the_block(tmp_path) -> None:
    async with sandbox_running(tmp_path / "state") as address, httpx.AsyncClient() as client:
        url = f"{address.url}/v2/consumer/workflows"
        answer = await client.get(url, headers={"Authorization": f"Bearer {address.key}"})
        assert answer.json()["items"] == []
        assert (await client.get(url)).status_code == 401
    assert (tmp_path / "state" / "sandbox.sqlite3").exists()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", httpx.URL(address.url).port)


@pytest.mark.parametrize("interpreter", ["/nonexistent/python", "/bin/false"])
async def test_an_interpreter_that_cannot_start_it_is_told(
    tmp_path, monkeypatch, interpreter
) -> None:
    monkeypatch.setattr(sys, "executable", interpreter)
    with pytest.raises(Unreachable, match="did not start") as failed:
        async with sandbox_running(tmp_path):
            pytest.fail("it cannot run")
    assert failed.value.next_step


async def test_a_state_that_cannot_be_made_is_told(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unreachable, match="did not start"):
        async with sandbox_running(tmp_path / "file" / "state"):
            pytest.fail("it cannot run")


def is_running(state: Path) -> bool:
    """Tell whether a process was started with this folder as an argument."""
    lines = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline")]
    return any(str(state).encode() in line.split(b"\0") for line in lines)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_window_that_closes_while_it_starts_leaves_no_process(tmp_path) -> None:
    async def start() -> None:
        async with sandbox_running(tmp_path):
            await asyncio.Future()

    starting = asyncio.create_task(start())
    while not is_running(tmp_path):
        await asyncio.sleep(0.01)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not is_running(tmp_path)
