"""Tests of the running server: real sockets, two origins, and connections that break."""

import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from civitai_desktop.sandbox.server import SandboxServer, Settings, running

Body = Callable[..., dict[str, Any]]
WORKFLOWS = "/v2/consumer/workflows"


@pytest.fixture
def faults(tmp_path: Path) -> Path:
    return tmp_path / "faults.json"


@pytest.fixture
def server(faults: Path) -> Iterator[SandboxServer]:
    with SandboxServer(Settings(speed=200, faults=faults)) as server:
        yield server


@pytest.fixture
def client(server: SandboxServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {server.key}"}
    with httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


def picture_url(client: httpx.Client, body: dict[str, Any]) -> str:
    workflow = client.post(WORKFLOWS, json=body, params={"wait": 30}).json()
    return workflow["steps"][0]["output"]["images"][0]["url"]


def read_into(received: bytearray, answer: httpx.Response) -> None:
    for chunk in answer.iter_bytes():
        received += chunk


def test_a_picture_is_made_and_fetched_from_the_second_origin(
    server: SandboxServer, client: httpx.Client, turbo: Body
) -> None:
    url = picture_url(client, turbo())
    assert url.startswith(server.blob_url)
    assert server.blob_url != server.url
    assert httpx.get(url).headers["content-type"] == "image/jpeg"


def test_a_dropped_request_breaks_the_connection(client: httpx.Client, faults: Path) -> None:
    faults.write_text(json.dumps([{"path": WORKFLOWS, "times": 1, "drop": True}]))
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(WORKFLOWS)
    assert client.get(WORKFLOWS).status_code == 200


def test_a_lost_answer_breaks_the_connection_after_acting(
    client: httpx.Client, faults: Path, turbo: Body
) -> None:
    faults.write_text(json.dumps([{"method": "POST", "path": WORKFLOWS, "lose_answer": True}]))
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(WORKFLOWS, json=turbo())
    assert len(client.get(WORKFLOWS).json()["items"]) == 1


def test_a_truncated_blob_ends_before_its_length(
    client: httpx.Client, faults: Path, turbo: Body
) -> None:
    url = picture_url(client, turbo())
    faults.write_text(json.dumps([{"path": "/blobs/", "times": 1, "truncate": 100}]))
    received = bytearray()
    with httpx.stream("GET", url) as answer:
        assert int(answer.headers["content-length"]) > 100
        with pytest.raises(httpx.RemoteProtocolError):
            read_into(received, answer)
    assert len(received) == 100
    assert len(httpx.get(url).content) > 100


@pytest.fixture
def endless() -> Iterator[SandboxServer]:
    """A server on which nothing ends by itself."""
    with SandboxServer(Settings(speed=0.001)) as server:
        yield server


class Poll(threading.Thread):
    """Submits a workflow and waits for its end."""

    def __init__(self, server: SandboxServer, body: dict[str, Any]) -> None:
        super().__init__()
        self.answer: httpx.Response | None = None
        self._server = server
        self._body = body
        self.start()
        while not httpx.get(f"{server.url}/sandbox/requests").json():
            pass

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self._server.key}"}
        address = f"{self._server.url}{WORKFLOWS}?wait=50"
        self.answer = httpx.post(address, json=self._body, headers=headers, timeout=55)


def test_a_stop_ends_long_polls_and_frees_the_port(endless: SandboxServer, turbo: Body) -> None:
    poll = Poll(endless, turbo())
    endless.stop()
    poll.join()
    assert poll.answer
    assert poll.answer.status_code == 202
    port = httpx.URL(endless.url).port
    assert port
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_cancel_ends_a_long_poll(endless: SandboxServer, turbo: Body) -> None:
    poll = Poll(endless, turbo())
    headers = {"Authorization": f"Bearer {endless.key}"}
    with httpx.Client(base_url=endless.url, headers=headers) as client:
        while not (items := client.get(WORKFLOWS).json()["items"]):
            pass
        client.put(f"{WORKFLOWS}/{items[0]['id']}", json={"status": "canceled"})
    poll.join()
    assert poll.answer
    assert (poll.answer.status_code, poll.answer.json()["status"]) == (200, "canceled")


def test_an_embedded_server_leaves_the_signals_alone() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with SandboxServer():
        assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        SandboxServer(Settings(port=taken.getsockname()[1]))


async def test_it_can_be_used_from_a_running_loop() -> None:
    async with running(Settings(key="other")) as server, httpx.AsyncClient() as client:
        headers = {"Authorization": "Bearer other"}
        answer = await client.get(f"{server.url}/api/v1/me", headers=headers)
        assert answer.status_code == 200


def test_a_client_that_leaves_in_the_middle_of_its_request_is_no_fault(caplog):
    with SandboxServer(Settings()) as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port)) as leaving:
            head = f"POST {WORKFLOWS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\n"
            leaving.sendall(f"{head}Content-Length: 100\r\n\r\nhalf".encode())
        assert httpx.get(f"{server.url}/sandbox/requests").status_code == 200
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
