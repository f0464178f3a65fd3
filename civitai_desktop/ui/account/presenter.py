"""Entering and removing the key, as the screen sees it."""

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from civitai_desktop.domain.api_key import cleaned
from civitai_desktop.domain.errors import CivitaiError, InvalidInput, NoSafeKeyring
from civitai_desktop.services.account import Account, KeySource
from civitai_desktop.services.tasks import TaskScope


class AccountPresenter(QObject):
    """Has a typed key checked and kept. Never holds the key itself."""

    busy_changed = Signal(bool)
    refused = Signal(str)
    """Why the key was not taken, with the next step."""
    changed = Signal()
    """There is another key, or none any more."""
    removed = Signal()
    """The key was forgotten, in the keyring too."""
    noted = Signal(object)
    """A CivitaiError that does not stop anything: the key is in force but cannot be kept."""

    def __init__(
        self,
        account: Account,
        on_key: Callable[[str | None], None],
        parent: QObject | None = None,
    ) -> None:
        """Take the account.

        Args:
            on_key: Hears of every text that may be a key before it is used, so that it never
                gets into a log.
        """
        super().__init__(parent)
        self._account = account
        self._on_key = on_key
        self._tasks = TaskScope(self._not_done)

    @property
    def source(self) -> KeySource:
        """Return where the key in force comes from."""
        return self._account.source

    def enter(self, text: str) -> None:
        """Have a key checked and kept."""
        self._on_key(text.strip())
        with suppress(InvalidInput):
            self._on_key(cleaned(text))
        self.busy_changed.emit(True)
        self._tasks.spawn(self._enter(text), name="key check")

    def remove(self) -> None:
        """Have the key forgotten."""
        self._tasks.spawn(self._remove(), name="key removal")

    def leave(self) -> None:
        """Go on without a key, in the sandbox."""
        self.changed.emit()

    async def aclose(self) -> None:
        """Stop what is under way."""
        await self._tasks.aclose()

    async def _enter(self, text: str) -> None:
        try:
            await self._account.enter(text)
        except NoSafeKeyring as error:
            self.noted.emit(error)
        finally:
            self.busy_changed.emit(False)
        self.changed.emit()

    async def _remove(self) -> None:
        try:
            await self._account.remove()
        except NoSafeKeyring as error:
            self.changed.emit()
            # After it: it is about the key that is there no more, and stays.
            self.noted.emit(error)
        else:
            self.changed.emit()
            self.removed.emit()

    def _not_done(self, error: CivitaiError) -> None:
        self.refused.emit(str(error))
