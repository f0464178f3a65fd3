"""A generation is its account's: with another key it waits, and nothing is sent in its stead."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import pytest

from civitai_desktop.api.orchestration import OrchestrationApi
from civitai_desktop.api.site import SiteApi
from civitai_desktop.domain.errors import StartFailed
from civitai_desktop.domain.events import GenerationChanged, PaymentNeeded
from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.domain.hold import HeldBy
from civitai_desktop.domain.owner import Owner, mark_of
from civitai_desktop.services.accounts import Accounts
from civitai_desktop.services.remote import Connection, Remote
from tests.faults.test_network import LIST, LOOK, SUBMIT
from tests.faults.test_pictures import is_whole
from tests.workshop import WORKFLOWS, Sandbox, a_request, opened

ADA, BOB = "a" * 32, "b" * 32


def named(name: str | None) -> dict:
    """Return the rule by which the site knows the account by this name, or fails."""
    answer = {"status": 503} if name is None else {"status": 200, "body": {"username": name}}
    return {"path": "/api/v1/me$", **answer}


@pytest.fixture
def civitai_of(home: Path, in_the_background) -> Iterator[Callable[[str, str], Sandbox]]:
    """Return what starts Civitai as one account sees it, which has nothing of the others."""
    running: list[Sandbox] = []

    def start(name: str, key: str) -> Sandbox:
        (home / name).mkdir()
        running.append(Sandbox(home / name, key=key))
        running[-1].misbehave(named(name))
        return running[-1]

    yield start
    for each in running:
        in_the_background(each.stop)


@pytest.fixture
def ada(civitai_of: Callable[[str, str], Sandbox]) -> Sandbox:
    return civitai_of("ada", ADA)


@pytest.fixture
def bob(civitai_of: Callable[[str, str], Sandbox]) -> Sandbox:
    return civitai_of("bob", BOB)


async def left(home: Path, ada: Sandbox, state: GenerationState) -> Generation:
    """Return a generation of ada's that was left in this state, and may be at Civitai."""
    lost = SUBMIT | {"lose_answer": True}
    ada.misbehave(named("ada"), lost, LIST | {"drop": True})
    request = a_request(quantity=2)
    settings = {"in_flight": 0} if state is GenerationState.WAITING else {}
    async with opened(home, ada, **settings) as workshop:
        # Its name is known from what was done before.
        await workshop.accounts.learn()
        if state is GenerationState.RUNNING:
            ada.misbehave(named("ada"), LOOK | {"drop": True})
        workshop.generations.start(request)
        await workshop.reached(request, state)
        if state is GenerationState.SENDING:
            await workshop.until(lambda: workshop.slept)
        generation = await workshop.row(request.id)
    ada.misbehave(named("ada"))
    return generation


STATES = (GenerationState.WAITING, GenerationState.SENDING, GenerationState.RUNNING)


@pytest.mark.parametrize("state", STATES)
async def test_with_another_accounts_key_it_waits_for_its_own(home, ada, bob, state) -> None:
    generation = await left(home, ada, state)
    assert generation.owner.name == "ada"
    async with opened(home, bob) as workshop:
        await workshop.generations.resume()
        held = await workshop.held(generation.request, HeldBy.ACCOUNT)
        assert held.state is state
        told = "This belongs to the account ada. Enter its key to go on."
        assert held.hold.reason == told
        workshop.calendar.turn(hours=1)
        await workshop.held(generation.request, HeldBy.ACCOUNT, tries=2)
        assert bob.workflows() == []
        assert f"POST {WORKFLOWS}" not in bob.requests()
    async with opened(home, ada) as workshop:
        await workshop.generations.resume()
        ended = await workshop.ended(generation.request)
        assert (ended.state, ended.saved, ended.hold) == (GenerationState.SUCCEEDED, 2, None)
        await is_whole(workshop, ada, 2)


NOTHING = {"status": 200, "body": {"items": []}}


def seen_by(key: str, name: str | None) -> list[dict]:
    """Return the rules by which another key, of the account of this name, sees nothing."""
    with_key = {"key": key}
    return [named(name) | with_key, LIST | NOTHING | with_key, LOOK | {"status": 404} | with_key]


@pytest.mark.parametrize("state", STATES)
async def test_it_goes_on_by_itself_once_its_key_is_entered(home, ada, state) -> None:
    generation = await left(home, ada, state)
    ada.misbehave(*seen_by(BOB, "bob"), named("ada"))
    async with opened(home, ada, key=BOB) as workshop:
        await workshop.generations.resume()
        await workshop.held(generation.request, HeldBy.ACCOUNT)
        posts = ada.requests().get(f"POST {WORKFLOWS}", 0)
        assert posts == (0 if state is GenerationState.WAITING else 1)
        workshop.key = ADA
        workshop.line.key_changed()
        ended = await workshop.ended(generation.request)
        assert ended.state is GenerationState.SUCCEEDED
        await is_whole(workshop, ada, 2)


