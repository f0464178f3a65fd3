"""The library as runs need it: what it does not take now, it takes when it can."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from civitai_desktop.domain.errors import LibraryUnusable
from civitai_desktop.domain.events import Event, LibraryChanged
from civitai_desktop.services.polling import pauses
from civitai_desktop.services.ports import Sleep
from civitai_desktop.services.tasks import DiskThread

P = ParamSpec("P")
T = TypeVar("T")


class Records:
    """Works on the library, and waits out a full disk or a lock instead of giving up.

    Whoever comes back from here has it on the disk: nothing is sent before its row is there.
    """

    def __init__(self, disk: DiskThread, tell: Callable[[Event], None], sleep: Sleep) -> None:
        self._disk = disk
        self._tell = tell
        self._sleep = sleep
        self._is_fine = True

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on the disk thread, again and again until the library takes it."""
        for pause_s in pauses():
            try:
                return await self.once(work, *args, **kwargs)
            except LibraryUnusable:
                await self._sleep(pause_s)
        raise AssertionError("the pauses never end")

    async def once(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on the disk thread, and tell whether the library is of use.

        Raises:
            LibraryUnusable: It is not, for now.
        """
        try:
            result = await self._disk.run(work, *args, **kwargs)
        except LibraryUnusable as error:
            self._is(f"{error} What is under way waits for it and goes on by itself.")
            raise
        self._is("")
        return result

    def _is(self, problem: str) -> None:
        if problem or not self._is_fine:
            self._is_fine = not problem
            self._tell(LibraryChanged(problem))
