"""The key: where it may come from, when it counts, and where it is kept."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from civitai_desktop.api.http import ApiClient
from civitai_desktop.api.orchestration import OrchestrationApi
from civitai_desktop.domain.errors import InvalidInput, NoSafeKeyring, NotSignedIn, Unreachable
from civitai_desktop.services.account import Account, KeySource
from tests.keyring_session import keyring_session, missing_packages
from tests.workshop import WORKFLOWS


class Vault:
    """A keyring as long as it is `safe`; without one every call says so."""

    def __init__(self, key: str | None = None) -> None:
        self.key = key
        self.safe = True

    async def read(self) -> str | None:
        self._look()
        return self.key

    async def store(self, key: str) -> None:
        self._look()
        self.key = key

    async def remove(self) -> None:
        self._look()
        self.key = None

    def _look(self) -> None:
        if not self.safe:
            raise NoSafeKeyring("This system has no keyring that keeps secrets safely.")


class Check:
    """Civitai's opinion of keys: `error` if it has one."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.asked: list[str] = []

    async def __call__(self, key: str) -> None:
        self.asked.append(key)
        if self.error:
            raise self.error


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def check() -> Check:
    return Check()


@pytest.fixture
def account(vault, check) -> Account:
    return Account(vault, check, None)


def state(account: Account) -> tuple[str | None, KeySource]:
    return account.key, account.source


async def test_a_first_start_has_no_key(account) -> None:
    await account.load()
    assert state(account) == (None, KeySource.NONE)


async def test_a_kept_key_is_in_force_from_the_start_unasked(account, vault, check) -> None:
    vault.key = "kept"
    await account.load()
    assert state(account) == ("kept", KeySource.KEYRING)
    assert check.asked == []


async def test_the_environment_overrides_the_keyring_and_is_stored_nowhere(vault, check) -> None:
    vault.key = "kept"
    account = Account(vault, check, "  from-outside\n")
    await account.load()
    assert state(account) == ("from-outside", KeySource.ENVIRONMENT)
    assert vault.key == "kept"


@pytest.mark.parametrize("text", ["", "  ", None])
async def test_an_empty_environment_is_none(vault, check, text) -> None:
    vault.key = "kept"
    account = Account(vault, check, text)
    await account.load()
    assert account.source is KeySource.KEYRING


@pytest.mark.parametrize("text", ["two words", "caf\xe9", "line\nbreak", "\x00"])
async def test_an_environment_that_no_header_can_carry_is_left_out_aloud_but_unsaid(
    vault, check, caplog, text
) -> None:
    with caplog.at_level(logging.WARNING):
        account = Account(vault, check, text)
    assert state(account) == (None, KeySource.NONE)
    assert "CIVITAI_API_KEY" in caplog.text
    assert text not in caplog.text
    assert "CIVITAI_API_KEY" in str(account.left_out)
    assert text not in str(account.left_out)


async def test_a_good_key_is_checked_kept_and_in_force(account, vault, check) -> None:
    await account.enter("  typed\n")
    assert state(account) == ("typed", KeySource.KEYRING)
    assert (vault.key, check.asked) == ("typed", ["typed"])


async def test_a_key_comes_out_of_what_was_copied_along_with_it(account, vault, check) -> None:
    await account.enter(' export CIVITAI_API_KEY="ty\u200bped"\n')
    assert state(account) == ("typed", KeySource.KEYRING)
    assert (vault.key, check.asked) == ("typed", ["typed"])


async def test_a_variable_with_quotes_in_it_is_a_key_all_the_same(vault, check) -> None:
    account = Account(vault, check, "\u201cBearer from-outside\u201d")
    assert state(account) == ("from-outside", KeySource.ENVIRONMENT)
    assert account.left_out is None


async def test_a_key_that_another_program_put_into_the_keyring_is_cleaned_too(
    account, vault
) -> None:
    vault.key = "kept\r\n"
    await account.load()
    assert state(account) == ("kept", KeySource.KEYRING)


async def test_what_is_no_key_in_the_keyring_is_said_and_not_used(account, vault) -> None:
    vault.key = "caf\xe9"
    with pytest.raises(InvalidInput, match=r"keyring.*Enter your key under Account"):
        await account.load()
    assert state(account) == (None, KeySource.NONE)


