"""Draws a scene: sky first, then the land, then what stands on it, then the style."""

import random

from PIL import Image, ImageFilter

from civitai_desktop.sandbox.scenes.colours import Colour, Palette, mixed, palette_of
from civitai_desktop.sandbox.scenes.figures import Inks, draw_figure
from civitai_desktop.sandbox.scenes.land import paint_land
from civitai_desktop.sandbox.scenes.sky import paint_fall, paint_sky
from civitai_desktop.sandbox.scenes.styles import finish
from civitai_desktop.sandbox.scenes.words import Scene, scene_of

_LONGEST_PX = 640
"""Longer side while drawing, whatever is asked for: so that a picture takes no time."""

_SIZES: dict[str, float] = {
    "birds": 0.3,
    "boat": 0.26,
    "balloon": 0.26,
    "car": 0.26,
    "castle": 0.5,
    "house": 0.3,
    "lighthouse": 0.52,
    "tree": 0.42,
    "whale": 0.32,
    "windmill": 0.46,
}
"""Of a figure, as a share of the picture's shorter side; the usual one is `_SIZE`."""

_SIZE = 0.36
_CLOSE = 1.9
"""How much larger a figure is in a room, where it is the picture."""

_NOTHING, _ALL = (0, 0, 0), (255, 255, 255)
_SHAPE = Inks(body=_ALL, glow=_ALL, face=_ALL)
_LIGHTS = Inks(body=_NOTHING, glow=_ALL, face=_NOTHING)
"""For the masks: where a figure is, and where it shines."""

_IN_THE_AIR = {"birds": 0.34, "balloon": 0.42}
"""Figures that fly, and the height of their foot, from above."""


def paint(prompt: str, seed: int, shape: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    """Return the picture of a prompt; the same prompt, seed and shape give the same one.

    Args:
        shape: Width and height that the picture is composed for.
        size: Width and height to return it in, in pixels; of nearly the same shape.
    """
    chance = random.Random(f"{prompt}\n{seed}")
    scene = scene_of(prompt, chance)
    palette = palette_of(scene, chance)
    scale = _LONGEST_PX / max(shape)
    image = Image.new("RGB", (max(8, round(shape[0] * scale)), max(8, round(shape[1] * scale))))
    paint_sky(image, scene, palette, chance)
    ground = paint_land(image, scene, palette, chance)
    _figures(image, scene, palette, ground, chance)
    paint_fall(image, scene, chance)
    image = finish(image, scene.style)
    # Dots must stay dots.
    way = Image.Resampling.NEAREST if scene.style == "pixels" else Image.Resampling.BICUBIC
    return image.resize(size, way)


def _figures(
    image: Image.Image, scene: Scene, palette: Palette, ground: float, chance: random.Random
) -> None:
    shorter = min(image.size)
    close = _CLOSE if scene.place == "room" else 1.0
    count = len(scene.figures)
    for number, name in enumerate(scene.figures):
        side = shorter * _SIZES.get(name, _SIZE) * close * chance.uniform(0.9, 1.1)
        side = min(side, image.width * 0.9, image.height * 0.86)
        place = (number + 1) / (count + 1) + chance.uniform(-0.12, 0.12) / count
        if scene.place == "room":
            place = 0.5 + (place - 0.5) * 0.5
        left = min(max(place * image.width - side / 2, 0), image.width - side)
        flying = _IN_THE_AIR.get(name)
        foot = (flying + chance.uniform(-0.06, 0.06) if flying else ground) * image.height
        _stand(image, name, (left, max(foot, side), side), scene, palette)


def _stand(
    image: Image.Image,
    name: str,
    spot: tuple[float, float, float],
    scene: Scene,
    palette: Palette,
) -> None:
    """Put a figure where `spot` says: its left edge, its foot and its side, in pixels."""
    left, foot, side = spot
    is_lit = scene.time in {"night", "dusk"}
    body = mixed(palette.land, (6, 6, 12), 0.55)
    shine = mixed((255, 206, 120), palette.light, 0.3)
    skin = mixed(mixed((214, 160, 126), palette.middle, 0.35), palette.land, 0.25)
    # From afar a person is a silhouette like everything else.
    inks = Inks(
        body=body,
        glow=shine if is_lit else mixed(body, palette.foot, 0.55),
        face=skin if scene.place == "room" else body,
    )
    own = _square(side, name, inks, ground=body)
    shape = _square(side, name, _SHAPE, ground=_NOTHING).getchannel("R")
    at = (round(left), round(foot - side))
    image.paste(own, at, shape)
    if is_lit:
        lights = _square(side, name, _LIGHTS, ground=_NOTHING).getchannel("R")
        image.paste(shine, at, lights.filter(ImageFilter.GaussianBlur(max(2, side * 0.04))))
    if scene.place == "sea" and name not in _IN_THE_AIR:
        _reflect(image, own, shape, at)


def _square(side: float, name: str, inks: Inks, *, ground: Colour) -> Image.Image:
    """Draw a figure at twice its size: the edges of a silhouette are what one sees of it."""
    twice = max(2, round(side * 2))
    square = Image.new("RGB", (twice, twice), ground)
    draw_figure(square, name, inks)
    once = max(1, round(side))
    return square.resize((once, once), Image.Resampling.LANCZOS)


def _reflect(image: Image.Image, own: Image.Image, shape: Image.Image, at: tuple[int, int]) -> None:
    flat = (own.width, max(1, round(own.height * 0.6)))
    mirrored = shape.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize(flat)
    mirrored = mirrored.filter(ImageFilter.GaussianBlur(2)).point([n // 3 for n in range(256)])
    picture = own.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize(flat)
    image.paste(picture, (at[0], at[1] + own.height), mirrored)
