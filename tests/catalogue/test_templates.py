"""One request for each prompt: the limits, the seeds, and what is kept of the template."""

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue import loader, templates
from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.errors import InvalidInput

TEMPLATE = "a {red|blue} boat"


@pytest.fixture(scope="module")
def catalogue() -> loader.Catalogue:
    return loader.load(resources.path("catalogue/engines.json"))


@pytest.fixture
def engine(catalogue) -> Engine:
    return catalogue.engine("flux2-klein-4b")


def filled_in(engine: Engine, prompt: str, **more) -> dict:
    return {**engine.defaults(), "prompt": prompt, **more}


def test_each_prompt_is_a_request_of_its_own_and_keeps_the_template(engine):
    one, two = templates.requests(engine, filled_in(engine, TEMPLATE, quantity=4))

    assert (one.prompt, two.prompt) == ("a red boat", "a blue boat")
    assert [each.input["prompt"] for each in (one, two)] == ["a red boat", "a blue boat"]
    assert one.values == two.values == filled_in(engine, TEMPLATE, quantity=4)
    assert one.quantity == two.quantity == 4
    assert one.id != two.id


def test_a_fixed_seed_is_everyones_and_a_random_one_is_drawn_for_each(engine):
    fixed = templates.requests(engine, filled_in(engine, TEMPLATE, seed=7))
    assert [each.seed for each in fixed] == [7, 7]

    many = "{0|1|2|3|4|5|6|7|8|9}" * 2
    assert len({each.seed for each in templates.requests(engine, filled_in(engine, many))}) > 90


def test_the_limit_holds_for_each_prompt_and_not_for_the_template(engine):
    long = "x" * 600
    assert templates.complaints(engine, filled_in(engine, f"{{{long}|{long}y}}")) == {}

    wrong = templates.complaints(engine, filled_in(engine, f"{{a|{long}{long}}}"))
    assert wrong == {
        "prompt": "Prompt 2 of 2: Prompt is 200 characters too long; this engine takes 1,000."
    }
    with pytest.raises(InvalidInput):
        templates.requests(engine, filled_in(engine, f"{{a|{long}{long}}}"))


def test_an_alternative_that_leaves_nothing_is_refused(engine):
    wrong = templates.complaints(engine, filled_in(engine, "{a|}"))
    assert wrong == {"prompt": "Prompt 2 of 2: Type what the picture should show."}


def test_a_brace_without_a_partner_is_told_with_everything_else(engine):
    wrong = templates.complaints(engine, filled_in(engine, "{a|b", quantity=99))
    assert list(wrong) == ["prompt", "quantity"]
    assert wrong["prompt"].startswith("The { at character 1 is never closed.")


def test_a_single_prompt_is_complained_about_as_ever(engine):
    values = filled_in(engine, "x" * 1001, quantity=99)
    assert templates.complaints(engine, values) == engine.complaints(values)


def test_a_real_brace_is_sent_without_its_backslash(engine):
    (request,) = templates.requests(engine, filled_in(engine, r"a \{boat\}"))
    assert request.input["prompt"] == "a {boat}"


def test_trying_again_redoes_one_prompt_and_keeps_the_template(catalogue, engine):
    _, blue = templates.requests(engine, filled_in(engine, TEMPLATE))

    again = catalogue.renew(blue)

    assert again.prompt == again.input["prompt"] == "a blue boat"
    assert again.values == blue.values
    assert again.id != blue.id


def test_trying_again_takes_braces_that_were_sent_as_they_are(catalogue, engine):
    old = engine.request(filled_in(engine, "a {red|blue} boat"))
    assert catalogue.renew(old).input["prompt"] == "a {red|blue} boat"
