"""A disk without room stops no download for good: nothing stays open of what was given up."""

from civitai_desktop.domain.errors import FolderUnusable
from civitai_desktop.domain.generation import GenerationState
from tests.workshop import a_request, opened

FAILED = 200


async def test_two_hundred_failed_saves_leave_no_connection_and_the_next_one_succeeds(
    home, sandbox, nobody_closes_generators
) -> None:
    failed = 0

    async def no_room(where: str) -> None:
        nonlocal failed
        if where == "before write" and failed < FAILED:
            failed += 1
            raise FolderUnusable("The disk is full.")

    async with opened(home, sandbox, moment=no_room) as workshop:
        request = a_request(quantity=4)
        workshop.generations.start(request)
        generation = await workshop.ended(request)
        assert failed == FAILED
        assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 4)
        assert await workshop.saved() == sandbox.pictures(sandbox.workflows()[0])
        pool = workshop.blobs._client._transport._pool
        assert len(pool.connections) < 10
        assert all(each.is_idle() or each.is_closed() for each in pool.connections)
