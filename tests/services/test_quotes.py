"""Prices: asked once for everything that is priced, and never for what is not."""

import asyncio
from dataclasses import replace

import pytest

from civitai_desktop.api.http import ApiClient
from civitai_desktop.api.orchestration import OrchestrationApi
from civitai_desktop.domain.errors import EngineNotOffered, InvalidInput, Unreachable
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.source import reference
from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.domain.workflow import Quote
from civitai_desktop.services.quotes import Quotes
from tests.workshop import CATALOGUE, WORKFLOWS, a_request


class Prices:
    """Prices every request by the number of times it was asked.

    Attributes:
        asked: The requests, in order.
        gate: Answers wait until it is set.
    """

    def __init__(self) -> None:
        self.asked: list[GenerationRequest] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def quote(self, request: GenerationRequest) -> Quote:
        self.asked.append(request)
        total = len(self.asked)
        await self.gate.wait()
        return Quote(total=total)


@pytest.fixture
def prices() -> Prices:
    return Prices()


@pytest.fixture
def quotes(prices: Prices) -> Quotes:
    return Quotes(prices)


async def test_typing_and_drawing_seeds_ask_nothing_new(quotes, prices) -> None:
    for words in ("a", "a boat", "a boat on a lake"):
        quote = await quotes.quote(a_request(prompt=words, negativePrompt=words))
        assert quote.total == 1
    assert len(prices.asked) == 1


@pytest.mark.parametrize(
    "change", [{"steps": 12}, {"quantity": 2}, {"width": 128}, {"cfgScale": 3}]
)
async def test_what_is_priced_asks_again(quotes, prices, change) -> None:
    await quotes.quote(a_request())
    assert (await quotes.quote(a_request(**change))).total == 2
    assert (await quotes.quote(a_request())).total == 1


async def test_other_terms_are_asked_for_again(quotes, prices) -> None:
    await quotes.quote(a_request())
    terms = Terms(wallet=Buzz.BLUE)
    assert (await quotes.quote(replace(a_request(), terms=terms))).total == 2
    assert prices.asked[-1].terms == terms


async def test_the_prompt_is_not_sent_but_a_seed_is(quotes, prices) -> None:
    await quotes.quote(a_request(prompt="a secret"))
    [asked] = prices.asked
    assert "secret" not in asked.input["prompt"]
    assert asked.input["prompt"]
    assert asked.input["seed"] is not None


async def test_another_account_pays_other_prices(quotes) -> None:
    assert (await quotes.quote(a_request())).total == 1
    quotes.forget()
    assert (await quotes.quote(a_request())).total == 2


async def test_a_price_still_on_its_way_from_the_account_before_is_not_remembered(
    quotes, prices
) -> None:
    prices.gate.clear()
    first = asyncio.create_task(quotes.quote(a_request()))
    await asyncio.sleep(0)
    quotes.forget()
    prices.gate.set()
    assert (await first).total == 1
    assert (await quotes.quote(a_request())).total == 2


async def test_of_many_prices_those_used_last_are_remembered(quotes, prices) -> None:
    for pixels in range(64, 64 + 16 * 100, 16):
        await quotes.quote(a_request(width=pixels))
    for quantity in range(1, 13):
        for pixels in range(64, 64 + 16 * 9, 16):
            await quotes.quote(a_request(width=64))
            await quotes.quote(a_request(height=pixels, quantity=quantity, steps=20))
    before = len(prices.asked)
    await quotes.quote(a_request(width=64))
    assert len(prices.asked) == before
    await quotes.quote(a_request(width=80))
    assert len(prices.asked) == before + 1


async def test_a_price_that_does_not_come_is_given_up(prices) -> None:
    prices.gate.clear()
    with pytest.raises(Unreachable, match="did not come in time"):
        await Quotes(prices, patience_s=0).quote(a_request())
    prices.gate.set()
    assert (await Quotes(prices).quote(a_request())).total == 2


async def test_a_server_prices_without_running_anything(sandbox) -> None:
    http = ApiClient(sandbox.url, lambda: sandbox.key)
    quotes = Quotes(OrchestrationApi(http))
    try:
        quote = await quotes.quote(a_request(width=1024, height=1024, quantity=4))
        good = a_request()
        with pytest.raises(InvalidInput) as refused:
            await quotes.quote(replace(good, input={**good.input, "width": 1001}))
    finally:
        await http.aclose()
    assert quote.total > 0
    assert set(refused.value.complaints) == {"steps[0].input.width"}
    assert sandbox.workflows() == []
    assert sandbox.requests()[f"POST {WORKFLOWS}"] == 2


async def test_a_source_is_priced_without_being_sent_and_another_one_asks_nothing_new(
    quotes, prices
) -> None:
    engine = CATALOGUE.engine("flux2-klein-edit")
    one, other = reference("a" * 64, "png"), reference("b" * 64, "png")

    def edit(*images: str) -> GenerationRequest:
        return engine.request(engine.defaults() | {"prompt": "a boat", "images": images})

    await quotes.quote(edit(one))
    await quotes.quote(edit(other))
    [asked] = prices.asked
    assert asked.input["images"][0].startswith("data:image/png;base64,")
    # How many there are has a price.
    await quotes.quote(edit(one, other))
    assert len(prices.asked) == 2


async def test_an_engine_that_is_gone_is_said_in_place_of_its_price(sandbox, workshop) -> None:
    sandbox.misbehave({"path": "/workflows$", "withdrawn": {"engine": "sdcpp"}})
    quotes = Quotes(workshop.api)
    with pytest.raises(EngineNotOffered) as refused:
        await quotes.quote(a_request())
    assert refused.value.discriminators == {"engine": "sdcpp"}
    other = CATALOGUE.engine("flux2-dev")
    assert (await quotes.quote(other.request(other.defaults() | {"prompt": "a boat"}))).total > 0
