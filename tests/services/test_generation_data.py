"""What a pasted text means for a form: what is taken, what is left, and why."""

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue.loader import Catalogue, load
from civitai_desktop.services.generation_data import is_generation_data, read

A1111 = """a {red} boat, <lora:oils:0.8>
at dusk
Negative prompt: blurry, text
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 123, Size: 832x1216, \
Model hash: abc123, Model: dreamshaper, VAE: kl-f8, Denoising strength: 0.4, Clip skip: 2, \
Version: v1.9.4"""

CIVITAI = """a boat
Negative prompt: blurry
Steps: 30, CFG scale: 7, Sampler: Euler a, Seed: 99, Clip skip: 1, \
Created Date: 2026-11-22T14:02:11, Civitai resources: \
[{"type":"checkpoint","modelVersionId":128713},{"type":"lora","weight":0.8,"modelVersionId":77}]"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(resources.path("catalogue/engines.json"))


def left(pasted) -> dict[str, str]:
    return {each.name: each.why for each in pasted.settings if each.why}


def test_everything_that_an_engine_has_is_taken(catalogue):
    pasted = read(A1111, catalogue.engine("sd1"))
    assert pasted.values == {
        "prompt": "a {red} boat, <lora:oils:0.8>\nat dusk",
        "negativePrompt": "blurry, text",
        "width": 832,
        "height": 1216,
        "steps": 28,
        "cfgScale": 6.5,
        "clipSkip": 2,
        "seed": 123,
        "sampleMethod": "dpm++2m",
        "schedule": "karras",
    }


def test_what_is_left_says_why(catalogue):
    assert left(read(A1111, catalogue.engine("sd1"))) == {
        "Checkpoint": "Choose it under Advanced.",
        "VAE": "Choose it under Advanced.",
        "LoRA tags": "They have no effect here; add the LoRAs under Advanced.",
        "Denoising strength": "The form has no such field.",
    }


def test_what_an_engine_lacks_or_refuses_is_left(catalogue):
    text = A1111.replace("Steps: 28", "Steps: 999").replace("832x", "833x")
    pasted = read(text, catalogue.engine("flux2-klein-4b"))
    reasons = left(pasted)
    assert reasons["Clip skip"] == "This engine takes none."
    assert reasons["Steps"].startswith("Steps must be between")
    assert reasons["Size"].startswith("Width must be")
    assert not {"steps", "width", "height", "clipSkip"} & set(pasted.values)


def test_civitais_own_copy_is_read(catalogue):
    pasted = read(CIVITAI, catalogue.engine("sdxl"))
    assert pasted.values["sampleMethod"] == "euler_a"
    assert (pasted.values["seed"], pasted.values["steps"]) == (99, 30)
    assert "schedule" not in pasted.values
    assert (pasted.values["model"], pasted.values["loras"]) == ("128713", {"77": 0.8})
    told = {each.name: each.text for each in pasted.settings}
    assert told["LoRAs"] == "version 77, weight 0.8"
    assert left(pasted) == {"Clip skip": "This engine takes none."}


def test_resources_that_an_engine_has_no_field_for_are_left(catalogue):
    text = CIVITAI.replace('"lora"', '"hypernet"')
    reasons = left(read(text, catalogue.engine("gpt-image-1")))
    assert reasons["Checkpoint"] == "This engine takes none."
    assert reasons["Other resources"] == "Not known here."


def test_a_second_checkpoint_is_left(catalogue):
    text = CIVITAI.replace(
        '{"type":"lora"', '{"type":"checkpoint","modelVersionId":9},{"type":"lora"'
    )
    assert text != CIVITAI
    pasted = read(text, catalogue.engine("sdxl"))
    assert pasted.values["model"] == "128713"
    assert [each.text for each in pasted.settings if each.name == "Checkpoint"] == [
        "version 128713",
        "version 9",
    ]
    assert left(pasted)["Checkpoint"] == "This engine takes one."


def test_civitais_copy_of_an_engine_without_steps_is_read(catalogue):
    text = "a boat\nNegative prompt: blurry\nSeed: 99, CFG scale: 7, Size: 1024x1024"
    assert is_generation_data(text)
    pasted = read(text, catalogue.engine("sdxl"))
    assert (pasted.values["prompt"], pasted.values["seed"]) == ("a boat", 99)
    assert "steps" not in pasted.values


def test_a_schedule_of_its_own_is_taken(catalogue):
    text = "boat\nSteps: 20, Sampler: DPM++ 2M, Schedule type: SGM Uniform, CFG scale: 7"
    assert read(text, catalogue.engine("sdxl")).values["schedule"] == "sgm_uniform"
    text = text.replace("SGM Uniform", "Automatic")
    assert "schedule" not in read(text, catalogue.engine("sdxl")).values


def test_a_sampler_that_the_engine_lacks_is_left_by_name(catalogue):
    text = "boat\nSteps: 20, Sampler: Restart, CFG scale: 7, Seed: -1"
    pasted = read(text, catalogue.engine("sdxl"))
    assert "“Restart”" in left(pasted)["Sampler"]
    assert "seed" not in pasted.values


def test_real_braces_are_not_taken_for_alternatives(catalogue):
    text = A1111.replace("{red}", "{red|blue}")
    values = read(text, catalogue.engine("sdxl")).values
    assert str(values["prompt"]).startswith(r"a \{red\|blue\} boat")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a boat at sea",
        "a boat\nNegative prompt: blurry",
        "Steps: first the hull, then the sail",
        "Seed: a story in three parts",
        "a recipe\nSize: big, Seed: sunflower",
        "a boat\nSteps: 20, Seed: 1, Size: 1x1" + "x" * 300_000,
    ],
)
def test_prose_is_no_generation_data(text):
    assert not is_generation_data(text)


def test_nonsense_is_left_in_words(catalogue):
    text = "boat\nSteps: many, CFG scale: , Seed: 99999999999, Size: large"
    pasted = read(text, catalogue.engine("sdxl"))
    assert pasted.values == {"prompt": "boat"}
    assert left(pasted)["Steps"] == "It is no number."
    assert left(pasted)["Size"] == "It is no size."
    assert left(pasted)["Seed"].startswith("Seed must be between")
