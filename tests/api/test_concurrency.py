"""Places under a limit: what flows keeps its own, and what stands still makes room."""

import asyncio

import pytest

from civitai_desktop.api.concurrency import FLOOR, ConcurrencyLimit


async def taker(places: ConcurrencyLimit, taken: asyncio.Event) -> None:
    async with places.taken():
        taken.set()


@pytest.mark.parametrize("end", ["usual", "error"])
async def test_a_place_is_given_back_at_the_end_and_only_once(end) -> None:
    places = ConcurrencyLimit(1)
    for _ in range(3):
        try:
            async with places.taken() as place:
                place.give_back()
                place.give_back()
                if end == "error":
                    raise ValueError
        except ValueError:
            pass
    async with places.taken():
        taken = asyncio.Event()
        waiting = asyncio.create_task(taker(places, taken))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not taken.is_set(), "there is one, and no more"
    await waiting


async def test_what_stands_still_makes_room() -> None:
    places = ConcurrencyLimit(1, held_s=0.01)
    async with places.taken() as place, asyncio.timeout(5):
        place.moved(1)
        await taker(places, asyncio.Event())


async def test_what_flows_keeps_its_place() -> None:
    places = ConcurrencyLimit(1, held_s=0.1)
    taken = asyncio.Event()
    looked = 0
    async with places.taken() as place:
        waiting = asyncio.create_task(taker(places, taken))
        begun = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - begun < 0.4:
            place.moved(FLOOR)
            looked += 1
            await asyncio.sleep(0)
        assert looked > 1
        assert not taken.is_set()
    await waiting
