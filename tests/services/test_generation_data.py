"""What a pasted text means for a form: what is taken, what is left, and why."""

import json

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


FORGE = """a boat
Steps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: 1, Distilled CFG Scale: 3.5, \
Seed: 5, Size: 896x1152, Model: flux1-dev, Version: f2.0.1, Module 1: ae"""


def test_every_flux_engine_takes_distilled_guidance(catalogue):
    for engine in catalogue:
        field = engine.by_role("guidance")
        if field is None:
            continue
        pasted = read(FORGE, engine)
        if engine.family.startswith("Flux"):
            assert pasted.values[field.name] == 3.5, engine.id
            assert not {"CFG scale", "Distilled CFG Scale"} & left(pasted).keys()
        else:
            assert field.name not in pasted.values
            assert left(pasted)["Distilled CFG Scale"] == "It is for Flux engines."
            assert "1 means that there is none" in left(pasted)["CFG scale"]


def test_flux_texts_with_one_guidance_are_taken_as_they_are(catalogue):
    engine = catalogue.engine("flux1-comfy")
    assert read("a\nSteps: 20, CFG scale: 3.5, Seed: 5", engine).values["cfgScale"] == 3.5
    assert read("a\nSteps: 20, CFG scale: 1, Guidance: 4, Seed: 5", engine).values["cfgScale"] == 4
    pasted = read(FORGE.replace("CFG scale: 1,", "CFG scale: 2,"), engine)
    assert pasted.values["cfgScale"] == 3.5
    assert left(pasted)["CFG scale"] == "This engine takes the distilled guidance only."
    pasted = read(FORGE.replace("CFG scale: 1,", "CFG scale: 2,"), catalogue.engine("sdxl"))
    assert pasted.values["cfgScale"] == 2


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ("CFG Scale: 7", {"cfgScale": 7}),
        ("cfg_scale: 7", {"cfgScale": 7}),
        ("CFG scale: 7,5", {"cfgScale": 7.5}),
        ("CFG scale: 7, 5", {}),
        ("CFG scale: 7,500", {}),
        ("CFG scale: 7.0", {"cfgScale": 7}),
        ("Scheduler: Karras", {"schedule": "karras"}),
        ("scheduler: karras", {"schedule": "karras"}),
        ("Schedule type: Automatic", {}),
        ("Sampler: DPM++ 2M, Scheduler: Karras", {"sampleMethod": "dpm++2m", "schedule": "karras"}),
        ("Sampler: dpmpp_2m", {"sampleMethod": "dpm++2m"}),
        ("Sampler: Undefined", {}),
        ("Scheduler: Euler a", {"sampleMethod": "euler_a"}),
        ("Size: 512 x 768", {"width": 512, "height": 768}),
        ("Size: 512\u00d7768", {"width": 512, "height": 768}),
        ("Width: 512, Height: 768", {"width": 512, "height": 768}),
        ("Size: 512x770", {}),
        ("Seed: 4294967296", {}),
        ("Seed: 18446744073709551615", {}),
        ("Seed: 7.0", {"seed": 7}),
        ("Sampling steps: 30", {"steps": 30}),
    ],
)
def test_other_spellings_are_taken_or_left_with_a_reason(catalogue, told, taken):
    pasted = read(f"a boat\nModel: x, Version: y, {told}", catalogue.engine("sdxl"))
    assert pasted.values == {"prompt": "a boat", **taken}
    said = {"Prompt", "Checkpoint", "Sampler", "Scheduler", "Size", "Guidance", "Seed", "Steps"}
    assert taken or left(pasted).keys() & {*said, "CFG scale"} or "utom" in told or "Undef" in told


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("ImageJobNetworkParams { Strength = 0.4, TriggerWord = , Type = lora }", "loras"),
        ("ImageJobNetworkParams { Strength = 0.4, TriggerWord = , Type = Lycoris }", "loras"),
        ("ImageJobNetworkParams { Strength = 0.4, TriggerWord = x, Type = DoRA }", "loras"),
        (
            "ImageJobNetworkParams { Strength = 0.4, TriggerWord = , Type = TextualInversion }",
            "emb",
        ),
        ("ImageJobNetworkParams { Strength = 0.4, TriggerWord = , Type = VAE }", "vae"),
        ("LORA", "loras"),
        ("LoCon", "loras"),
        ("lycoris", "loras"),
        ("embed", "emb"),
        ("Textual Inversion", "emb"),
        ("vae", "vae"),
        ("Checkpoint", "model"),
        ("diffusionmodel", "model"),
    ],
)
def test_resources_are_known_by_every_name_of_their_kind(catalogue, kind, name):
    text = "car\nSteps: 30, Seed: 5, Size: 832x1216, Civitai resources: "
    values = read(f'{text}[{{"type":"{kind}","modelVersionId":7}}]', catalogue.engine("sd1")).values
    weight = 0.4 if "Strength" in kind else 1.0
    expected = {"loras": {"7": weight}, "emb": ("7",), "vae": "7", "model": "7"}[name]
    field = {"emb": "embeddings", "vae": "vaeModel"}.get(name, name)
    assert values.pop(field) == expected
    assert values.keys() == {"prompt", "steps", "seed", "width", "height"}


