"""Hands events to those who listen, each on its own turn of the loop."""

import asyncio
from collections.abc import Callable

from civitai_desktop.domain.events import Event

Listener = Callable[[Event], None]


class Events:
    """One place to tell, many to listen.

    Delivery is by `call_soon`: in order, and a listener's bug neither breaks what told it nor
    keeps the event from the others.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Hand every event from now on to `listener`."""
        self._listeners.append(listener)

    def tell(self, event: Event) -> None:
        """Hand `event` to everyone, soon."""
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            loop.call_soon(listener, event)
