"""Pictures that arrive late, damaged, not at all, or at a folder that is not there."""

import asyncio
import hashlib
import os
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from civitai_desktop.domain.errors import FolderUnusable
from civitai_desktop.domain.events import ConnectionChanged, FolderChanged
from civitai_desktop.domain.generation import GenerationState
from civitai_desktop.domain.hold import HeldBy
from civitai_desktop.services.following import GONE_PICTURES
from civitai_desktop.services.saving import MAX_DAMAGED, MAX_EXPIRED
from tests.huge_png import huge_png
from tests.workshop import NO_WAITING, WORKFLOWS, Workshop, a_request, opened

BLOB = {"method": "GET", "path": "/blobs/"}
LOOK = {"method": "GET", "path": "/workflows/wf_"}
REFRESHED = "POST /v2/consumer/blobs/{blob_id}/refresh"
LIMIT = 300_000
FETCHED = "GET /v2/consumer/blobs/{blob_id}"


async def run(workshop: Workshop, **values):
    request = a_request(**values)
    workshop.generations.start(request)
    return await workshop.ended(request)


async def is_whole(workshop: Workshop, sandbox, pictures: int) -> None:
    """Hold that every picture is there, once, as it is served, and was paid once."""
    [workflow] = sandbox.workflows()
    assert await workshop.saved() == sandbox.pictures(workflow)
    assert len(workshop.files()) == pictures
    assert sandbox.requests()[f"POST {WORKFLOWS}"] == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"truncate": 100},
        {"truncate": 0},
        {"corrupt": True},
        {"drop": True},
        {"lose_answer": True},
        {"status": 200, "body": "<html>Sign in</html>"},
        {"status": 200},
        {"status": 500},
        {"status": 429, "headers": {"retry-after": "1"}},
    ],
    ids=str,
)
async def test_a_picture_that_arrives_damaged_is_fetched_again(workshop, sandbox, fault) -> None:
    sandbox.misbehave(BLOB | fault | {"times": 3})
    generation = await run(workshop, quantity=2)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 2)
    await is_whole(workshop, sandbox, 2)
    assert workshop.all_told(ConnectionChanged)[-1].problem == ""


async def test_a_picture_of_the_right_size_that_does_not_decode_is_fetched_again(
    workshop, sandbox
) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(5000)
    sandbox.misbehave(BLOB | {"status": 200, "body": png.decode("latin-1"), "times": 1})
    assert (await run(workshop)).state is GenerationState.SUCCEEDED
    await is_whole(workshop, sandbox, 1)


async def test_a_picture_too_large_to_decode_is_kept_as_it_is_served(workshop, sandbox) -> None:
    content = huge_png()
    sandbox.misbehave(BLOB | {"status": 200, "content": b64encode(content).decode()})
    generation = await run(workshop)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 1)
    assert sandbox.requests()[FETCHED] == 1
    [image] = await workshop.images()
    assert image.micro == b""
    assert image.sha256 == hashlib.sha256(content).hexdigest()
    [file] = workshop.files()
    assert file.read_bytes() == content


async def test_what_stays_damaged_is_left_alone_for_a_while_and_asked_for_again(
    workshop, sandbox
) -> None:
    sandbox.misbehave(BLOB | {"corrupt": True})
    request = a_request()
    workshop.generations.start(request)
    held = await workshop.held(request, HeldBy.PICTURES)
    assert held.state is GenerationState.RUNNING
    assert "nothing is paid twice" in held.hold.reason
    assert sandbox.requests()[FETCHED] == MAX_DAMAGED
    await workshop.until(lambda: not workshop.files())

    sandbox.misbehave()
    workshop.calendar.turn(minutes=1)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    await is_whole(workshop, sandbox, 1)


@pytest.mark.parametrize("fault", [{"expire": True}, {"status": 404}, {"status": 401}], ids=str)
async def test_an_address_that_has_expired_is_refreshed(workshop, sandbox, fault) -> None:
    sandbox.misbehave(BLOB | fault | {"times": 1})
    assert (await run(workshop)).state is GenerationState.SUCCEEDED
    assert sandbox.requests()[REFRESHED] == 1
    await is_whole(workshop, sandbox, 1)


