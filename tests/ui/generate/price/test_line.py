"""The price line asks until it knows; pauses take no time here."""

import asyncio

import pytest
import pytest_asyncio
from PySide6.QtCore import QObject

from civitai_desktop.domain.errors import (
    InvalidInput,
    NotEnoughBuzz,
    NotSignedIn,
    RateLimited,
    Unreachable,
)
from civitai_desktop.domain.terms import Terms
from civitai_desktop.domain.workflow import Quote
from civitai_desktop.services.quotes import Quotes
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.ui.generate.price.line import PriceLine
from civitai_desktop.ui.generate.price.view import PriceView


class Answers:
    """Gives these answers in turn, and the price after them."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.asked = 0

    async def quote(self, _request: object) -> Quote:
        self.asked += 1
        if self._errors:
            raise self._errors.pop(0)
        return Quote(total=8)


@pytest_asyncio.fixture
async def ask(qapp, catalogue):
    """Ask a line for the default form's price; returns it with what it was told and its pauses."""
    scopes: list[TaskScope] = []
    owner = QObject()

    async def asked(answers: Answers) -> tuple[PriceLine, list[str], list[float]]:
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            await asyncio.sleep(0)

        def note(view: PriceView) -> None:
            shown.append(view.text or view.remark)

        scopes.append(TaskScope(lambda error: None))
        line = PriceLine(Quotes(answers), scopes[-1], owner, sleep=sleep)
        shown: list[str] = []
        line.changed.connect(note)
        engine = catalogue.default
        line.ask(engine, {**engine.defaults(), "prompt": "a boat"}, Terms())
        for _ in range(50):
            await asyncio.sleep(0)
        return line, shown, slept

    yield asked
    for scope in scopes:
        await scope.aclose()


async def test_a_price_that_did_not_come_is_asked_for_again_by_itself(ask):
    answers = Answers(Unreachable("Offline."), RateLimited("Later.", retry_after_s=20))
    _, shown, slept = await ask(answers)
    assert shown == ["…", "Price unknown", "Price unknown", "8 Buzz"]
    assert 5 <= slept[0] <= 30
    assert slept[1:] == [20]


@pytest.mark.parametrize("error", [NotSignedIn("The key was refused."), NotEnoughBuzz("No Buzz.")])
async def test_what_would_be_refused_again_is_not_asked_again(ask, error):
    answers = Answers(error)
    _, _, slept = await ask(answers)
    assert (answers.asked, slept) == (1, [])


async def test_an_engine_that_is_not_offered_is_asked_for_again_by_itself(ask):
    gone = [InvalidInput("See errors.", {"$.steps[0].input.engine": "Unknown."})] * 3
    line, shown, slept = await ask(Answers(*gone))
    assert shown == ["…", *["Price unknown"] * 3, "8 Buzz"]
    assert slept == [30, 30, 30]
    assert line.withdrawal is None


async def test_too_little_buzz_is_a_warning_and_no_unknown_price(ask):
    line, shown, _ = await ask(Answers(NotEnoughBuzz("There is not enough Buzz.")))
    assert shown == ["…", "There is not enough Buzz."]
    assert line.view.is_warning


async def test_why_there_is_no_price_stands_beside_it(ask):
    line, _, _ = await ask(Answers(NotSignedIn("The key was refused.", next_step="")))
    assert (line.view.text, line.view.remark) == ("Price unknown", "The key was refused.")


async def test_a_wish_for_no_pause_at_all_is_no_storm(ask):
    _, _, slept = await ask(Answers(*[RateLimited("Later.", retry_after_s=0)] * 3))
    assert slept == [5, 5, 5]


async def test_what_nobody_expected_leaves_no_generate_waiting_for_a_price(ask):
    loop = asyncio.get_running_loop()
    reported = []
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))
    line, shown, _ = await ask(Answers(ZeroDivisionError("a bug")))
    loop.set_exception_handler(before)
    assert shown == ["…", "Price unknown"]
    assert (line.view.is_unknown, line.view.is_awaited) == (True, False)
    assert [type(error) for error in reported] == [ZeroDivisionError]
