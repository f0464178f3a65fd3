"""A library that takes nothing: what is under way waits for it and goes on by itself."""

import asyncio
import sys
from pathlib import Path

import pytest

from civitai_desktop.domain.events import GenerationChanged, LibraryChanged
from civitai_desktop.domain.generation import GenerationState
from tests.faults.test_network import LOOK
from tests.faults.test_pictures import FETCHED, is_whole, no_file_beyond
from tests.workshop import WORKFLOWS, Workshop, a_request, opened

POST = f"POST {WORKFLOWS}"
PUT = f"PUT {WORKFLOWS}/{{workflow_id}}"


def forbid_writing(workshop: Workshop, forbidden: bool) -> None:
    """Let the library take nothing, as on a full disk; or let it again."""
    with workshop.library._database.reading() as connection:
        connection.execute(f"PRAGMA query_only = {forbidden}")


async def is_told(workshop: Workshop) -> None:
    """Wait until what is the case has been said, and that it goes on by itself."""
    told = await workshop.told(LibraryChanged)
    assert "write-protected" in told.problem
    assert told.problem.endswith("What is under way waits for it and goes on by itself.")


async def has_passed(workshop: Workshop, sandbox, request, pictures: int) -> None:
    """Let the library take what waits, and hold that nothing was lost or paid twice."""
    forbid_writing(workshop, False)
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, pictures)
    assert workshop.all_told(LibraryChanged)[-1].problem == ""
    assert workshop.errors == []
    await is_whole(workshop, sandbox, pictures)
    assert sandbox.requests()[FETCHED] == 2 * pictures  # once by the test


async def test_what_is_asked_for_on_a_full_disk_is_shown_and_sent_when_there_is_room(
    workshop, sandbox
) -> None:
    forbid_writing(workshop, True)
    request = a_request(quantity=2)
    workshop.generations.start(request)
    await is_told(workshop)
    await workshop.told(GenerationChanged)
    assert workshop.now(request.id).state is GenerationState.WAITING
    assert POST not in sandbox.requests()
    await has_passed(workshop, sandbox, request, 2)


@pytest.mark.parametrize(
    "place",
    [
        "before update_generation",
        "after POST /v2/consumer",
        "before saved_blobs",
        "after GET /v2/consumer/blobs",
        "before _record",
    ],
)
async def test_wherever_the_disk_fills_up_it_goes_on_once_there_is_room(
    home, sandbox, place
) -> None:
    full = False

    async def moment(where: str) -> None:
        nonlocal full
        if where == place and not full:
            full = True
            forbid_writing(workshop, True)

    async with opened(home, sandbox, moment=moment) as workshop:
        request = a_request(quantity=2)
        workshop.generations.start(request)
        await is_told(workshop)
        assert sandbox.requests().get(POST, 0) == (place != "before update_generation")
        assert not workshop.now(request.id).state.is_terminal
        await has_passed(workshop, sandbox, request, 2)


async def test_what_is_closed_on_a_full_disk_is_taken_up_by_the_next_start(home, sandbox) -> None:
    request = a_request(quantity=2)

    async def moment(where: str) -> None:
        if where == "after POST /v2/consumer":
            forbid_writing(workshop, True)

    async with opened(home, sandbox, moment=moment) as workshop:
        workshop.generations.start(request)
        await is_told(workshop)
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
        assert workshop.all_told(LibraryChanged) == []
        await is_whole(workshop, sandbox, 2)


async def test_it_can_be_canceled_on_a_full_disk(home, slow) -> None:
    async with opened(home, slow) as workshop:
        request = a_request()
        workshop.generations.start(request)
        await workshop.reached(request, GenerationState.RUNNING)
        forbid_writing(workshop, True)
        workshop.generations.cancel(request.id)
        async with asyncio.timeout(10):
            while PUT not in slow.requests():
                await asyncio.sleep(0.01)
        forbid_writing(workshop, False)
        assert (await workshop.ended(request)).state is GenerationState.CANCELED


async def test_a_picture_is_not_fetched_again_because_its_row_has_to_wait(home, sandbox) -> None:
    async def moment(where: str) -> None:
        if where == "before _record" and not workshop.all_told(LibraryChanged):
            forbid_writing(workshop, True)

    async with opened(home, sandbox, moment=moment) as workshop:
        request = a_request()
        workshop.generations.start(request)
        await is_told(workshop)
        assert len(workshop.files()) == 1
        forbid_writing(workshop, False)
        await workshop.ended(request)
        assert sandbox.requests()[FETCHED] == 1
        assert len(workshop.files()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit of a file's size")
async def test_a_data_disk_that_is_really_full_is_waited_out(workshop, sandbox, home: Path) -> None:
    """The library's log cannot grow, and nothing beside it, the journal and thumbnails included."""
    sandbox.misbehave(LOOK | {"status": 500, "times": 3})
    log = home / "library.sqlite3-wal"
    first = a_request()
    workshop.generations.start(first)
    await workshop.ended(first)
    size = log.stat().st_size
    request = a_request(seed=5)
    with no_file_beyond(size):
        workshop.generations.start(request)
        told = await workshop.told(LibraryChanged)
        assert "cannot be used" in told.problem
        assert len(sandbox.workflows()) == 1
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 1)
    assert len(sandbox.workflows()) == 2
