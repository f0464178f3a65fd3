"""Texts in JSON: what Civitai's ComfyUI and other programs tell of a picture is read like any."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.storage.json_texts import read
from civitai_desktop.storage.parameters import PictureResource, PictureText, parse

BESIDE = {
    "prompt": "a boat,\n\nat dusk",
    "negativePrompt": "fog",
    "cfgScale": 7.5,
    "steps": 30,
    "seed": 2**63,
    "sampler": "Euler a",
    "denoise": 0.4,
    "width": 512,
    "height": 768,
    "workflowId": "img2img:hires-fix",
    "resources": [
        {"modelVersionId": 11, "strength": 1},
        {"modelVersionId": 12, "strength": 0.8},
        {"modelVersionId": 13, "strength": 0.5, "type": "LoCon"},
    ],
}
AIRS = [
    "urn:air:sdxl:checkpoint:civitai:1@11",
    "urn:air:sdxl:lora:civitai:2@12",
    "urn:air:other:upscaler:civitai:3@14",
    "urn:air:other:other:civitai-r2:assets@sam.pth",
    7,
]
NODES = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 5,
            "steps": 20,
            "cfg": 7.0,
            "sampler_name": "dpmpp_2m",
            "scheduler": "karras",
            "denoise": 1,
            "model": ["9", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 768}},
    "6": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["8", 0]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": ["10", 0], "clip": ["9", 1]}},
    "8": {"class_type": "CLIPTextEncode", "inputs": {"text": "a boat", "clip": ["9", 1]}},
    "9": {
        "class_type": "LoraLoader",
        "inputs": {"lora_name": AIRS[1], "strength_model": 0.6, "model": ["4", 0]},
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": AIRS[0]}},
    "10": {"class_type": "String Literal", "inputs": {"string": "fog"}},
}


@pytest.mark.parametrize("beside", [BESIDE, json.dumps(BESIDE)])
def test_what_civitai_writes_beside_a_graph_is_read(beside):
    text = json.dumps({**NODES, "extra": {"airs": AIRS}, "extraMetadata": beside})

    read = parse(f"\ufeff {text}\n")

    assert (read.prompt, read.negative_prompt) == ("a boat,\n\nat dusk", "fog")
    assert read.settings == {
        "Steps": "30",
        "Sampler": "Euler a",
        "CFG scale": "7.5",
        "Seed": str(2**63),
        "Size": "512x768",
        "Denoising strength": "0.4",
        "workflow": "img2img:hires-fix",
    }
    assert read.resources == (
        PictureResource(version_id=11, type="checkpoint", weight=1),
        PictureResource(version_id=12, type="lora", weight=0.8),
        PictureResource(version_id=14, type="upscaler"),
        PictureResource(version_id=13, type="LoCon", weight=0.5),
    )


def test_the_nodes_tell_what_nobody_wrote_beside_them():
    read = parse(json.dumps(NODES))

    assert (read.prompt, read.negative_prompt) == ("a boat", "fog")
    assert read.settings == {
        "Steps": "20",
        "Sampler": "dpmpp_2m",
        "Schedule type": "karras",
        "CFG scale": "7",
        "Seed": "5",
        "Denoising strength": "1",
        "Size": "512x768",
    }
    assert read.resources == (
        PictureResource(version_id=12, type="lora", weight=0.6),
        PictureResource(version_id=11, type="checkpoint"),
    )


def test_a_graph_that_goes_round_in_circles_ends():
    nodes = {**NODES, "8": {"class_type": "x", "inputs": {"conditioning": ["8", 0]}}}
    assert parse(json.dumps(nodes)).prompt == ""


@pytest.mark.parametrize(
    "said",
    [
        {
            "sui_image_params": {
                "prompt": "a boat",
                "negativeprompt": "fog",
                "model": "dream",
                "seed": 5,
                "steps": 20,
                "cfgscale": 7.0,
                "width": 512,
                "height": 768,
                "sampler": "euler",
                "scheduler": "normal",
            },
            "sui_models": [{"name": "dream.safetensors", "param": "model", "hash": "0x1"}],
        },
        {
            "Prompt": "a boat",
            "Negative": "fog",
            "steps": 20,
            "cfg": 7,
            "width": 512,
            "height": 768,
            "seed": 5,
            "sampler_name": "euler",
            "scheduler": "normal",
            "base_model_name": "dream",
            "software": "RuinedFooocus",
        },
        {
            "prompt": "a boat",
            "negative_prompt": "fog",
            "steps": 20,
            "guidance_scale": 7.0,
            "resolution": "(512, 768)",
            "sampler": "euler",
            "scheduler": "normal",
            "seed": "5",
            "base_model": "dream",
            "styles": "['Fooocus V2']",
            "version": "Fooocus v2.5.5",
        },
        {
            "prompt": "a boat",
            "negative_prompt": "fog",
            "seed": 5,
            "use_stable_diffusion_model": "dream",
            "sampler_name": "euler",
            "scheduler_name": "normal",
            "width": 512,
            "height": 768,
            "num_inference_steps": 20,
            "guidance_scale": 7,
        },
        {
            "positive_prompt": "a boat",
            "negative_prompt": "fog",
            "seed": 5,
            "steps": 20,
            "cfg_scale": 7.0,
            "width": 512,
            "height": 768,
            "scheduler": "normal",
            "sampler": "euler",
            "model": {"key": "k", "name": "dream", "base": "sdxl", "type": "main"},
        },
        {
            "c": "a boat",
            "uc": "fog",
            "model": "dream",
            "sampler": "euler",
            "scale": 7,
            "seed": 5,
            "size": "512x768",
            "steps": 20,
            "strength": 1,
            "v2": {"width": 512},
        },
    ],
    ids=["SwarmUI", "RuinedFooocus", "Fooocus", "Easy Diffusion", "InvokeAI", "Draw Things"],
)
def test_other_programs_fields_are_read_by_their_names(said):
    read = parse(json.dumps(said, indent=2))

    assert (read.prompt, read.negative_prompt) == ("a boat", "fog")
    settings = {"Steps": "20", "CFG scale": "7", "Seed": "5", "Size": "512x768"}
    assert settings.items() <= read.settings.items()
    assert (read.settings["Sampler"], read.settings["Model"]) == ("euler", "dream")


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "7", '"a"', "null", '{"a": 1}', '{"size": 3}'),
        *("{" * 100_000, "[" * 100_000, '{"a":' * 100_000),
        *('{"3": {"class_type": 1, "inputs": 2}}', '{"sui_image_params": 3}'),
    ],
)
def test_json_about_something_else_is_none(text):
    assert read(text) is None
    assert parse(text) == PictureText() or not text.startswith(("{", "["))


def test_a_prompt_in_json_is_a_prompt_where_settings_follow():
    prompt = '{"scene": "a boat",\n  "light": "dusk"}'
    assert parse(f"{prompt}\nSteps: 20, Seed: 5, Size: 1x1").prompt == prompt


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([*BESIDE]), inner),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["extraMetadata", "extra", "sui_image_params", "3", "prompt"]), JSON)
def test_any_json_can_be_read(value, key, other):
    for said in (value, {key: value}, {"3": {"class_type": "KSampler", "inputs": {key: other}}}):
        assert isinstance(parse(json.dumps(said)), PictureText)
