"""Complaints, price, generating, reuse and keeping: the form's rules."""

import asyncio
from functools import partial

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from civitai_desktop.domain.errors import InvalidInput, NotSignedIn, UnknownEngine, Unreachable
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.service import ServiceStatus
from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.services.wallet import Holdings
from civitai_desktop.ui.generate.submission import Shortage
from civitai_desktop.ui.generate.wording import TIMES

GONE = InvalidInput("See errors.", {"$.steps[0].input.engine": "Unknown."})


async def test_an_engine_that_is_gone_says_so_is_greyed_and_leaves_the_form_alone(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.change("prompt", "a boat")
    desk.api.refusal = GONE
    desk.presenter.change("quantity", 3)
    await until(lambda: desk.price == "Price unknown")
    assert desk.presenter.price.remark.startswith("Civitai no longer offers this engine.")
    engine = desk.presenter.engine
    assert desk.presenter.engines.status(engine.id) is ServiceStatus.WITHDRAWN
    picker = desk.find("engine")
    assert "No longer offered" in picker.accessibleDescription()
    assert picker.toolTip() == "Civitai no longer offers this engine."
    kept = desk.presenter.values
    assert (kept["prompt"], kept["quantity"]) == ("a boat", 3)

    desk.presenter.generate()
    await until(lambda: desk.errors)
    assert str(desk.errors.pop()).startswith("Civitai no longer offers this engine. Choose")
    assert desk.starts.requests == []
    assert desk.presenter.values == kept

    desk.api.refusal = None
    desk.presenter.generate()
    await until(lambda: desk.starts.requests)
    assert desk.presenter.engines.status(engine.id) is ServiceStatus.UNKNOWN
    assert desk.presenter.values == kept


async def test_another_engine_is_priced_and_keeps_what_fits(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.change("prompt", "a boat")
    first = desk.presenter.engine.id
    desk.api.refusal = GONE
    desk.presenter.change("quantity", 3)
    await until(lambda: desk.price == "Price unknown")
    desk.api.refusal = None
    desk.presenter.choose_engine("flux2-dev")
    await until(lambda: desk.is_priced() and desk.price != "Price unknown")
    assert desk.presenter.values["prompt"] == "a boat"
    assert desk.presenter.engines.status(first) is ServiceStatus.WITHDRAWN
    assert desk.presenter.engines.status("flux2-dev") is not ServiceStatus.WITHDRAWN
    desk.presenter.generate()
    await until(lambda: desk.starts.requests)
    assert desk.errors == []


@pytest.mark.parametrize(("name", "value"), [("prompt", "a longer boat"), ("quantity", 2)])
async def test_any_change_of_the_form_asks_whether_a_gone_engine_is_back(desk, until, name, value):
    await until(lambda: desk.price == "8 Buzz")
    desk.api.refusal = GONE
    desk.presenter.change("quantity", 3)
    await until(lambda: desk.price == "Price unknown")
    desk.api.refusal = None
    desk.presenter.change(name, value)
    await until(lambda: desk.price.endswith("Buzz"))
    assert desk.presenter.engines.status(desk.presenter.engine.id) is ServiceStatus.UNKNOWN
    assert "No longer offered" not in desk.find("engine").accessibleDescription()


async def test_what_was_said_of_an_engine_is_settled_by_another_or_its_price(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    settled = []
    desk.presenter.engine_settled.connect(partial(settled.append, True))
    desk.api.refusal = GONE
    desk.presenter.change("quantity", 3)
    await until(lambda: desk.price == "Price unknown")
    assert settled == []
    desk.presenter.choose_engine("flux2-dev")
    assert settled
    await until(lambda: desk.price == "Price unknown")
    settled.clear()
    desk.api.refusal = None
    desk.presenter.change("quantity", 2)
    await until(lambda: desk.is_priced() and desk.price != "Price unknown")
    assert settled


async def test_the_price_is_asked_for_without_a_prompt(desk, until):
    assert desk.price == "…"
    await until(lambda: desk.price == "8 Buzz")
    assert desk.complaints() == []


async def test_typing_a_prompt_asks_for_no_new_price(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.change("prompt", "a boat")
    assert desk.price == "8 Buzz"
    await asyncio.sleep(0.5)
    assert len(desk.api.asked) == 1


async def test_a_changed_price_is_never_guessed(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.change("quantity", 4)
    assert desk.price == "…"
    await until(lambda: desk.price == "32 Buzz")


async def test_the_last_question_wins(desk, until):
    slow = desk.api.hold(2)
    desk.presenter.change("quantity", 2)
    await until(lambda: [request.quantity for request in desk.api.asked] == [2])
    desk.presenter.change("quantity", 3)
    await until(lambda: desk.price == "24 Buzz")
    slow.set()
    await asyncio.sleep(0.05)
    assert desk.price == "24 Buzz"


async def test_the_price_says_how_it_comes_about(desk, until):
    desk.presenter.change("quantity", 2)
    await until(lambda: desk.price == "16 Buzz")
    assert desk.find("price").toolTip().splitlines() == [
        "8 Buzz  base",
        f"{TIMES} 2  quantity",
        "+ 1 Buzz  additional networks",
        "8 Buzz per picture",
    ]
    assert desk.find("price").accessibleDescription() == (
        "16 Buzz. 8 Buzz base, times 2 quantity, plus 1 Buzz additional networks. "
        "8 Buzz per picture"
    )


async def test_too_little_buzz_is_said_before_pressing(desk, until):
    desk.api.insufficient = True
    await until(lambda: desk.price == "8 Buzz")
    assert desk.presenter.price.remark == "Not enough Buzz"
    assert desk.find("price").property("warning") == "true"
    assert "Not enough Buzz" in desk.find("price").accessibleDescription()


async def test_an_unknown_price_says_why_and_is_asked_for_again(desk, until):
    desk.api.refusal = Unreachable("Civitai did not answer.")
    await until(lambda: desk.price == "Price unknown")
    assert desk.find("price").toolTip().startswith("Civitai did not answer.")
    assert desk.errors == []

    desk.api.refusal = None
    desk.presenter.change("prompt", "a boat")
    await until(lambda: desk.price == "8 Buzz")


async def test_a_refused_key_is_not_asked_for_prices_again_until_it_may_help(desk, until):
    desk.api.refusal = NotSignedIn("The key was refused.")
    await until(lambda: desk.price == "Price unknown")

    desk.presenter.change("prompt", "a boat")
    await asyncio.sleep(0.5)
    assert len(desk.api.asked) == 1

    desk.api.refusal = None
    desk.presenter.refresh_price()
    await until(lambda: desk.price == "8 Buzz")


async def test_values_that_do_not_fit_are_not_priced(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.change("steps", 999)
    await until(lambda: desk.price == "Price unknown")
    assert len(desk.api.asked) == 1
    assert desk.find("price").toolTip() == "Steps must be between 1 and 150."


TOO_MANY = "{" + "|".join(map(str, range(101))) + "}"


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("x" * 10_001, "Prompt is 1 character too long"),
        (TOO_MANY, "These alternatives make more than 100 prompts."),
        ("a {red", "The { at character 3 is never closed."),
    ],
)
async def test_a_prompt_that_cannot_be_sent_has_no_price_until_it_is_mended(
    desk, until, prompt, reason
):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.change("prompt", prompt)
    await until(lambda: desk.price == "Price unknown")
    assert desk.find("price").toolTip().startswith(reason)
    assert len(desk.api.asked) == 1

    desk.presenter.change("prompt", "a boat")
    await until(lambda: desk.price == "8 Buzz")


async def test_alternatives_that_are_too_many_are_never_priced_as_one_prompt(desk, until):
    desk.presenter.change("prompt", "{red|blue}")
    await until(lambda: desk.price == "16 Buzz")
    desk.presenter.change("prompt", TOO_MANY)
    assert desk.price == "…"
    await until(lambda: desk.price == "Price unknown")
    desk.presenter.change("prompt", f"{TOO_MANY} boats")
    assert desk.price == "Price unknown"


async def test_what_the_server_refuses_to_price_stands_under_the_field(desk, until):
    desk.api.refusal = InvalidInput("No.", {"steps[0].input.width": "Too wide for this engine."})
    await until(lambda: desk.complaints() == ["Too wide for this engine."])
    assert desk.price == "Price unknown"


async def test_generate_starts_what_is_filled_in_and_leaves_the_form(desk, until):
    desk.presenter.change("prompt", "a boat")
    desk.presenter.change("quantity", 4)
    before = desk.presenter.values

    desk.presenter.generate()
    # The price of four is not known yet, and is waited for.
    assert desk.starts.requests == []
    await until(lambda: desk.starts.requests)

    (request,) = desk.starts.requests
    assert (request.prompt, request.quantity, request.engine) == ("a boat", 4, "z-image-turbo")
    assert request.values == before == desk.presenter.values


async def test_what_is_changed_while_its_price_is_awaited_is_not_started(desk, until):
    desk.presenter.change("prompt", "a boat")
    desk.presenter.change("quantity", 4)
    desk.presenter.generate()
    desk.presenter.change("quantity", 2)
    await until(lambda: desk.price == "16 Buzz")
    assert desk.starts.requests == []
    desk.presenter.generate()
    assert len(desk.starts.requests) == 1


async def test_an_empty_prompt_is_refused_where_it_is_typed(desk):
    desk.presenter.generate()
    assert desk.starts.requests == []
    assert desk.complaints() == ["Type what the picture should show."]
    assert desk.find("prompt").hasFocus()


async def test_a_complaint_stays_until_its_field_is_edited(desk, until):
    desk.presenter.generate()
    desk.presenter.change("steps", 999)
    await until(lambda: len(desk.complaints()) == 2)
    assert "Type what the picture should show." in desk.complaints()

    desk.find("prompt").setPlainText("a boat")
    assert desk.complaints() == ["Steps must be between 1 and 150."]
    desk.presenter.refresh_price()
    assert desk.complaints() == ["Steps must be between 1 and 150."]


@pytest.mark.parametrize(
    "path", ["width", "input.width", "steps[0].input.width", "$.steps[0].Input.Width"]
)
async def test_a_server_complaint_is_shown_under_its_field(desk, path):
    desk.presenter.server_complaints({path: "The server wants 512 at most."})
    assert desk.complaints() == ["The server wants 512 at most."]
    assert desk.find("width").property("complaint") == "true"


async def test_a_complaint_about_part_of_a_field_is_shown_under_it(desk):
    desk.presenter.server_complaints({"steps[0].input.loras['urn:air:x'].strength": "Too strong."})
    assert desk.complaints() == ["Too strong."]


async def test_a_complaint_about_no_field_here_is_left_alone(desk):
    desk.presenter.server_complaints({"steps[0].$type": "Unknown.", "": "No.", "tags": "Too many."})
    assert desk.complaints() == []


async def test_what_the_server_refused_goes_away_when_it_is_asked_anew(desk, until):
    await until(desk.is_priced)
    desk.presenter.change("prompt", "a boat")
    desk.presenter.server_complaints({"width": "Too wide.", "seed": "No."})
    desk.presenter.generate()
    assert desk.complaints() == []
    assert len(desk.starts.requests) == 1


async def test_what_the_server_refused_to_price_goes_away_when_it_prices_the_form(desk, until):
    desk.api.refusal = InvalidInput("No.", {"width": "Too wide.", "steps": "Too many."})
    await until(lambda: len(desk.complaints()) == 2)
    desk.api.refusal = None
    desk.presenter.change("width", 512)
    await until(lambda: desk.price == "8 Buzz")
    assert desk.complaints() == []


async def test_a_price_settles_nothing_that_was_refused_on_submission(desk, until):
    desk.presenter.server_complaints({"prompt": "Not this.", "width": "Too wide."})
    desk.presenter.refresh_price()
    await until(desk.is_priced)
    desk.presenter.announce()
    assert desk.complaints() == ["Not this.", "Too wide."]
    desk.find("prompt").setPlainText("a boat")
    assert desk.complaints() == ["Too wide."]


async def test_generate_leads_to_what_the_server_refuses_to_price_and_asks_nothing(desk, until):
    asked = []
    desk.presenter.unpriced.connect(asked.append)
    desk.find("prompt").setPlainText("a boat")
    desk.api.refusal = InvalidInput("No.", {"steps": "Too many today."})
    await until(lambda: desk.complaints() == ["Too many today."])

    questions = len(desk.api.asked)
    desk.presenter.generate()
    await until(lambda: len(desk.api.asked) > questions and desk.is_priced())
    assert desk.complaints() == ["Too many today."]
    assert desk.find("steps").hasFocus()
    assert desk.starts.requests == asked == []


async def test_of_several_prompts_only_those_run_that_there_is_buzz_for_and_after_a_yes(
    desk, until
):
    asked = []
    desk.presenter.short.connect(asked.append)
    desk.presenter.know_holdings(Holdings(wallets={Buzz.YELLOW: 20}))
    desk.presenter.change("prompt", "{red|blue|green} boat")
    desk.presenter.change("quantity", 1)
    desk.presenter.generate()
    await until(lambda: asked)
    assert asked == [
        Shortage(prompts=("red boat", "blue boat", "green boat"), enough_for=2, missing=4)
    ]
    assert desk.starts.requests == []
    desk.presenter.generate_unpriced()
    desk.presenter.generate_unpriced()
    assert [each.prompt for each in desk.starts.requests] == ["red boat", "blue boat"]


async def test_a_single_prompt_with_too_little_buzz_is_asked_about_and_runs_after_a_yes(
    desk, until
):
    asked = []
    desk.presenter.short.connect(asked.append)
    desk.presenter.know_holdings(Holdings(wallets={Buzz.YELLOW: 4}))
    desk.presenter.change("prompt", "red boat")
    desk.presenter.change("quantity", 1)
    desk.presenter.generate()
    await until(lambda: asked)
    assert asked == [Shortage(prompts=("red boat",), enough_for=0, missing=4)]
    assert desk.starts.requests == []
    desk.presenter.generate_unpriced()
    desk.presenter.generate_unpriced()
    assert [each.prompt for each in desk.starts.requests] == ["red boat"]


async def test_a_form_that_was_changed_after_the_question_starts_nothing_by_its_answer(desk, until):
    asked = []
    desk.presenter.short.connect(asked.append)
    desk.presenter.know_holdings(Holdings(wallets={Buzz.YELLOW: 10}))
    desk.presenter.change("prompt", "{red|blue} boat")
    desk.presenter.change("quantity", 1)
    desk.presenter.generate()
    await until(lambda: asked)
    desk.presenter.change("prompt", "{red|blue} ship")
    desk.presenter.generate_unpriced()
    assert desk.starts.requests == []


async def test_terms_that_cannot_be_paid_are_refused_where_they_are_chosen(desk):
    desk.presenter.change("prompt", "a boat")
    desk.presenter.change_terms(Terms(wallet=Buzz.BLUE, allow_mature=True))
    desk.presenter.generate()
    assert desk.starts.requests == []
    assert desk.complaints() == [
        "This Buzz does not pay for it: choose yellow or any, or keep it out."
    ]
    assert desk.find("mature_content").hasFocus()


async def test_terms_that_the_server_refuses_are_complained_about_where_they_are_chosen(desk):
    desk.presenter.server_complaints(
        {"currencies": "Green is closed.", "allowMatureContent": "No."}
    )
    assert desk.complaints() == ["Green is closed.", "No."]
    desk.presenter.change_terms(Terms(wallet=Buzz.YELLOW))
    assert desk.complaints() == []


async def test_switching_engines_and_back_loses_nothing(desk):
    desk.presenter.change("prompt", "a boat")
    desk.presenter.change("steps", 999)
    before = desk.presenter.values
    desk.presenter.choose_engine("flux2-klein-4b")
    desk.presenter.choose_engine("z-image-turbo")
    assert desk.presenter.values == before


async def test_reuse_overwrites_the_form_and_one_undo_brings_it_back(desk):
    told: list[bool] = []
    desk.presenter.undo_available.connect(told.append)
    desk.presenter.change("prompt", "mine")

    desk.presenter.reuse({"prompt": "theirs"}, "sdxl", 42)
    assert desk.find("prompt").toPlainText() == "theirs"
    assert desk.find("seed").text() == "42"
    assert desk.find("engine").accessibleDescription() == "SDXL"

    desk.presenter.undo()
    assert desk.find("prompt").toPlainText() == "mine"
    assert desk.find("engine").accessibleDescription() == "Z-Image Turbo"
    assert told == [True, False]

    desk.presenter.undo()
    assert told == [True, False]


async def test_reuse_of_a_vanished_engine_takes_the_prompt_and_says_so(desk):
    desk.presenter.reuse({"prompt": "theirs"}, "gone", 42)
    assert [type(error) for error in desk.errors] == [UnknownEngine]
    assert desk.find("prompt").toPlainText() == "theirs"


async def test_the_form_is_kept_a_moment_after_the_last_edit(desk, form_file, until):
    desk.presenter.change("prompt", "a boat")
    await until(lambda: form_file.load().engine == "z-image-turbo")
    assert form_file.load().values["z-image-turbo"]["prompt"] == "a boat"


async def test_closing_keeps_the_form_and_it_comes_back(desk, open_desk, form_file):
    desk.presenter.choose_engine("sdxl")
    desk.presenter.change("prompt", "a boat")
    desk.presenter.change("loras", {"urn:air:sdxl:lora:civitai:1@2": 0.5})
    await desk.presenter.aclose()

    again = open_desk(form_file.load())

    assert again.presenter.engine.id == "sdxl"
    assert again.presenter.values == desk.presenter.values
    assert again.find("prompt").toPlainText() == "a boat"


async def test_a_saved_form_of_a_vanished_engine_keeps_its_prompt(open_desk):
    desk = open_desk(SavedForm(engine="gone", values={"gone": {"prompt": "a boat"}}))
    assert [type(error) for error in desk.errors] == [UnknownEngine]
    assert desk.find("prompt").toPlainText() == "a boat"


async def test_unfit_saved_values_are_shown_with_their_complaint(open_desk, until):
    saved = {"steps": 999, "sampleMethod": "gone", "prompt": "a boat"}
    desk = open_desk(SavedForm(engine="sdxl", values={"sdxl": saved}))
    await until(lambda: len(desk.complaints()) == 2)
    assert desk.presenter.values["steps"] == 999
    assert desk.find("sampler").currentText() == "gone"


async def test_every_prompt_of_a_template_becomes_a_generation(desk, until):
    desk.presenter.change("prompt", "a {red|blue} boat")
    desk.presenter.generate()
    await until(lambda: desk.starts.requests)
    assert [each.prompt for each in desk.starts.requests] == ["a red boat", "a blue boat"]
    assert {each.values["prompt"] for each in desk.starts.requests} == {"a {red|blue} boat"}


async def test_the_price_is_the_total_of_all_prompts_and_asked_for_once(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.change("prompt", "{a|b|c} {1|2}")
    assert desk.price == "48 Buzz"
    assert desk.find("price").toolTip().splitlines()[-2:] == [
        f"{TIMES} 6  prompts",
        "8 Buzz per picture",
    ]
    desk.presenter.change("prompt", "a boat")
    assert desk.price == "8 Buzz"
    assert len(desk.api.asked) == 1


async def test_a_price_that_comes_later_is_the_total_too(desk, until):
    desk.presenter.change("prompt", "{a|b}")
    desk.presenter.change("quantity", 4)
    await until(lambda: desk.price == "64 Buzz")
    assert desk.find("generate").text() == f"Generate 2 {TIMES} 4 = 8 images"


async def test_too_little_buzz_for_all_prompts_is_said_before_pressing(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.know_holdings(Holdings(wallets={Buzz.BLUE: 10, Buzz.YELLOW: 30}))
    assert desk.presenter.price.remark == "Cost preview"
    desk.presenter.change("prompt", "{a|b|c} {1|2}")
    assert desk.presenter.price.remark == "Not enough Buzz: 8 missing"
    desk.presenter.know_holdings(Holdings(wallets={Buzz.BLUE: 10, Buzz.YELLOW: 38}))
    assert desk.presenter.price.remark == "Cost preview"


async def test_the_prompts_are_shown_before_anything_is_sent(desk):
    desk.find("prompt").setPlainText("a {red|green|blue|white} boat")
    lines = desk.find("prompts").text().splitlines()
    assert lines == [
        "4 prompts, one generation each",
        "… red …",
        "… green …",
        "… blue …",
        "… white …",
    ]
    assert desk.find("prompts").toolTip().splitlines()[-1] == "a white boat"
    assert "4 prompts" in desk.find("prompt").accessibleDescription()

    desk.find("prompt").setPlainText("a boat")
    assert not desk.panel.form.prompt.findChild(QWidget, "prompts").isVisible()
    assert desk.find("prompt").accessibleDescription() == ""
    desk.find("prompt").setPlainText("a {red|green|blue|white|black} boat")
    assert desk.find("prompts").text().splitlines()[-2:] == ["… blue …", "and 2 more"]


async def test_the_counter_counts_the_longest_prompt(desk):
    desk.find("prompt").setPlainText("a {red|blue} boat")
    counters = [label.text() for label in desk.panel.form.prompt.findChildren(QLabel)]
    assert "11 / 10,000" in counters


async def test_a_brace_without_a_partner_is_told_and_the_text_stays(desk, until):
    desk.find("prompt").setPlainText("a {red boat")
    assert desk.find("generate").text() == "Generate"
    await until(lambda: desk.complaints())
    assert desk.complaints()[0].startswith("The { at character 3 is never closed.")

    desk.presenter.generate()
    assert desk.starts.requests == []
    assert desk.find("prompt").toPlainText() == "a {red boat"


async def test_reuse_shows_the_prompt_that_made_the_picture_and_not_its_template(desk):
    desk.presenter.reuse({"prompt": "a {red|blue} boat"}, "sdxl", 42, "a blue boat")
    assert desk.find("prompt").toPlainText() == "a blue boat"

    desk.presenter.reuse({"prompt": "a {red|blue} boat"}, "gone", 42, "a red boat")
    assert desk.find("prompt").toPlainText() == "a red boat"


async def test_favourites_and_recents_come_back_at_the_next_start(open_desk, form_file, until):
    first = open_desk()
    first.presenter.engines.toggle_favourite("sd1")
    first.presenter.choose_engine("sdxl")
    await until(lambda: form_file.load().recents == ("z-image-turbo",))

    desk = open_desk(form_file.load())
    assert desk.presenter.engines.favourites == ("sd1",)
    assert desk.presenter.engines.recents == ("z-image-turbo",)


async def test_the_terms_are_sent_with_every_generation_and_kept(open_desk, form_file, until):
    first = open_desk()
    terms = Terms(wallet=Buzz.GREEN, allow_mature=False)
    first.presenter.change_terms(terms)
    first.presenter.change("prompt", "a {red|blue} boat")
    first.presenter.generate()
    await until(lambda: first.starts.requests)
    assert [request.terms for request in first.starts.requests] == [terms, terms]
    await until(lambda: form_file.load().terms == terms)

    desk = open_desk(form_file.load())
    desk.panel.form.open_advanced()
    assert desk.panel.form.findChild(QComboBox, "paid_with").currentText() == "Green Buzz"
    assert desk.panel.form.findChild(QComboBox, "mature_content").currentText() == "Kept out"


async def test_other_terms_are_another_price(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.change_terms(Terms(wallet=Buzz.BLUE))
    assert desk.price == "…"
    await until(lambda: desk.price == "8 Buzz")
    assert [request.terms for request in desk.api.asked] == [Terms(), Terms(wallet=Buzz.BLUE)]


async def test_only_the_buzz_that_may_pay_counts(desk, until):
    await until(lambda: desk.price == "8 Buzz")
    desk.presenter.know_holdings(Holdings(wallets={Buzz.BLUE: 5, Buzz.YELLOW: 900}))
    assert desk.presenter.price.remark == "Cost preview"
    desk.presenter.change_terms(Terms(wallet=Buzz.BLUE))
    await until(lambda: desk.presenter.price.remark == "Not enough Buzz: 3 missing")
    assert "3 missing" in desk.find("price").accessibleDescription()