async def test_an_entered_key_replaces_the_one_from_outside(vault, check) -> None:
    account = Account(vault, check, "from-outside")
    await account.enter("typed")
    assert state(account) == ("typed", KeySource.KEYRING)


@pytest.mark.parametrize("error", [NotSignedIn("No."), Unreachable("Offline.")], ids=repr)
async def test_a_key_that_is_refused_or_unchecked_changes_nothing(
    account, vault, check, error
) -> None:
    vault.key = "kept"
    await account.load()
    check.error = error
    with pytest.raises(type(error)):
        await account.enter("typed")
    assert state(account) == ("kept", KeySource.KEYRING)
    assert vault.key == "kept"


@pytest.mark.parametrize("text", ["", "  ", "two words", "caf\xe9", "line\nbreak", "Key: x\x7fy"])
async def test_what_cannot_be_a_key_is_not_even_checked(account, check, text) -> None:
    with pytest.raises(InvalidInput) as refused:
        await account.enter(text)
    assert check.asked == []
    assert text.strip() not in str(refused.value) or not text.strip()


async def test_without_a_safe_keyring_the_key_lives_until_the_end_and_that_is_said(
    account, vault
) -> None:
    vault.safe = False
    with pytest.raises(NoSafeKeyring):
        await account.load()
    with pytest.raises(NoSafeKeyring, match="kept until you quit"):
        await account.enter("typed")
    assert state(account) == ("typed", KeySource.SESSION)
    await account.remove()
    assert state(account) == (None, KeySource.NONE)


async def test_a_removed_key_is_gone_from_the_keyring_too(account, vault) -> None:
    await account.enter("typed")
    await account.remove()
    assert state(account) == (None, KeySource.NONE)
    assert vault.key is None


async def test_a_key_that_the_keyring_will_not_give_up_is_out_of_force_all_the_same(
    account, vault
) -> None:
    await account.enter("typed")
    vault.safe = False
    with pytest.raises(NoSafeKeyring):
        await account.remove()
    assert account.key is None


async def test_only_the_user_can_change_the_environment(vault, check) -> None:
    account = Account(vault, check, "from-outside")
    with pytest.raises(InvalidInput, match="CIVITAI_API_KEY"):
        await account.remove()
    assert account.key == "from-outside"


async def test_a_server_tells_a_good_key_from_a_wrong_one(vault, sandbox) -> None:
    async def check(key: str) -> None:
        http = ApiClient(sandbox.url, lambda: key)
        try:
            await OrchestrationApi(http).check_key()
        finally:
            await http.aclose()

    account = Account(vault, check, None)
    with pytest.raises(NotSignedIn):
        await account.enter("wrong")
    await account.enter(sandbox.key)
    assert account.key == sandbox.key
    sandbox.misbehave({"path": ".", "drop": True})
    with pytest.raises(Unreachable):
        await account.enter("another")
    sandbox.misbehave()
    assert vault.key == sandbox.key
    assert sandbox.requests()[f"GET {WORKFLOWS}"] == 3


REAL = """
import asyncio, sys
from civitai_desktop.services.account import Account
from civitai_desktop.storage.vault import KeyVault

async def taken(key):
    pass

async def main():
    account = Account(KeyVault(service="account"), taken, None)
    await account.load()
    print(account.key, account.source.value)
    if "remove" in sys.argv:
        await account.remove()
    else:
        await account.enter("typed")
    print(account.key, account.source.value)

asyncio.run(main())
"""


def in_a_process_of_its_own(env: dict[str, str], *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", REAL, *arguments],
        env=env,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.skipif(
    sys.platform != "linux" or bool(missing_packages()), reason="needs D-Bus and gnome-keyring"
)
def test_a_real_keyring_keeps_the_key_from_one_start_to_the_next(tmp_path) -> None:
    with keyring_session(tmp_path / "home") as env:
        assert in_a_process_of_its_own(env) == ["None none", "typed keyring"]
        assert in_a_process_of_its_own(env, "remove") == ["typed keyring", "None none"]
        assert in_a_process_of_its_own(env)[0] == "None none"
