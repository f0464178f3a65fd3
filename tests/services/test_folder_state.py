"""A folder that cannot be used is tried by one save at a time, whoever else waits for it."""

import asyncio

from civitai_desktop.domain.errors import FolderUnusable
from civitai_desktop.domain.events import Event, FolderChanged
from civitai_desktop.services.folder_state import FolderState

FULL = FolderUnusable("The disk is full.")
MANY = 24


class Pauses:
    """Pauses that end when the test says so."""

    def __init__(self) -> None:
        self.begun: list[float] = []
        self._end = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.begun.append(seconds)
        await self._end.wait()
        self._end.clear()

    async def end(self) -> None:
        self._end.set()
        await settled()


async def settled() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


async def test_one_at_a_time_tries_again_and_the_others_wait_for_it() -> None:
    told: list[Event] = []
    pauses = Pauses()
    state = FolderState(told.append, pauses)
    saves = [asyncio.create_task(state.failed(FULL)) for _ in range(MANY)]
    await settled()
    assert len(pauses.begun) == 1
    assert (
        told
        == [
            FolderChanged(
                "The disk is full. Choose another pictures folder in the File menu. "
                "Pictures are fetched again by themselves."
            )
        ]
        * MANY
    )
    for tried in range(1, 8):
        await pauses.end()
        assert sum(save.done() for save in saves) == tried
        assert len(pauses.begun) == tried + 1
    # They double, for all of them together, up to half a minute.
    assert pauses.begun[0] <= 1
    assert 15 <= pauses.begun[-1] <= 30

    state.works()
    await settled()
    assert all(save.done() for save in saves)
    assert told[MANY:] == [FolderChanged()]
    state.works()
    assert told[MANY:] == [FolderChanged()]


async def test_after_it_has_worked_the_pauses_are_short_again() -> None:
    pauses = Pauses()
    state = FolderState(lambda _event: None, pauses)
    for _ in range(6):
        save = asyncio.create_task(state.failed(FULL))
        await settled()
        await pauses.end()
        await save
    state.works()
    save = asyncio.create_task(state.failed(FULL))
    await settled()
    assert pauses.begun[-1] <= 1
    save.cancel()
    await asyncio.wait([save])


async def test_a_save_that_is_stopped_leaves_its_turn_to_the_next() -> None:
    pauses = Pauses()
    state = FolderState(lambda _event: None, pauses)
    first, second = (asyncio.create_task(state.failed(FULL)) for _ in range(2))
    await settled()
    first.cancel()
    await settled()
    assert len(pauses.begun) == 2
    await pauses.end()
    assert second.done()
