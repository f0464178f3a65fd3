"""Several odd answers after each other: whatever they are, it ends with the pictures, paid once."""

import random

import pytest

from civitai_desktop.domain.generation import GenerationState
from tests.faults.test_network import HTML, LIST, LOOK, SUBMIT
from tests.faults.test_pictures import BLOB, announced
from tests.workshop import Workshop, a_request

REFRESH = {"method": "POST", "path": "/refresh$"}
SEEDS = range(10)


def at(url: str) -> dict:
    """Return the answer that a picture lies at this address."""
    return announced([{"id": "b", "url": url, "available": True}])


PASSING = (
    {"drop": True},
    {"lose_answer": True},
    {"truncate": 30},
    {"status": 500},
    {"status": 502, "body": HTML},
    {"status": 503, "headers": {"retry-after": "Thu, 99 Foo 2026"}},
    {"status": 503, "body": HTML, "headers": {"content-type": "text/html; charset=nope-16"}},
    {"status": 429, "headers": {"retry-after": "9" * 400}},
    {"status": 429, "headers": {"retry-after": "-5"}},
    {"status": 200, "body": HTML},
    {"status": 200, "body": "[" * 5000},
    {"status": 200, "body": "null"},
    {"status": 200, "headers": {"content-encoding": "gzip"}, "body": "not gzip"},
    {"status": 302, "headers": {"location": "http://h:99999/"}},
)
"""What may befall any request, the submission too: it says nothing for certain."""

IN_THE_MIDDLE = (
    *({"status": status} for status in (204, 400, 402, 403, 404, 410, 418, 451)),
    *({"status": status, "body": HTML} for status in (200, 402, 403, 404, 511)),
    {"corrupt": True},
    {"status": 200, "body": {"id": "x" * 3000, "status": "dreaming"}},
    {"status": 200, "body": {"id": "{id}", "status": ["a"]}},
    {"status": 302, "headers": {"location": "http://xn--/"}},
    at("http://127.0.0.1:99999/x"),
    at("https://xn--/x"),
    at("data:image/png;base64,AAAA"),
)
"""What may befall what is asked after it."""


def storm(draw: random.Random) -> list[dict]:
    """Return the rules of a few faults, each of which passes."""
    rules = []
    for _ in range(draw.randint(2, 7)):
        where = draw.choice([SUBMIT, LOOK, LIST, BLOB, REFRESH])
        what = PASSING if where is SUBMIT else PASSING + IN_THE_MIDDLE
        often = {"times": draw.randint(1, 6), "skip": draw.randint(0, 2)}
        rules.append({**where, **draw.choice(what), **often})
    return rules


async def passes(workshop: Workshop, request) -> None:
    """Let the time go on whenever the generation waits for it."""
    while not (await workshop.row(request.id)).state.is_terminal:
        seen = len(workshop.events)
        hold = workshop.now(request.id).hold
        if hold and hold.again_at > workshop.calendar.now():
            workshop.calendar.turn(seconds=(hold.again_at - workshop.calendar.now()).seconds + 1)
        await workshop.until(lambda seen=seen: len(workshop.events) > seen)


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_comes_after_each_other_it_ends_with_the_pictures(
    workshop, sandbox, seed
) -> None:
    draw = random.Random(seed)
    rules = storm(draw)
    sandbox.misbehave(*rules)
    request = a_request(quantity=draw.randint(1, 3))
    workshop.generations.start(request)
    await workshop.reached(request, *GenerationState)
    await passes(workshop, request)
    generation = await workshop.row(request.id)
    sandbox.misbehave()
    [workflow] = sandbox.workflows()
    assert generation.state is GenerationState.SUCCEEDED, rules
    assert generation.hold is None
    assert await workshop.saved() == sandbox.pictures(workflow), rules
