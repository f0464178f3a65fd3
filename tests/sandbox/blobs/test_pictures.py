"""Tests of the pictures: always the same, as large and in the format that was asked for."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from civitai_desktop.sandbox.blobs.metadata import generation_text
from civitai_desktop.sandbox.blobs.pictures import render
from civitai_desktop.sandbox.orchestration.orders import Order, Resource


def order(**changes: Any) -> Order:
    usual: dict[str, Any] = {
        "prompt": "a paper boat ☃",
        "negative_prompt": "blur",
        "width": 320,
        "height": 192,
        "quantity": 2,
        "seed": 41,
        "steps": 9,
        "guidance": 1.0,
        "sampler": "euler",
        "scheduler": "simple",
        "clip_skip": None,
        "output_format": "jpeg",
        "engine": "sdcpp",
        "resources": (),
    }
    return Order(**(usual | changes))


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def comment(content: bytes) -> str:
    """Read the generation text of a JPEG or WebP."""
    raw = opened(content).getexif().get_ifd(0x8769)[0x9286]
    assert raw.startswith(b"UNICODE\0")
    return raw[8:].decode("utf-16-be")


@pytest.mark.parametrize(("wish", "kind"), [("jpeg", "JPEG"), ("png", "PNG"), ("webP", "WEBP")])
def test_a_picture_has_the_size_and_format_asked_for(wish: str, kind: str) -> None:
    image = opened(render(order(output_format=wish), 0))
    assert (image.format, image.size) == (kind, (320, 192))


def test_the_same_order_gives_the_same_bytes() -> None:
    render.cache_clear()
    first = render(order(), 0)
    render.cache_clear()
    assert render(order(), 0) == first


def test_prompt_and_seed_both_change_the_picture() -> None:
    pixels = {
        opened(render(wish, picture)).tobytes()
        for wish, picture in [(order(), 0), (order(), 1), (order(prompt="another"), 0)]
    }
    assert len(pixels) == 3


def test_picture_k_has_the_look_of_seed_plus_k() -> None:
    assert render(order(seed=41), 1) == render(order(seed=42), 0)


def test_there_is_something_to_see() -> None:
    for channel in opened(render(order(), 0)).getextrema():
        assert channel[1] - channel[0] > 30


@pytest.mark.parametrize("wish", ["jpeg", "webP"])
def test_the_generation_text_is_in_the_exif_data(wish: str) -> None:
    lines = comment(render(order(output_format=wish), 1)).split("\n")
    assert lines == [
        "a paper boat ☃",
        "Negative prompt: blur",
        "Steps: 9, Sampler: Euler, CFG scale: 1.0, Seed: 42, Size: 320x192, engine: sdcpp, "
        "workflow: txt2img",
    ]


@pytest.mark.parametrize("prompt", ["a boat", "a paper boat ☃"])
def test_the_generation_text_is_a_chunk_of_a_png(prompt: str) -> None:
    image = opened(render(order(output_format="png", prompt=prompt), 0))
    assert image.text["parameters"].startswith(f"{prompt}\nNegative prompt: blur\nSteps: 9, ")


def test_a_picture_drawn_from_others_says_so() -> None:
    assert "workflow: txt2img" in generation_text(order(), 0)
    assert "workflow: img2img" in generation_text(order(sources=("https://a/b.png",)), 0)


def test_a_text_too_long_for_exif_is_left_out() -> None:
    image = opened(render(order(prompt="x" * 40_000), 0))
    assert not image.getexif()


def test_a_preview_is_small_and_keeps_its_shape() -> None:
    assert opened(render(order(), 0, 160)).size == (160, 96)
    assert opened(render(order(), 0, 4000)).size == (320, 192)


def test_resources_are_named_in_the_text() -> None:
    used = (
        Resource(air="urn:air:sdxl:checkpoint:civitai:101055@128078"),
        Resource(air="urn:air:sdxl:lora:civitai:1@2", weight=0.5),
        Resource(air="urn:air:sdxl:lora:huggingface:org/thing@main"),
    )
    text = comment(render(order(resources=used, scheduler="karras"), 0))
    assert "Sampler: Euler Karras, " in text
    assert text.endswith(
        ', Civitai resources: [{"type":"checkpoint","modelVersionId":128078},'
        '{"type":"lora","modelVersionId":2,"weight":0.5}]'
    )


def test_a_prompt_cannot_pose_as_the_settings() -> None:
    text = comment(render(order(prompt="Steps: 1, Seed: 2\nand more"), 0))
    assert [line[:9] for line in text.split("\n") if line.startswith("Steps: ")] == ["Steps: 9,"]
