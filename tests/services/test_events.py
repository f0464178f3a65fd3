"""Events come in order, each on a turn of its own, whatever a listener does."""

import asyncio

from civitai_desktop.domain.events import ImageDeleted, KeyRefused
from civitai_desktop.services.events import Events


async def test_everyone_hears_everything_in_order_but_not_at_once() -> None:
    events, one, two = Events(), [], []
    events.subscribe(one.append)
    events.subscribe(two.append)
    told = [ImageDeleted(1), KeyRefused(), ImageDeleted(2)]
    for event in told:
        events.tell(event)
    assert one == []
    await asyncio.sleep(0)
    assert one == two == told


async def test_a_listeners_bug_is_reported_and_costs_nobody_else_an_event() -> None:
    contexts: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: contexts.append(context))
    events, heard = Events(), []

    def broken(_event: object) -> None:
        raise KeyError("bug")

    events.subscribe(broken)
    events.subscribe(heard.append)
    events.tell(KeyRefused())
    await asyncio.sleep(0)
    assert heard == [KeyRefused()]
    assert isinstance(contexts[0]["exception"], KeyError)