@pytest.mark.parametrize("kind", ["Hypernet", "upscaler", "controlnet", "x = Hypernetwork"])
def test_kinds_that_no_engine_takes_are_left_by_number(catalogue, kind):
    text = "car\nSteps: 30, Seed: 5, Size: 832x1216, Civitai resources: "
    pasted = read(f'{text}[{{"type":"{kind}","modelVersionId":7}}]', catalogue.engine("sd1"))
    assert left(pasted)["Other resources"] == "Not known here."
    pasted = read(f'{text}[{{"modelVersionId":7,"weight":1}}]', catalogue.engine("sd1"))
    assert "does not say what it is" in left(pasted)["Other resources"]


def test_a_weight_beyond_what_the_engine_takes_is_left(catalogue):
    text = (
        'car\nSteps: 30, Seed: 5, Size: 832x1216, Civitai resources: [{"type":"lora",'
        '"modelVersionId":7,"weight":9},{"type":"lora","modelVersionId":8,"weight":1}]'
    )
    pasted = read(text, catalogue.engine("flux2-dev"))
    assert pasted.values["loras"] == {"8": 1}
    assert left(pasted)["LoRAs"] == "Its weight must be at most 4."


def test_text_encoders_are_told_apart_by_our_own_order_only(catalogue):
    engine = catalogue.engine("flux1-sdcpp")
    text = (
        "car\nSteps: 30, Seed: 5, Size: 832x1216, Civitai resources: "
        '[{"type":"text_encoders","modelVersionId":7},{"type":"clip","modelVersionId":8}]'
    )
    assert "choose it under Advanced" in left(read(text, engine))["Text encoders"]
    values = read(text.replace("Seed", "engine: flux1-sdcpp, Seed"), engine).values
    assert (values["clipLModel"], values["t5XXLModel"]) == ("7", "8")
    assert "Text encoders" in left(read(text, catalogue.engine("sdxl")))


def test_nothing_of_other_programs_is_lost_in_silence(catalogue):
    text = (
        "a boat, <lyco:ink:0.5>\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, "
        "Size: 512x768, VAE: Automatic, Denoising strength: 0,45, Clip skip: 2, Hires upscale: 2, "
        'Hires prompt: "a, \\"b\\"", Lora hashes: "ink: 1f, oils: 2e", Version: v1'
    )
    assert left(read(text, catalogue.engine("sdxl"))) == {
        "Clip skip": "This engine takes none.",
        "LoRA tags": "They have no effect here; add the LoRAs under Advanced.",
        "Denoising strength": "The form has no such field.",
        "Hires upscale": "The form has no such field.",
        "Hires prompt": "The form has no such field.",
    }
    pasted = read(text.replace("<lyco:ink:0.5>", "red"), catalogue.engine("sdxl"))
    told = {each.name: each.text for each in pasted.settings}
    assert (told["LoRAs"], told["Hires prompt"]) == ("ink: 1f, oils: 2e", 'a, "b"')


def test_a_checkpoint_that_is_only_a_hash_is_told(catalogue):
    pasted = read(
        "a\nSteps: 20, Seed: 5, Model hash: 0a1b, Subversion: 3", catalogue.engine("sdxl")
    )
    assert left(pasted) == {
        "Checkpoint": "Choose it under Advanced.",
        "Subversion": "The form has no such field.",
    }


def test_files_named_by_hashes_are_told_by_their_kind(catalogue):
    text = 'a\nSteps: 20, Seed: 5, Lora hashes: "ink: 1f", TI hashes: "bad: 2e, worse: 3d"'
    assert left(read(text, catalogue.engine("sd1"))) == {
        "LoRAs": "The text names their files; add them under Advanced.",
        "Embeddings": "The text names their files; add them under Advanced.",
    }
    assert left(read(text, catalogue.engine("grok")))["Embeddings"] == "This engine takes none."


def test_civitais_own_json_fills_the_form(catalogue):
    beside = {
        "prompt": "a boat",
        "negativePrompt": "fog",
        "cfgScale": 7,
        "steps": 30,
        "seed": 5,
        "sampler": "euler_ancestral",
        "resources": [{"modelVersionId": 11}, {"modelVersionId": 12, "strength": 0.8}],
    }
    airs = ["urn:air:sdxl:checkpoint:civitai:1@11", "urn:air:sdxl:lora:civitai:2@12"]
    text = json.dumps({"extra": {"airs": airs}, "extraMetadata": json.dumps(beside)})
    assert is_generation_data(text)
    assert read(text, catalogue.engine("sdxl")).values == {
        "prompt": "a boat",
        "negativePrompt": "fog",
        "cfgScale": 7,
        "steps": 30,
        "seed": 5,
        "sampleMethod": "euler_a",
        "model": "11",
        "loras": {"12": 0.8},
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