def doors(workshop, key: str) -> Connection:
    """Return the doors to the sandbox, as far as a generation needs them."""
    all_of_them = dict.fromkeys(field.name for field in fields(Connection))
    needed = {
        "key": partial(str, key),
        "orchestration": OrchestrationApi(workshop.http),
        "site": SiteApi(workshop.http),
    }
    return Connection(**all_of_them | needed)


async def test_what_is_taken_up_while_the_start_fails_goes_on_with_the_next_try(home, ada) -> None:
    generation = await left(home, ada, GenerationState.WAITING)
    remote = Remote()
    accounts = Accounts(remote.key, remote, remote.ready)
    async with opened(home, ada, api=remote, accounts=accounts) as workshop:
        remote.failed(StartFailed("The sandbox did not start."))
        await workshop.generations.resume()
        await workshop.until(lambda: workshop.slept)
        remote.connecting()
        remote.connected(doors(workshop, ADA))
        assert (await workshop.ended(generation.request)).state is GenerationState.SUCCEEDED


@pytest.mark.parametrize("state", STATES)
async def test_what_is_taken_up_before_there_is_a_connection_waits_to_know_whose_it_is(
    home, ada, bob, state
) -> None:
    generation = await left(home, ada, state)
    remote = Remote()
    accounts = Accounts(remote.key, remote, remote.ready)
    async with opened(home, bob, api=remote, accounts=accounts) as workshop:
        await workshop.generations.resume()
        await workshop.told(GenerationChanged)
        for _ in range(50):
            await asyncio.sleep(0)
        remote.connected(doors(workshop, BOB))
        await workshop.held(generation.request, HeldBy.ACCOUNT)
        assert f"POST {WORKFLOWS}" not in bob.requests()


async def test_trying_again_says_whose_it_is_before_anything_is_paid_anew(home, ada) -> None:
    """It was refused, and with another key nobody can say that it never began."""
    ada.misbehave(SUBMIT | {"status": 402, "times": 1}, *seen_by(BOB, "bob"), named("ada"))
    async with opened(home, ada) as workshop:
        await workshop.accounts.learn()
        request = a_request()
        workshop.generations.start(request)
        old = await workshop.ended(request)
        assert old.state is GenerationState.FAILED
        quote = {"status": 200, "body": {"id": "w", "cost": {"total": 3}}, "key": BOB}
        ada.misbehave({"method": "POST", "path": "whatif=true", **quote}, *seen_by(BOB, "bob"))
        workshop.key = BOB
        workshop.generations.retry(old)
        asked = await workshop.told(PaymentNeeded)
        assert asked.reason == "This belongs to the account ada."
        assert asked.next_step.startswith("If another account has paid for it")


async def test_a_new_key_of_the_same_account_goes_on(home, ada) -> None:
    generation = await left(home, ada, GenerationState.WAITING)
    mark = Owner(name="ada", mark=mark_of("an older key of hers"))
    async with opened(home, ada) as workshop:
        workshop.library.update_generation(replace(generation, owner=mark))
        await workshop.generations.resume()
        assert (await workshop.ended(generation.request)).state is GenerationState.SUCCEEDED
        await is_whole(workshop, ada, 2)


async def test_what_is_sent_while_the_key_is_changed_waits_for_its_account(home, ada) -> None:
    """The answer is lost under one key, and the next one is another account's."""
    request = a_request()
    lost = SUBMIT | {"lose_answer": True, "key": ADA, "times": 1}
    refused = LIST | {"status": 401, "key": ADA, "times": 1}
    ada.misbehave(lost, refused, *seen_by(BOB, "bob"), named("ada"))
    async with opened(home, ada) as workshop:
        await workshop.accounts.learn()
        workshop.generations.start(request)
        await workshop.until(lambda: workshop.line.is_refused)
        workshop.key = BOB
        workshop.line.key_changed()
        await workshop.held(request, HeldBy.ACCOUNT)
        workshop.key = ADA
        workshop.line.key_changed()
        await workshop.ended(request)
        await is_whole(workshop, ada, 1)


@pytest.mark.parametrize("state", [GenerationState.WAITING, GenerationState.SENDING])
async def test_another_key_of_a_silent_site_may_be_anybodys(home, ada, bob, state) -> None:
    generation = await left(home, ada, state)
    bob.misbehave(named(None))
    async with opened(home, bob) as workshop:
        await workshop.generations.resume()
        held = await workshop.held(generation.request, HeldBy.ACCOUNT)
        assert held.hold.reason.startswith("This belongs to the account ada.")
        assert f"POST {WORKFLOWS}" not in bob.requests()


