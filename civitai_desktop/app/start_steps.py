"""The steps of a world's start, each by itself: what fails is told, and can be tried again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from civitai_desktop.domain.errors import CivitaiError, StartFailed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that is to be done once.

    Attributes:
        name: What it is for, as it stands in "… failed".
        work: Does it; may be called again where it has failed.
        failed: Hears why it failed, before anybody is told.
        after: The name of a step without which it is of no use.
    """

    name: str
    work: Callable[[], Awaitable[None]]
    failed: Callable[[CivitaiError], None] | None = None
    after: str = ""


class Start:
    """Carries out steps in their order. One that fails, as expected or not, stops no other."""

    def __init__(self, steps: Iterable[Step], tell: Callable[[CivitaiError], None]) -> None:
        """Take the steps.

        Args:
            tell: Hears of the first failure of a round, and offers to try again.
        """
        self._left = {step.name: step for step in steps}
        self._tell = tell
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Do what has not been done yet; call it again to try again what has failed."""
        async with self._turn:
            failures = []
            for step in tuple(self._left.values()):
                if step.after in self._left:
                    continue
                error = await self._failure(step)
                if error is None:
                    del self._left[step.name]
                    continue
                failures.append(error)
                if step.failed is not None:
                    step.failed(error)
            if failures:
                self._tell(failures[0])

    async def _failure(self, step: Step) -> CivitaiError | None:
        """Do a step and return what went wrong, or None."""
        try:
            await step.work()
        except CivitaiError as error:
            log.warning("%s failed: %s", step.name, error)
            return error
        except Exception as error:  # noqa: BLE001  reported as the bug it is; the window stays
            asyncio.get_running_loop().call_exception_handler(
                {"message": f"{step.name} failed", "exception": error}
            )
            return StartFailed(f"{step.name} failed.")
        return None
