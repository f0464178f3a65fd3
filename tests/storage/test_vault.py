"""The key in a real Secret Service, and in none of the things that only look like one.

Each case runs in a process of its own: keyring remembers what it has found, and jeepney keeps
connections.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keyring_session import environment, keyring_session, missing_packages

needs_secret_service = pytest.mark.skipif(
    sys.platform != "linux" or bool(missing_packages()),
    reason=f"needs a Linux with {' and '.join(missing_packages()) or 'D-Bus'}",
)

PRELUDE = """
import asyncio
from civitai_desktop.domain.errors import NoSafeKeyring
from civitai_desktop.storage.vault import KeyVault

async def told(vault, *calls):
    for call in calls:
        try:
            print(await call)
        except NoSafeKeyring as error:
            print("NoSafeKeyring:", error.message)
"""

PLAINTEXT = """
import pathlib
from keyring.backend import KeyringBackend

class PlaintextKeyring(KeyringBackend):
    priority = {priority}
    file = pathlib.Path.home() / "plain.txt"
    def get_password(self, service, username):
        return self.file.read_text() if self.file.exists() else None
    def set_password(self, service, username, password):
        self.file.write_text(password)
    def delete_password(self, service, username):
        self.file.unlink()
"""


def run(script: str, env: dict[str, str]) -> list[str]:
    """Run a script in a fresh interpreter and return the lines it printed."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + script],
        env=env,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="session")
def secret_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with keyring_session(tmp_path_factory.mktemp("keyring")) as env:
        yield env


@pytest.fixture
def no_bus(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path) | {"XDG_RUNTIME_DIR": str(tmp_path)}


@needs_secret_service
def test_a_key_is_kept_for_the_next_start_replaced_and_removed(secret_service):
    vault = "vault = KeyVault(service='round-trip');"

    first = run(
        f"{vault} asyncio.run(told(vault, vault.read(), vault.store('one')))", secret_service
    )
    second = run(
        f"{vault} asyncio.run(told(vault, vault.read(), vault.store('two'), vault.read(),"
        " vault.remove(), vault.read()))",
        secret_service,
    )

    assert first == ["None", "None"]
    assert second == ["one", "None", "two", "None", "None"]


@needs_secret_service
def test_removing_a_key_that_is_not_there_is_fine(secret_service):
    script = "vault = KeyVault(service='empty'); asyncio.run(told(vault, vault.remove()))"

    assert run(script, secret_service) == ["None"]


@needs_secret_service
def test_accounts_do_not_see_each_others_keys(secret_service):
    script = """
mine, other = KeyVault(service="two"), KeyVault(service="two", account="localhost:8080")
asyncio.run(told(None, mine.store("mine"), other.read(), other.store("other"), other.remove(),
                 mine.read()))
"""

    assert run(script, secret_service) == ["None", "None", "None", "None", "mine"]


@needs_secret_service
def test_the_key_does_not_lie_readable_in_the_home_folder(secret_service):
    key = "0123456789abcdef-readable"
    run(f"v = KeyVault(service='secret'); asyncio.run(told(v, v.store({key!r})))", secret_service)

    kept = [p for p in Path(secret_service["HOME"]).rglob("*") if p.is_file()]

    assert kept
    assert not any(key.encode() in path.read_bytes() for path in kept)


@needs_secret_service
def test_a_locked_keyring_that_can_ask_nobody_is_no_keyring(tmp_path):
    script = """
import secretstorage
from contextlib import closing

vault = KeyVault()
asyncio.run(told(vault, vault.store("key")))
with closing(secretstorage.dbus_init()) as bus:
    secretstorage.get_default_collection(bus).lock()
asyncio.run(told(vault, vault.read(), vault.store("other"), vault.remove()))
"""
    with keyring_session(tmp_path / "locked") as env:
        told = run(script, env)

    assert told == ["None", *["NoSafeKeyring: The system keyring is locked."] * 3]


NONE = "NoSafeKeyring: This system has no keyring that keeps secrets safely."

on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="Windows and macOS always have their keyring"
)


@on_linux
def test_without_a_bus_there_is_no_keyring(no_bus):
    script = (
        "vault = KeyVault(); asyncio.run(told(vault, vault.read(), vault.store('key'),"
        " vault.remove()))"
    )

    assert run(script, no_bus) == [NONE] * 3


@on_linux
@pytest.mark.parametrize("priority", [0.5, 9])
def test_a_plain_file_is_refused_and_not_written(no_bus, priority):
    script = PLAINTEXT.format(priority=priority) + (
        "vault = KeyVault(); asyncio.run(told(vault, vault.store('key'), vault.read()))\n"
        "import keyring; print(type(keyring.get_keyring()).__name__)"
    )

    told = run(script, no_bus)

    # The last line proves the danger: keyring itself would have taken the file.
    assert told == [NONE, NONE, "PlaintextKeyring"]
    assert not (Path(no_bus["HOME"]) / "plain.txt").exists()


@on_linux
def test_the_keyring_that_forgets_everything_is_refused(no_bus):
    null = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    script = "vault = KeyVault(); asyncio.run(told(vault, vault.store('key')))"

    assert run(script, no_bus | null) == [NONE]


@needs_secret_service
def test_a_plain_file_beside_a_real_keyring_is_passed_over(secret_service):
    script = PLAINTEXT.format(priority=9) + (
        "vault = KeyVault(service='beside'); asyncio.run(told(vault, vault.store('key'),"
        " vault.read()))"
    )

    assert run(script, secret_service) == ["None", "key"]
    assert not (Path(secret_service["HOME"]) / "plain.txt").exists()


BACKEND = """
from keyring.backend import KeyringBackend

class Odd(KeyringBackend):
    priority = 99
    def get_password(self, service, username):
        {body}
    set_password = delete_password = get_password
"""


def test_a_keyring_that_never_answers_is_given_up_and_holds_nothing_up(no_bus):
    script = BACKEND.format(body="__import__('threading').Event().wait()") + (
        "vault = KeyVault(timeout_s=0.1); asyncio.run(told(vault, vault.read()))"
    )

    assert run(script, no_bus) == ["NoSafeKeyring: The system keyring did not answer in time."]


def test_a_keyring_that_answers_too_late_disturbs_nothing(no_bus):
    script = BACKEND.format(body="gate.wait(); finished.set(); return 'late'") + (
        """
import threading
gate, finished = threading.Event(), threading.Event()

async def main():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: print(context))
    vault = KeyVault(timeout_s=0.1)
    await told(vault, vault.read())
    gate.set()
    await asyncio.to_thread(finished.wait)
    for thread in threading.enumerate():
        if thread.name == "keyring":
            await asyncio.to_thread(thread.join)

threading.excepthook = lambda args: print(args)
asyncio.run(main())
"""
    )

    assert run(script, no_bus) == ["NoSafeKeyring: The system keyring did not answer in time."]


@pytest.mark.parametrize(
    "error", ["ConnectionResetError", "__import__('keyring').errors.InitError"]
)
def test_whatever_a_keyring_raises_is_told_as_a_refusal_without_the_key(no_bus, error):
    script = (
        BACKEND.format(body=f"raise {error}('broken')").replace(
            "(self, service, username)", "(self, service, username, password='')"
        )
        + "vault = KeyVault(); asyncio.run(told(vault, vault.store('the-key')))"
    )

    assert run(script, no_bus) == ["NoSafeKeyring: The system keyring refused."]


def test_nothing_of_keyring_is_loaded_before_the_first_question(no_bus):
    script = "import sys; KeyVault(); print([m for m in sys.modules if m.startswith('keyring')])"

    assert run(script, no_bus) == ["[]"]