async def test_an_account_without_a_name_is_known_by_its_key(home, ada, bob) -> None:
    generation = await left(home, ada, GenerationState.SENDING)
    nameless = replace(generation, owner=replace(generation.owner, name=""))
    async with opened(home, bob) as workshop:
        workshop.library.update_generation(nameless)
        await workshop.generations.resume()
        held = await workshop.held(generation.request, HeldBy.ACCOUNT)
        assert held.hold.reason == (
            "This belongs to the account of another key. "
            "Enter the key it was started with to go on."
        )
    async with opened(home, ada) as workshop:
        await workshop.generations.resume()
        await workshop.ended(generation.request)
        await is_whole(workshop, ada, 2)


async def test_a_row_from_before_is_looked_up_and_never_sent_again(home, ada, bob) -> None:
    generation = await left(home, ada, GenerationState.SENDING)
    async with opened(home, bob) as workshop:
        workshop.library.update_generation(replace(generation, owner=None))
        await workshop.generations.resume()
        held = await workshop.held(generation.request, HeldBy.ACCOUNT)
        assert held.hold.reason.startswith("It is not known which account this was sent with.")
        assert f"POST {WORKFLOWS}" not in bob.requests()
    async with opened(home, ada) as workshop:
        await workshop.generations.resume()
        ended = await workshop.ended(generation.request)
        assert ended.owner.has_key(ADA)
        await is_whole(workshop, ada, 2)


async def test_a_waiting_row_from_before_is_sent(home, ada) -> None:
    generation = await left(home, ada, GenerationState.WAITING)
    async with opened(home, ada) as workshop:
        workshop.library.update_generation(replace(generation, owner=None))
        await workshop.generations.resume()
        ended = await workshop.ended(generation.request)
        assert ended.owner.has_key(ADA)
        await is_whole(workshop, ada, 2)


async def test_a_key_that_is_refused_binds_a_generation_to_nobody(home, ada) -> None:
    request = a_request()
    async with opened(home, ada, key="wrong" * 6) as workshop:
        workshop.generations.start(request)
        await workshop.until(lambda: workshop.line.is_refused)
        await workshop.until(lambda: workshop.now(request.id).owner == Owner())
    async with opened(home, ada) as workshop:
        await workshop.generations.resume()
        ended = await workshop.ended(request)
        assert ended.owner.has_key(ADA)
        assert len(ada.workflows()) == 1


async def test_a_key_that_is_entered_while_the_row_is_written_sends_nothing(home, ada) -> None:
    request = a_request()
    ada.misbehave(*seen_by(BOB, "bob"), named("ada"))

    async def moment(where: str) -> None:
        if where == "after update_generation" and workshop.key == ADA:
            workshop.key = BOB

    async with opened(home, ada, moment=moment) as workshop:
        await workshop.accounts.learn()
        workshop.generations.start(request)
        await workshop.held(request, HeldBy.ACCOUNT)
        assert f"POST {WORKFLOWS}" not in ada.requests()


async def test_what_waits_for_an_account_can_be_put_away(home, ada, bob) -> None:
    generation = await left(home, ada, GenerationState.SENDING)
    async with opened(home, bob) as workshop:
        await workshop.generations.resume()
        await workshop.held(generation.request, HeldBy.ACCOUNT)
        workshop.generations.cancel(generation.id)
        ended = await workshop.ended(generation.request)
        assert ended.state is GenerationState.CANCELED


async def test_the_name_is_written_down_once_the_site_tells_it(home, ada) -> None:
    still = LOOK | {"status": 200, "body": {"id": "{id}", "status": "processing"}}
    ada.misbehave(named(None), still)
    request = a_request()
    async with opened(home, ada) as workshop:
        workshop.generations.start(request)
        row = await workshop.reached(request, GenerationState.RUNNING)
        assert row.owner.name == ""
        ada.misbehave(named("ada"), still)
        await workshop.accounts.learn()
        ada.misbehave()
        ended = await workshop.ended(request)
        assert ended.owner.name == "ada"
        assert ended.owner.mark == row.owner.mark


async def test_what_was_refused_with_one_accounts_key_is_not_sent_with_another(home, ada) -> None:
    request = a_request()
    ada.misbehave(
        SUBMIT | {"status": 401, "key": ADA, "times": 1}, *seen_by(BOB, "bob"), named("ada")
    )
    async with opened(home, ada) as workshop:
        await workshop.accounts.learn()
        workshop.generations.start(request)
        await workshop.until(lambda: workshop.line.is_refused)
        workshop.key = BOB
        workshop.line.key_changed()
        await workshop.held(request, HeldBy.ACCOUNT)
        assert ada.requests()[f"POST {WORKFLOWS}"] == 1


async def test_no_key_is_in_anything_that_is_kept(home, ada) -> None:
    await left(home, ada, GenerationState.SENDING)
    files = [path for path in home.rglob("*") if path.is_file() and path.name != "faults.json"]
    assert any(path.suffix == ".json" and path.parent.name == "under-way" for path in files)
    assert not [path for path in files if ADA.encode() in path.read_bytes()]
