"""The colours of a scene: sky, light and land for each time of day, tinted as the prompt asks."""

import colorsys
import random
from dataclasses import dataclass

from civitai_desktop.sandbox.scenes.words import Scene

Colour = tuple[int, int, int]

_SKIES: dict[str, tuple[Colour, Colour, Colour, Colour, Colour]] = {
    "day": ((58, 122, 196), (134, 184, 226), (222, 236, 240), (255, 248, 226), (62, 96, 74)),
    "dawn": ((74, 96, 150), (196, 158, 176), (252, 214, 176), (255, 236, 200), (70, 66, 84)),
    "dusk": ((44, 38, 86), (182, 84, 98), (250, 176, 104), (255, 226, 170), (44, 36, 56)),
    "night": ((8, 12, 34), (20, 34, 74), (52, 78, 118), (240, 240, 222), (10, 16, 30)),
}
"""Of each time: top, middle and foot of the sky, the light in it, the land before it."""

_WEATHERED: dict[str, tuple[Colour, float]] = {
    "snow": ((226, 234, 242), 0.35),
    "fog": ((204, 208, 210), 0.5),
    "rain": ((84, 94, 108), 0.5),
}
_TINT = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours that every layer of a scene is mixed from."""

    top: Colour
    middle: Colour
    foot: Colour
    light: Colour
    land: Colour


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour between two; `share` of `other`, 0.0 to 1.0."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def palette_of(scene: Scene, chance: random.Random) -> Palette:
    """Return the scene's colours; by lot they are a little warmer or colder each time."""
    shift = chance.uniform(-0.03, 0.03)
    colours = [_turned(colour, shift) for colour in _SKIES[scene.time]]
    if scene.weather in _WEATHERED:
        veil, share = _WEATHERED[scene.weather]
        night = scene.time == "night"
        colours = [mixed(each, veil, share * (0.4 if night else 1)) for each in colours]
    if scene.hue is not None:
        colours = [_tinted(each, scene.hue) for each in colours]
    top, middle, foot, light, land = colours
    return Palette(top=top, middle=middle, foot=foot, light=light, land=land)


def _turned(colour: Colour, shift: float) -> Colour:
    hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in colour))
    return _colour(hue + shift, saturation, value)


def _tinted(colour: Colour, hue: float) -> Colour:
    _, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in colour))
    return mixed(colour, _colour(hue, min(1.0, 0.35 + saturation), value), _TINT)


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
