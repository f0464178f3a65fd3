"""The sandbox as a program of its own, which tests of the program talk to over real sockets."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

_WORKFLOWS = "/v2/consumer/workflows"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox, and what it says of itself."""

    url: str
    key: str

    def requests(self) -> dict[str, int]:
        """Return how often each route was asked, such as "POST /v2/consumer/workflows"."""
        return dict(httpx.get(f"{self.url}/sandbox/requests").json())

    def workflows(self) -> list[dict[str, Any]]:
        """Return every workflow there is; what-ifs are none."""
        page = self._get(_WORKFLOWS, {"take": 1000, "hideMatureContent": False}).json()
        return list(page["items"])

    def pictures(self) -> list[bytes]:
        """Return the bytes of all pictures there are, workflow after workflow."""
        return [
            httpx.get(image["url"]).content
            for workflow in self.workflows()
            for step in workflow["steps"]
            for image in step["output"]["images"]
        ]

    def _get(self, path: str, params: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = httpx.get(f"{self.url}{path}", params=params, headers=headers)
        return answer.raise_for_status()


@contextmanager
def sandbox_process(*arguments: str) -> Iterator[Sandbox]:
    """Run `python -m civitai_desktop.sandbox` while the block lasts."""
    command = [sys.executable, "-m", "civitai_desktop.sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address, key, ready = (process.stdout.readline().strip() for _ in range(3))
            assert ready == "Ready."
            yield Sandbox(address.removeprefix("Address: "), key.removeprefix("Key: "))
        finally:
            process.kill()