async def test_an_address_that_is_always_refused_is_left_alone_for_a_while(
    workshop, sandbox
) -> None:
    sandbox.misbehave(BLOB | {"expire": True})
    request = a_request()
    workshop.generations.start(request)
    await workshop.held(request, HeldBy.PICTURES)
    assert sandbox.requests()[REFRESHED] == MAX_EXPIRED


async def test_a_picture_is_gone_once_civitai_has_said_so_for_a_day(workshop, sandbox) -> None:
    sandbox.misbehave(
        BLOB | {"expire": True}, {"method": "POST", "path": "/refresh$", "status": 404}
    )
    request = a_request()
    workshop.generations.start(request)
    held = await workshop.held(request, HeldBy.PICTURES)
    assert sandbox.requests()[REFRESHED] == 1
    for tries in (2, 3):
        workshop.calendar.turn(hours=8)
        again = await workshop.held(request, HeldBy.PICTURES, tries=tries)
        assert again.hold.since == held.hold.since
    workshop.calendar.turn(hours=8)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.FAILED
    assert generation.problem.startswith(GONE_PICTURES)


def announced(images: list[dict], status: str = "succeeded") -> dict:
    steps = [{"output": {"images": images}}]
    return {"status": 200, "body": {"id": "{id}", "status": status, "steps": steps}}


async def test_a_picture_that_is_late_is_waited_for(workshop, sandbox) -> None:
    late = announced([{"id": "late", "available": False}])
    sandbox.misbehave(
        LOOK | late | {"times": 2}, LOOK | {"drop": True, "times": 2}, LOOK | late | {"times": 2}
    )
    assert (await run(workshop)).state is GenerationState.SUCCEEDED
    await is_whole(workshop, sandbox, 1)


async def test_a_picture_that_does_not_come_is_looked_for_again_by_itself(
    workshop, sandbox
) -> None:
    sandbox.misbehave(LOOK | announced([{"id": "late", "available": False}]))
    request = a_request()
    workshop.generations.start(request)
    held = await workshop.held(request, HeldBy.PICTURES)
    assert held.hold.reason.startswith("Civitai has not delivered every picture yet.")
    workshop.calendar.turn(minutes=1)
    await workshop.held(request, HeldBy.PICTURES, tries=2)
    sandbox.misbehave()
    workshop.calendar.turn(minutes=1)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    await is_whole(workshop, sandbox, 1)


async def test_what_a_lost_workflow_had_offered_is_brought_home(workshop, sandbox) -> None:
    """A look shows a picture, the next one finds no workflow any more."""
    request = a_request()
    workflow = await submitted_elsewhere(workshop, request)
    [image] = sandbox.client.get(f"{WORKFLOWS}/{workflow}").json()["steps"][0]["output"]["images"]
    sandbox.misbehave(
        BLOB | {"delay_s": 0.1},
        LOOK | announced([image], "processing") | {"times": 1},
        LOOK | {"status": 404},
    )
    workshop.generations.start(request)
    held = await workshop.held(request, HeldBy.WORKFLOW)
    sandbox.misbehave()
    assert held.saved == 1
    assert await workshop.saved() == sandbox.pictures(sandbox.workflows()[0])


async def submitted_elsewhere(workshop: Workshop, request) -> str:
    """Submit as an earlier run has done, and return the workflow's id once it is over."""
    workflow = await workshop.api.submit(request)
    while not (await workshop.api.workflow(workflow.id, wait_s=5)).status.is_terminal:
        pass
    return workflow.id


async def test_closing_waits_for_the_downloads_it_stops(home, sandbox) -> None:
    stopped = asyncio.Event()

    async def moment(where: str) -> None:
        if where == "before GET /v2/consumer/blobs":
            stopped.set()
            try:
                await asyncio.Future()
            finally:
                # A connection takes its time to be closed.
                for _ in range(20):
                    await asyncio.sleep(0)

    async with opened(home, sandbox, moment=moment) as workshop:
        image = {"id": "b", "available": True, "url": f"{sandbox.blob_url}/v2/consumer/blobs/b"}
        sandbox.misbehave(NO_WAITING, LOOK | announced([image], "processing"))
        workshop.generations.start(a_request())
        await stopped.wait()
        await workshop.generations.aclose()
        assert not [t for t in asyncio.all_tasks() if t.get_name().startswith("save")]


