"""Tests of the program itself: what it prints, and that it ends when it should."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

Body = Callable[..., dict[str, Any]]
WORKFLOWS = "/v2/consumer/workflows"
COMMAND = (sys.executable, "-m", "civitai_desktop.sandbox")


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the program, wait until it is ready, and kill it if the test has not ended it."""
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            address, key, ready = (process.stdout.readline().rstrip("\n") for _ in range(3))
            assert (key, ready) == ("Key: civitai-sandbox-key", "Ready.")
            yield process, address.removeprefix("Address: ")
        finally:
            process.kill()


def client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": "Bearer civitai-sandbox-key"})


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    with started() as (process, url), client(url) as api:
        assert api.get(WORKFLOWS).status_code == 200
        process.send_signal(number)
        assert process.wait(timeout=10) == 0


def test_the_end_of_its_input_ends_it_when_asked_for() -> None:
    with started("--until-stdin-closes") as (process, _):
        assert process.stdin
        process.stdin.write("something\n")
        process.stdin.flush()
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise on Windows")
def test_a_starter_that_is_gone_before_it_is_ready_is_no_fault() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [*COMMAND, "--until-stdin-closes"],
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (0, "")


def test_without_that_it_goes_on() -> None:
    with started() as (process, url), client(url) as api:
        assert process.stdin
        process.stdin.close()
        assert api.get(WORKFLOWS).status_code == 200


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
def test_its_state_survives_a_restart(tmp_path: Path, turbo: Body) -> None:
    arguments = ("--state", str(tmp_path / "state"), "--speed", "0.01", "--buzz", "50")
    with started(*arguments) as (process, url), client(url) as api:
        body = turbo(quantity=4, width=1024, height=1024) | {"externalId": "one"}
        workflow = api.post(WORKFLOWS, json=body).json()
        process.kill()
        process.wait()
    with started(*arguments) as (_, url), client(url) as again:
        assert again.get(f"{WORKFLOWS}/{workflow['id']}").json()["status"] == workflow["status"]
        assert again.post(WORKFLOWS, json=body).json()["id"] == workflow["id"]
        wallets = again.get("/api/trpc/buzz.getBuzzAccount").json()["result"]["data"]["json"]
        assert sum(wallets.values()) == 18


def test_a_damaged_state_is_told(tmp_path: Path) -> None:
    (tmp_path / "sandbox.sqlite3").write_bytes(b"no database" * 100)
    command = [*COMMAND, "--state", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot start" in done.stderr


def test_faults_can_be_changed_while_it_runs(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    with started("--faults", str(faults)) as (_, url), client(url) as api:
        assert api.get(WORKFLOWS).status_code == 200
        faults.write_text(json.dumps([{"path": WORKFLOWS, "status": 503}]))
        assert api.get(WORKFLOWS).status_code == 503


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--speed", "0"), 2, "more than 0"),
        (("--catalogue", "nowhere.json"), 1, "cannot start"),
    ],
)
def test_a_wrong_argument_is_told(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, words in done.stderr, done.stdout) == (code, True, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no HOME")
def test_a_folder_under_the_home_folder_is_meant_as_in_a_shell(tmp_path: Path) -> None:
    command = [*COMMAND, "--state=~/state", "--until-stdin-closes"]
    environment = os.environ | {"HOME": str(tmp_path)}
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment)
    assert ended.returncode == 0
    assert (tmp_path / "state").is_dir()


@pytest.mark.parametrize("key", ["", "two words", "caf\xe9", "a\nb"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    ended = subprocess.run([*COMMAND, f"--key={key}"], capture_output=True, text=True)
    assert ended.returncode == 2
    assert "without spaces" in ended.stderr
