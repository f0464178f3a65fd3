"""The line to Civitai: whether it is up, and whether the key is taken."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from civitai_desktop.domain.errors import (
    AnothersReply,
    BadReply,
    CivitaiError,
    NotSignedIn,
    Unreachable,
)
from civitai_desktop.domain.events import ConnectionChanged, Event, KeyRefused, KeyTaken

T = TypeVar("T")

SLOW_S = 20.0
"""After this it is said that an answer is waited for; no look is held that long by Civitai."""

SLOW = (
    "Civitai has not answered for a while. The program waits; nothing is lost, and nothing is sent "
    "twice."
)


class Line:
    """What all calls of one account have in common.

    A refused key stops every caller until there is another, or until an answer that was under way
    shows that the key is taken; then they go on where they were.
    """

    def __init__(self, tell: Callable[[Event], None], *, slow_s: float = SLOW_S) -> None:
        """Take the parts.

        Args:
            tell: Hears how the line is.
            slow_s: After how many seconds without an answer that is told.
        """
        self._tell = tell
        self._slow_s = slow_s
        self._key_taken = asyncio.Event()
        self._key_taken.set()
        self._keys = 0
        self._next_key = asyncio.Event()
        self._is_up = True
        self._is_lost = False

    @property
    def is_refused(self) -> bool:
        """Tell whether every call waits until a key is taken."""
        return not self._key_taken.is_set()

    async def call(self, call: Callable[[], Awaitable[T]], *, is_quick: bool = True) -> T:
        """Make `call`; where the key is refused, make it again with the next one.

        Args:
            is_quick: Whether it is told where the answer takes long.

        Raises:
            CivitaiError: Whatever `call` raises, but for `NotSignedIn`.
        """
        while True:
            await self._key_taken.wait()
            key = self._keys
            slow = self.tell_if_slow() if is_quick else None
            try:
                answer = await call()
            except NotSignedIn as error:
                # Of several calls refused together one tells, and none that was sent with the
                # key before.
                if key == self._keys and self._key_taken.is_set():
                    self._key_taken.clear()
                    self._tell(KeyRefused(error.message, error.next_step))
            except CivitaiError as error:
                if not error.retryable:
                    # A refusal is an answer, too.
                    self.worked()
                raise
            else:
                self.worked()
                self._took(key)
                return answer
            finally:
                if slow is not None:
                    slow.cancel()

    async def try_out(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make `call` even while the key is refused: an answer shows that it is taken after all.

        Raises:
            CivitaiError: Whatever `call` raises; nothing is told of it.
        """
        key = self._keys
        answer = await call()
        if self._is_lost:
            # What Civitai itself does not answer is not made up for by another answer of its.
            self.worked()
        self._took(key)
        return answer

    def _took(self, key: int) -> None:
        """Take note that Civitai took a key, by its number; only the one in force says anything."""
        if key == self._keys and self.is_refused:
            self._key_taken.set()
            self._tell(KeyTaken())

    def tell_if_slow(self) -> asyncio.TimerHandle:
        """Tell that an answer is waited for, unless what is returned is canceled before long."""
        return asyncio.get_running_loop().call_later(self._slow_s, self._is_slow)

    def _is_slow(self) -> None:
        # What is known to be worse is not covered.
        if self._is_up:
            self._is_up = False
            self._tell(ConnectionChanged(SLOW))

    def failed(self, error: CivitaiError) -> None:
        """Take note of a failure that is repeated by itself."""
        if error.retryable:
            self._is_up = False
            is_offline = isinstance(error, Unreachable)
            # One of Civitai's own answers, if about something else, comes from no other network.
            is_astray = isinstance(error, BadReply) and not isinstance(error, AnothersReply)
            self._is_lost = is_offline or is_astray
            self._tell(ConnectionChanged(str(error), is_offline, is_astray))

    def key_changed(self) -> None:
        """Let go on what a refused key has stopped."""
        self._keys += 1
        self._key_taken.set()
        self._next_key.set()
        self._next_key = asyncio.Event()

    async def another_key(self) -> None:
        """Return once there is another key than now."""
        await self._next_key.wait()

    def worked(self) -> None:
        """Take note of a success, of a download too, which is no call."""
        if not self._is_up:
            self._is_up, self._is_lost = True, False
            self._tell(ConnectionChanged())
