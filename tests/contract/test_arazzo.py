"""Runs the plain contract's two flows with Redocly Respect against the real program."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

KEY = "civitai-sandbox-key"
RESPECT = ("npx", "--yes", "@redocly/cli@2.77.0", "respect")
HERE = Path(__file__).parent

pytestmark = [
    pytest.mark.skipif(shutil.which("npx") is None, reason="Node.js is not installed"),
    pytest.mark.timeout(300),  # the first run fetches Redocly
]


@contextmanager
def sandbox(speed: float) -> Iterator[str]:
    command = [sys.executable, "-m", "civitai_desktop.sandbox", "--speed", str(speed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().split()[1]
        finally:
            process.kill()


def respect(flow: str, url: str, **inputs: Any) -> tuple[int, str]:
    """Run a flow; return its exit code and what was said."""
    done = subprocess.run(
        [
            *RESPECT,
            str(HERE / flow),
            "--server",
            f"orchestration={url}",
            "--input",
            json.dumps({"apiKey": KEY, **inputs}),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "REDOCLY_TELEMETRY": "off", "NO_COLOR": "1"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("engine", ["sdxl", "sd1", "z-image", "flux2"])
def test_a_picture_is_made_and_its_address_found(engine: str) -> None:
    with sandbox(speed=50) as url:
        code, said = respect("generate-and-poll.arazzo.yaml", url, engine=engine, prompt="a boat")
        counts = httpx.get(f"{url}/sandbox/requests").json()
    assert code == 0, said
    # At least once to see how it is doing, and once to collect.
    assert counts["GET /v2/consumer/workflows/{workflow_id}"] >= 2


def test_a_running_workflow_is_found_and_canceled() -> None:
    with sandbox(speed=0.01) as url:
        step = {"$type": "imageGen", "input": {"engine": "sdxl", "prompt": "a boat"}}
        headers = {"Authorization": f"Bearer {KEY}"}
        workflows = f"{url}/v2/consumer/workflows"
        made = httpx.post(workflows, json={"steps": [step]}, headers=headers).json()
        code, said = respect("query-and-cancel.arazzo.yaml", url, status=made["status"], take=5)
        after = httpx.get(f"{workflows}/{made['id']}", headers=headers).json()
    assert code == 0, said
    assert after["status"] == "canceled"


def test_a_broken_contract_is_noticed() -> None:
    with sandbox(speed=50) as url:
        code, _ = respect("generate-and-poll.arazzo.yaml", url, engine="none", prompt="a boat")
    assert code != 0
