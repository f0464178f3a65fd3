"""Scenes: the words of a prompt are seen in them, and all that can be asked for is drawn."""

import random
from itertools import product

import pytest
from PIL import Image, ImageChops

from civitai_desktop.sandbox.scenes import figures, land, painter, styles, words
from civitai_desktop.sandbox.scenes.painter import paint
from civitai_desktop.sandbox.scenes.words import scene_of

SHAPE = (96, 64)


def picture(prompt: str, seed: int = 1, shape: tuple[int, int] = SHAPE) -> Image.Image:
    return paint(prompt, seed, shape, shape)


@pytest.mark.parametrize(
    ("prompt", "seen"),
    [
        ("a lighthouse at dusk", {"time": "dusk", "place": "sea", "figures": ("lighthouse",)}),
        ("Neon CITY street, midnight rain", {"time": "night", "place": "city", "weather": "rain"}),
        ("a fox and an owl in the forest", {"place": "forest", "figures": ("owl", "fox")}),
        ("portrait", {"place": "room", "figures": ("person",)}),
        ("noir portrait of a robot", {"style": "monochrome", "figures": ("robot",)}),
        ("a purple dream", {"hue": 0.74, "figures": ()}),
        ("(red:1.2) boat, sunset, sunrise", {"hue": 0.0, "time": "dusk"}),
    ],
)
def test_the_words_of_a_prompt_are_seen(prompt: str, seen: dict[str, object]):
    scene = scene_of(prompt, random.Random(1))
    assert {name: getattr(scene, name) for name in seen} == seen


@pytest.mark.parametrize("prompt", ["", "☃ 夕方の灯台", "a thing nobody has a word for"])
def test_what_the_words_leave_open_is_drawn_by_lot(prompt: str):
    scenes = {scene_of(prompt, random.Random(seed)) for seed in range(20)}
    assert len(scenes) > 5


def test_the_same_prompt_and_seed_give_the_same_picture_and_another_seed_another():
    assert picture("a boat", 1).tobytes() == picture("a boat", 1).tobytes()
    assert picture("a boat", 1).tobytes() != picture("a boat", 2).tobytes()


def test_a_preview_shows_the_same_as_its_picture():
    large = paint("a castle at night", 3, (640, 448), (640, 448)).resize((160, 112))
    small = paint("a castle at night", 3, (640, 448), (160, 112))
    difference = ImageChops.difference(large.convert("L"), small.convert("L"))
    assert sum(n * count for n, count in enumerate(difference.histogram())) / (160 * 112) < 6


@pytest.mark.parametrize("shape", [(64, 64), (2048, 64), (64, 2048), (1216, 832)])
def test_every_shape_is_filled(shape: tuple[int, int]):
    assert picture("a cat in the city, snow", shape=shape).size == shape


def test_everything_that_has_a_word_can_be_drawn():
    assert set(land._PLACES) == set(words._PLACES)
    assert set(figures._DRAWN) == set(words._FIGURES)
    assert set(styles._STYLES) == set(words._STYLES)
    for place, time in product(words._PLACES.values(), words._TIMES.values()):
        picture(f"{place.split()[0]} {time.split()[0]}")
    for weather, style in product(words._WEATHERS.values(), words._STYLES.values()):
        picture(f"{weather.split()[0]} {style.split()[0]}")


@pytest.mark.parametrize("name", sorted(figures._DRAWN))
def test_a_figure_fills_its_square_and_no_more_than_that(name: str):
    mask = painter._square(100, name, painter._SHAPE, ground=(0, 0, 0)).convert("L")
    share = sum(1 for value in mask.tobytes() if value > 128) / 10_000
    assert 0.01 < share < 0.7
