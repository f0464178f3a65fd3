"""A data folder, or only its library, put back from a copy: what was sent meanwhile is found."""

import shutil
from contextlib import closing

import pytest

from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.storage.library import Library
from tests.faults.test_network import LIST
from tests.workshop import WORKFLOWS, a_request, opened

POST, LISTED = f"POST {WORKFLOWS}", f"GET {WORKFLOWS}"


@pytest.mark.parametrize("what", ["library", "data folder"])
async def test_what_was_sent_after_the_copy_was_made_is_not_paid_twice(home, sandbox, what) -> None:
    request = a_request(quantity=2)
    library, copy = home / "library.sqlite3", home / "copy"
    with closing(Library(library)) as opened_once:
        opened_once.add_generation(Generation(request=request))
    copy.mkdir()
    shutil.copy(library, copy)
    shutil.copytree(home / "under-way", copy / "under-way")
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    for file in home.glob("library.sqlite3*"):
        file.unlink()
    shutil.copy(copy / library.name, library)
    if what == "data folder":
        shutil.rmtree(home / "under-way")
        shutil.copytree(copy / "under-way", home / "under-way")
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        generation = await workshop.ended(request)
        assert (generation.state, generation.saved) == (GenerationState.SUCCEEDED, 2)
    # Not even the id is needed by which Civitai would know it again.
    assert sandbox.requests()[POST] == 1


async def test_what_is_new_is_sent_without_a_look(workshop, sandbox) -> None:
    workshop.generations.start(request := a_request())
    await workshop.ended(request)
    assert LISTED not in sandbox.requests()


async def test_what_a_former_start_never_sent_costs_one_look(home, sandbox) -> None:
    request = a_request()
    with closing(Library(home / "library.sqlite3")) as library:
        library.add_generation(Generation(request=request))
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        await workshop.ended(request)
    assert sandbox.requests()[LISTED] == 1
    assert sandbox.requests()[POST] == 1


async def test_a_look_that_fails_is_repeated_before_anything_is_sent(home, sandbox) -> None:
    request = a_request()
    with closing(Library(home / "library.sqlite3")) as library:
        library.add_generation(Generation(request=request))
    sandbox.misbehave(LIST | {"status": 503, "times": 2})
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        await workshop.ended(request)
    assert sandbox.requests()[POST] == 1
