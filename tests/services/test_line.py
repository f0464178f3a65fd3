"""The line to Civitai: one refusal told once, one outage told until it is over."""

import asyncio

import pytest

from civitai_desktop.domain.errors import (
    AnothersReply,
    BadReply,
    FolderUnusable,
    NotFound,
    NotSignedIn,
    RateLimited,
    ServerFault,
    Unreachable,
)
from civitai_desktop.domain.events import ConnectionChanged, Event, KeyRefused, KeyTaken
from civitai_desktop.services.line import SLOW, Line


class Keys:
    """Calls that are answered with the right key only.

    Attributes:
        told: What the line has told.
    """

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.line = Line(self.told.append)
        self.key = "wrong"

    async def call(self) -> str:
        key = self.key
        await asyncio.sleep(0)
        if key != "right":
            raise NotSignedIn("The key was refused.")
        return "answer"

    def enter(self, key: str) -> None:
        self.key = key
        self.line.key_changed()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def keys() -> Keys:
    return Keys()


async def test_calls_that_a_key_stopped_go_on_with_the_next(keys: Keys) -> None:
    calls = [asyncio.create_task(keys.line.call(keys.call)) for _ in range(4)]
    await settled()
    assert not any(call.done() for call in calls)
    keys.enter("right")
    assert await asyncio.gather(*calls) == ["answer"] * 4
    assert keys.told == [KeyRefused()]


async def test_while_the_key_is_refused_nothing_is_asked(keys: Keys) -> None:
    first = asyncio.create_task(keys.line.call(keys.call))
    await settled()
    asked = False

    async def call() -> None:
        nonlocal asked
        asked = True

    second = asyncio.create_task(keys.line.call(call))
    await settled()
    assert not asked
    keys.enter("right")
    await asyncio.gather(first, second)
    assert asked


async def test_a_second_wrong_key_is_told_again(keys: Keys) -> None:
    call = asyncio.create_task(keys.line.call(keys.call))
    await settled()
    keys.enter("wrong again")
    await settled()
    assert keys.told == [KeyRefused(), KeyRefused()]
    keys.enter("right")
    assert await call == "answer"


async def test_a_refusal_of_the_key_before_stops_nobody(keys: Keys) -> None:
    call = asyncio.create_task(keys.line.call(keys.call))
    await asyncio.sleep(0)
    keys.enter("right")
    assert await call == "answer"
    assert keys.told == []


async def test_an_answer_that_was_under_way_shows_that_the_key_is_taken(keys: Keys) -> None:
    answered = asyncio.Event()
    look = asyncio.create_task(keys.line.call(answered.wait))
    await settled()
    stopped = asyncio.create_task(keys.line.call(keys.call))
    await settled()
    assert keys.line.is_refused
    keys.key = "right"
    answered.set()
    await look
    assert not keys.line.is_refused
    assert await stopped == "answer"
    assert keys.told == [KeyRefused(), KeyTaken()]


async def test_an_answer_under_the_key_before_says_nothing_of_the_next(keys: Keys) -> None:
    answered = asyncio.Event()
    look = asyncio.create_task(keys.line.call(answered.wait))
    tried = asyncio.create_task(keys.line.try_out(answered.wait))
    await settled()
    keys.enter("wrong again")
    stopped = asyncio.create_task(keys.line.call(keys.call))
    await settled()
    answered.set()
    await asyncio.gather(look, tried)
    assert keys.line.is_refused
    assert keys.told == [KeyRefused()]
    keys.enter("right")
    await stopped


async def test_what_is_tried_out_waits_for_no_key_and_lets_the_others_go_on(keys: Keys) -> None:
    stopped = asyncio.create_task(keys.line.call(keys.call))
    await settled()
    with pytest.raises(NotSignedIn):
        await keys.line.try_out(keys.call)
    assert keys.told == [KeyRefused()]
    keys.key = "right"
    assert await keys.line.try_out(keys.call) == "answer"
    assert not keys.line.is_refused
    assert await stopped == "answer"
    assert keys.told == [KeyRefused(), KeyTaken()]