# The folder


async def test_a_folder_that_could_not_be_used_at_the_start_is_made_once_it_can(
    home, sandbox
) -> None:
    async with opened(home, sandbox) as workshop:
        workshop.pictures.rmdir()
        workshop.pictures.touch()
        with pytest.raises(FolderUnusable):
            workshop.folder.get_ready()
        request = a_request()
        workshop.generations.start(request)
        await workshop.told(FolderChanged)
        workshop.pictures.unlink()
        assert (await workshop.ended(request)).saved == 1
        assert workshop.all_told(FolderChanged)[-1].problem == ""


def away(pictures: Path) -> Path:
    return pictures.with_name("away")


async def test_a_folder_that_is_missing_is_waited_for(home, sandbox) -> None:
    async with opened(home, sandbox) as workshop:
        workshop.pictures.rename(away(workshop.pictures))
        request = a_request(quantity=2)
        workshop.generations.start(request)
        problem = (await workshop.told(FolderChanged)).problem
        assert "missing" in problem
        assert (await workshop.row(request.id)).state is GenerationState.RUNNING

        away(workshop.pictures).rename(workshop.pictures)
        generation = await workshop.ended(request)
        assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 2)
        assert workshop.all_told(FolderChanged)[-1].problem == ""
        assert workshop.all_told(ConnectionChanged) == []
        await is_whole(workshop, sandbox, 2)


async def test_a_folder_that_goes_while_a_picture_arrives_is_waited_for(home, sandbox) -> None:
    gone = False

    async def moment(where: str) -> None:
        nonlocal gone
        if where == "before _record" and not gone:
            gone = True
            workshop.pictures.rename(away(workshop.pictures))

    async with opened(home, sandbox, moment=moment) as workshop:
        request = a_request(quantity=2)
        workshop.generations.start(request)
        await workshop.told(FolderChanged)
        away(workshop.pictures).rename(workshop.pictures)
        assert (await workshop.ended(request)).saved == 2
        workshop.folder.sweep()
        await is_whole(workshop, sandbox, 2)


async def test_a_file_in_the_folders_place_is_waited_out(home, sandbox) -> None:
    async with opened(home, sandbox) as workshop:
        workshop.pictures.rename(away(workshop.pictures))
        workshop.pictures.touch()
        request = a_request()
        workshop.generations.start(request)
        assert "not a folder" in (await workshop.told(FolderChanged)).problem
        workshop.pictures.unlink()
        away(workshop.pictures).rename(workshop.pictures)
        assert (await workshop.ended(request)).saved == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
async def test_a_folder_that_is_read_only_is_waited_out(home, sandbox) -> None:
    async with opened(home, sandbox) as workshop:
        workshop.pictures.chmod(0o500)
        request = a_request()
        workshop.generations.start(request)
        assert "read-only" in (await workshop.told(FolderChanged)).problem
        workshop.pictures.chmod(0o700)
        assert (await workshop.ended(request)).saved == 1


async def test_closing_while_the_folder_is_missing_loses_nothing(home, sandbox) -> None:
    request = a_request(quantity=2)
    async with opened(home, sandbox) as workshop:
        workshop.pictures.rename(away(workshop.pictures))
        workshop.generations.start(request)
        await workshop.told(FolderChanged)
    (home / "away").rename(home / "pictures")
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        assert (await workshop.ended(request)).saved == 2
        await is_whole(workshop, sandbox, 2)


@contextmanager
def no_file_beyond(size_bytes: int) -> Iterator[None]:
    """Let every write beyond this size fail, as it does on a disk that is full."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit of a file's size")
async def test_a_disk_that_fills_up_in_the_middle_of_a_picture_is_waited_out(
    workshop, sandbox
) -> None:
    request = a_request(width=1600, height=1600, seed=5)
    # The library's own log stays well below it, the picture does not.
    with no_file_beyond(LIMIT):
        workshop.generations.start(request)
        assert "cannot be used" in (await workshop.told(FolderChanged)).problem
        assert (await workshop.row(request.id)).state is GenerationState.RUNNING
    generation = await workshop.ended(request)
    assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 1)
    assert len((await workshop.saved())[0]) > LIMIT
    await is_whole(workshop, sandbox, 1)
