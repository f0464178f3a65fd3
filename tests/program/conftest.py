"""The whole program, on the test's own loop or as a process, before a real sandbox."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from civitai_desktop.options import Options
from tests.program.sandbox_process import Sandbox, sandbox_process
from tests.qt_loop import (
    nothing_is_left_behind,
    pytest_asyncio_loop_factories,
    pytest_runtest_teardown,
    qapp_cls,
    until,
)

__all__ = [
    "nothing_is_left_behind",
    "pytest_asyncio_loop_factories",
    "pytest_runtest_teardown",
    "qapp_cls",
    "until",
]

SPEED = "20"
"""How many times faster than Civitai the sandbox is."""

StartSandbox = Callable[..., Sandbox]
GivenOptions = Callable[..., Options]


@pytest.fixture(autouse=True)
def no_keyring_of_the_tester(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own keyring is read, and none is unlocked on the screen."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("CIVITAI_API_KEY", raising=False)


@pytest.fixture
def start_sandbox() -> Iterator[StartSandbox]:
    """Start sandboxes, each with further arguments; they end with the test."""
    with ExitStack() as stack:

        def start(*arguments: str) -> Sandbox:
            return stack.enter_context(sandbox_process("--speed", SPEED, *arguments))

        yield start


@pytest.fixture
def sandbox(start_sandbox: StartSandbox) -> Sandbox:
    """A sandbox that does everything well."""
    return start_sandbox()


@pytest.fixture
def options(tmp_path: Path) -> GivenOptions:
    """What the program is started with: folders of this test, and a sandbox as Civitai."""

    def given(sandbox: Sandbox, **changes: object) -> Options:
        chosen = {"key": sandbox.key, "api_url": sandbox.url, "site_url": sandbox.url} | changes
        return Options(data_dir=tmp_path / "data", pictures_dir=tmp_path / "pictures", **chosen)

    return given
