"""Civitai before it is connected: callers wait, and are told if it never comes."""

import asyncio
from dataclasses import fields

import pytest

from civitai_desktop.domain.errors import Unreachable
from civitai_desktop.services.remote import Connection, Remote
from tests.workshop import a_request


async def test_callers_wait_for_the_connection(workshop) -> None:
    remote = Remote()
    submitting = asyncio.create_task(remote.submit(a_request()))
    asking = asyncio.create_task(remote.quote(a_request()))
    await asyncio.sleep(0)
    assert not submitting.done()
    assert remote.waits

    doors = dict.fromkeys(field.name for field in fields(Connection))
    remote.connected(Connection(**doors | {"orchestration": workshop.api}))
    workflow = await submitting
    assert (await asking).total >= 0
    assert (await remote.workflow(workflow.id)).id == workflow.id
    assert await remote.find("unknown") is None
    await remote.cancel(workflow.id)
    assert remote.waits


async def test_a_caller_that_gives_up_leaves_the_connection_to_the_others() -> None:
    remote = Remote()
    one, other = (asyncio.create_task(remote.find("g")) for _ in range(2))
    await asyncio.sleep(0)
    one.cancel()
    await asyncio.wait([one])
    remote.failed(Unreachable("The sandbox did not start."))
    with pytest.raises(Unreachable):
        await other


async def test_everyone_is_told_of_a_connection_that_never_comes() -> None:
    remote = Remote()
    remote.failed(Unreachable("The sandbox did not start."))
    assert remote.waits
    for call in (remote.find("g"), remote.username(), remote.refresh("b")):
        with pytest.raises(Unreachable):
            await call
    with pytest.raises(Unreachable):
        async with remote.open("https://b"):
            pass


async def test_a_connection_that_comes_after_all_is_used(workshop) -> None:
    remote = Remote()
    waiting = asyncio.create_task(remote.quote(a_request()))
    await asyncio.sleep(0)
    remote.failed(Unreachable("The sandbox did not start."))
    with pytest.raises(Unreachable):
        await waiting
    remote.connecting()
    again = asyncio.create_task(remote.quote(a_request()))
    await asyncio.sleep(0)
    assert not again.done()
    remote.failed(Unreachable("It still does not."))
    with pytest.raises(Unreachable, match="still"):
        await again
    doors = dict.fromkeys(field.name for field in fields(Connection))
    remote.connected(Connection(**doors | {"orchestration": workshop.api}))
    assert (await remote.quote(a_request())).total >= 0
