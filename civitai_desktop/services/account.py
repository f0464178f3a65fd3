"""The API key: where it comes from, whether it is taken, and where it is kept."""

import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum

from civitai_desktop.domain.api_key import cleaned
from civitai_desktop.domain.errors import CivitaiError, InvalidInput, NoSafeKeyring, NotSignedIn
from civitai_desktop.storage.vault import KeyVault

log = logging.getLogger(__name__)

CheckKey = Callable[[str], Awaitable[None]]
"""Raises `NotSignedIn` where Civitai refuses the key, another `CivitaiError` if it cannot say."""


class KeySource(StrEnum):
    """Where the key in force comes from."""

    NONE = "none"
    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    SESSION = "session"
    """There is no safe keyring: the key is forgotten when the program ends."""


class Account:
    """The one API key. It is never in a log, a setting, a database or an error's text."""

    def __init__(self, vault: KeyVault, check: CheckKey, environment_key: str | None) -> None:
        self._vault = vault
        self._check = check
        self.left_out: NotSignedIn | None = None
        """Why a key that was set from outside is not in force, and what to do; None for no such."""
        key = ""
        try:
            key = cleaned(environment_key or "")
        except InvalidInput as error:
            log.warning("CIVITAI_API_KEY is left out: %s", error.message)
            step = "Set it to the key alone and start again, or enter the key under Account."
            message = f"CIVITAI_API_KEY is left out. {error.message}"
            self.left_out = NotSignedIn(message, next_step=step)
        self._key: str | None = key or None
        self._source = KeySource.ENVIRONMENT if key else KeySource.NONE

    @property
    def key(self) -> str | None:
        """Return the key in force, or None."""
        return self._key

    @property
    def source(self) -> KeySource:
        """Return where the key in force comes from."""
        return self._source

    async def load(self) -> None:
        """Read the key from the keyring, unless the environment overrides it.

        Raises:
            NoSafeKeyring: There is none, or it stays locked; the program goes on without a key.
            InvalidInput: Another program put something into it that is no key.
        """
        if self._source is not KeySource.NONE:
            return
        try:
            key = cleaned(await self._vault.read() or "")
        except InvalidInput as error:
            message = f"What the system keyring keeps as your key is not used. {error.message}"
            raise InvalidInput(message, next_step="Enter your key under Account.") from error
        if key:
            self._key, self._source = key, KeySource.KEYRING

    async def enter(self, text: str) -> None:
        """Check a key that was typed or pasted, and keep it.

        Raises:
            InvalidInput: It cannot be a key.
            NotSignedIn: Civitai refuses it.
            CivitaiError: It could not be checked; nothing has changed.
            NoSafeKeyring: It is in force, but for this session only.
        """
        key = cleaned(text)
        if not key:
            raise InvalidInput("Paste your API key first.", next_step="")
        try:
            await self._check(key)
        except NotSignedIn as error:
            again = "Copy it again, or make a new one on civitai.com."
            raise NotSignedIn("Civitai refuses this key.", next_step=again) from error
        except CivitaiError as error:
            error.next_step = "The key was not saved; try again."
            raise
        self._key, self._source = key, KeySource.SESSION
        try:
            await self._vault.store(key)
        except NoSafeKeyring as error:
            raise NoSafeKeyring(f"{error.message} The key is kept until you quit.") from error
        self._source = KeySource.KEYRING

    async def remove(self) -> None:
        """Forget the key, in the keyring too.

        Raises:
            InvalidInput: The environment sets it, which only the user can change.
            NoSafeKeyring: It could not be taken out of the keyring.
        """
        if self._source is KeySource.ENVIRONMENT:
            raise InvalidInput(
                "The key comes from CIVITAI_API_KEY.", next_step="Unset it and start again."
            )
        was, self._key, self._source = self._source, None, KeySource.NONE
        if was is KeySource.KEYRING:
            try:
                await self._vault.remove()
            except NoSafeKeyring as error:
                raise NoSafeKeyring(
                    f"{error.message} The key is still in it.",
                    next_step="Remove it there, or it is used again at the next start.",
                ) from error
