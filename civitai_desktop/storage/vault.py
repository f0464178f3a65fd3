"""The API key: in the system's keyring or not kept at all."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from civitai_desktop.domain.errors import NoSafeKeyring

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

UNLOCK_S = 60.0
"""How long someone may take to type the keyring's own password."""

_RECOMMENDED = 1
"""Below this priority keyring ranks what is a stand-in: plain files, nothing, failure."""


class KeyVault:
    """Keeps one API key in the system's keyring; refuses every stand-in.

    A keyring may wait for its owner without limit, so each call has a thread of its own, which
    is given up after `timeout_s` and never holds up the program's end.
    """

    def __init__(
        self,
        *,
        service: str = "civitai-desktop",
        account: str = "default",
        timeout_s: float = UNLOCK_S,
    ) -> None:
        """Touch nothing yet; keys of different accounts do not know each other."""
        self._service = service
        self._account = account
        self._timeout_s = timeout_s

    async def read(self) -> str | None:
        """Return the key, or None if none is kept.

        Raises:
            NoSafeKeyring: There is no keyring, or it is locked, refuses or does not answer.
        """

        def work(keyring: "KeyringBackend") -> str | None:
            return keyring.get_password(self._service, self._account)

        return await self._ask(work)

    async def store(self, key: str) -> None:
        """Keep `key` in place of any other.

        Raises:
            NoSafeKeyring: As `read`; nothing was kept anywhere.
        """

        def work(keyring: "KeyringBackend") -> None:
            keyring.set_password(self._service, self._account, key)

        await self._ask(work)

    async def remove(self) -> None:
        """Forget the key; there need not be one.

        Raises:
            NoSafeKeyring: As `read`; the key may still be there.
        """

        def work(keyring: "KeyringBackend") -> None:
            if keyring.get_password(self._service, self._account) is not None:
                keyring.delete_password(self._service, self._account)

        await self._ask(work)

    async def _ask(self, work: "Callable[[KeyringBackend], T]") -> T:
        answer: Future[T] = Future()
        threading.Thread(target=_answer, args=(answer, work), name="keyring", daemon=True).start()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.wrap_future(answer)
        except TimeoutError as error:
            raise NoSafeKeyring("The system keyring did not answer in time.") from error


def _answer(answer: "Future[T]", work: "Callable[[KeyringBackend], T]") -> None:
    # From here on a time-out cannot cancel the future under the thread's hands.
    answer.set_running_or_notify_cancel()
    try:
        answer.set_result(_told(work))
    except BaseException as error:  # noqa: BLE001  it is raised again where it is awaited
        answer.set_exception(error)
    finally:
        # keyring remembers why a backend did not do, with every frame that led there. Through
        # the answer's error that would be all who waited for it, up to the window.
        del answer


def _told(work: "Callable[[KeyringBackend], T]") -> T:
    from keyring.errors import KeyringLocked  # noqa: PLC0415  100 ms, and only in this thread

    keyring = _safest()
    try:
        return work(keyring)
    except KeyringLocked as error:
        raise NoSafeKeyring("The system keyring is locked.") from error
    # Besides KeyringError the backends let through whatever their D-Bus or Windows library has.
    except Exception as error:
        raise NoSafeKeyring("The system keyring refused.") from error


def _safest() -> "KeyringBackend":
    """Choose a keyring without asking keyring's own choice, which takes plain files too."""
    from keyring import backend  # noqa: PLC0415
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415

    safe = [
        candidate
        for candidate in backend.get_all_keyring()
        if not isinstance(candidate, ChainerBackend)
        and candidate.priority >= _RECOMMENDED
        and "plaintext" not in type(candidate).__name__.lower()
    ]
    if not safe:
        raise NoSafeKeyring("This system has no keyring that keeps secrets safely.")
    return max(safe, key=lambda candidate: candidate.priority)
