"""Sentences about resources: why one does not fit, why it cannot be used, short numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from civitai_desktop.domain.resource import Resource
from civitai_desktop.ui.resource_picker.wording import access_text, count_text, misfit, out_of_reach

SD1 = "urn:air:sd1:lora:civitai:1@2"


def a_lora(**more) -> Resource:
    usual = {"version_id": 2, "resource_id": 1, "air": SD1, "name": "Amber", "version": "v1"}
    return Resource(**{**usual, "kind": "lora", "type": "LORA", "base_model": "SD 1.5"} | more)


def said(catalogue, engine_id: str, air: str, resource: Resource | None, role="loras") -> str:
    engine = catalogue.engine(engine_id)
    return misfit(catalogue, engine, engine.by_role(role), air, resource)


def test_one_of_another_ecosystem_is_named_with_what_it_is_made_for(catalogue):
    assert said(catalogue, "z-image-turbo", SD1, a_lora()) == (
        "“Amber · v1” is made for SD 1.5; Z-Image Turbo ignores it or refuses it."
    )


def test_of_an_unknown_one_the_ecosystem_tells_enough(catalogue):
    assert said(catalogue, "z-image-turbo", SD1, None) == (
        "This one is made for SD 1.5; Z-Image Turbo ignores it or refuses it."
    )
    strange = SD1.replace("sd1", "elsewhere")
    assert "made for elsewhere;" in said(catalogue, "sd1", strange, None)


def test_one_of_another_kind_is_said_to_belong_elsewhere(catalogue):
    assert said(catalogue, "sd1", SD1, None, role="checkpoint") == (
        "This one is of the type LoRA; a checkpoint belongs here."
    )


def test_no_engine_objects_to_its_own_defaults(catalogue):
    defaults = [
        (engine, field)
        for engine in catalogue
        for field in engine.fields
        if field.resource and isinstance(field.default, str)
    ]
    assert defaults
    for engine, field in defaults:
        assert misfit(catalogue, engine, field, field.default, None) == ""


@pytest.mark.parametrize("text", [SD1, "", "a boat", "128713"])
def test_what_fits_and_what_is_no_air_is_left_alone(catalogue, text):
    assert said(catalogue, "sd1", text, None) == ""


def test_early_access_is_said_with_its_end_and_the_next_step():
    until = datetime.now(UTC) + timedelta(days=3)
    sentence = out_of_reach(a_lora(can_generate=False, early_access_until=until))
    assert sentence.startswith("This version is in early access until ")
    assert sentence.endswith("Buy access on civitai.com or choose another one.")


def test_what_only_buyers_may_use_is_said():
    sentence = out_of_reach(a_lora(can_generate=False, is_paid_only=True))
    assert sentence.startswith("This version is only for those who have bought it.")


def test_the_facts_say_who_may_use_it():
    until = datetime.now(UTC) + timedelta(days=3)
    assert access_text(a_lora(early_access_until=until)).startswith("Early access until ")
    assert access_text(a_lora(early_access_until=datetime(2020, 1, 1, tzinfo=UTC))) == ""
    assert access_text(a_lora(is_paid_only=True)) == "Only for those who have bought it"
    assert access_text(a_lora()) == ""


@pytest.mark.parametrize("until", [None, datetime(2020, 1, 1, tzinfo=UTC)])
def test_what_civitai_does_not_run_is_said(until):
    sentence = out_of_reach(a_lora(can_generate=False, early_access_until=until))
    assert sentence == "Civitai does not generate with this version. Choose another one."


@pytest.mark.parametrize("can_generate", [True, None])
def test_nothing_is_said_of_what_may_be_used(can_generate):
    until = datetime.now(UTC) + timedelta(days=3)
    assert out_of_reach(a_lora(can_generate=can_generate, early_access_until=until)) == ""


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1k"), (12_345, "12.3k"), (1_400_000, "1.4M")],
)
def test_large_numbers_are_written_short(number, text):
    assert count_text(number) == text