@pytest.mark.parametrize(
    ("error", "ends"),
    [(BadReply("A hotel."), True), (Unreachable("Offline."), True), (ServerFault("No."), False)],
)
async def test_what_is_tried_out_ends_only_what_keeps_every_answer_away(
    keys: Keys, error, ends
) -> None:
    keys.key = "right"
    keys.line.failed(error)
    await keys.line.try_out(keys.call)
    assert (keys.told[-1] == ConnectionChanged()) == ends
    await keys.line.call(keys.call)
    assert keys.told[-1] == ConnectionChanged()


async def test_other_errors_are_the_callers(keys: Keys) -> None:
    async def call() -> None:
        raise NotFound("Gone.")

    with pytest.raises(NotFound):
        await keys.line.call(call)
    assert keys.told == []


async def test_an_outage_is_told_and_so_is_its_end_once(keys: Keys) -> None:
    keys.key = "right"
    keys.line.failed(Unreachable("Offline.", next_step="Wait."))
    assert keys.told == [ConnectionChanged("Offline. Wait.", is_offline=True)]
    await keys.line.call(keys.call)
    await keys.line.call(keys.call)
    assert keys.told[1:] == [ConnectionChanged()]


async def test_a_server_that_answers_is_not_out_of_reach(keys: Keys) -> None:
    keys.line.failed(RateLimited("Too many requests."))
    assert [event.is_offline for event in keys.told] == [False]


@pytest.mark.parametrize(
    ("error", "is_astray"),
    [
        (BadReply("The answer is not one of Civitai's."), True),
        (AnothersReply("The answer is about another generation."), False),
        (ServerFault("Civitai has a fault."), False),
        (Unreachable("Offline."), False),
    ],
)
async def test_only_who_is_not_civitai_leads_astray(keys: Keys, error, is_astray) -> None:
    keys.line.failed(error)
    assert [event.is_astray for event in keys.told] == [is_astray]


async def test_a_download_ends_an_outage_too(keys: Keys) -> None:
    keys.line.failed(Unreachable("Offline."))
    keys.line.worked()
    assert keys.told[-1] == ConnectionChanged()


async def test_a_full_disk_is_no_outage(keys: Keys) -> None:
    keys.line.failed(FolderUnusable("The disk is full."))
    assert keys.told == []


async def until_told(told: list[Event], count: int) -> None:
    async with asyncio.timeout(5):
        while len(told) < count:
            await asyncio.sleep(0.001)


async def test_an_answer_that_takes_long_is_said_and_taken_back_once_it_comes() -> None:
    told: list[Event] = []
    line = Line(told.append, slow_s=0.01)
    answered = asyncio.Event()
    calls = [asyncio.create_task(line.call(answered.wait)) for _ in range(3)]
    await until_told(told, 1)
    answered.set()
    await asyncio.gather(*calls)
    assert told == [ConnectionChanged(SLOW), ConnectionChanged()]


async def test_a_late_refusal_is_an_answer_and_a_late_failure_says_more() -> None:
    for error, last in (
        (NotFound("Gone."), ConnectionChanged()),
        (Unreachable("Offline.", next_step=""), ConnectionChanged("Offline.", is_offline=True)),
    ):
        told: list[Event] = []
        line = Line(told.append, slow_s=0.01)

        async def call(told=told, error=error) -> None:
            await until_told(told, 1)
            raise error

        with pytest.raises(type(error)):
            await line.call(call)
        if error.retryable:
            line.failed(error)
        assert told == [ConnectionChanged(SLOW), last]


async def test_what_is_quick_or_tells_by_itself_is_not_called_slow() -> None:
    told: list[Event] = []
    line = Line(told.append, slow_s=0.01)
    line.tell_if_slow().cancel()
    later = asyncio.Event()
    asyncio.get_running_loop().call_later(0.03, later.set)
    await line.call(later.wait, is_quick=False)
    assert told == []
