"""What lies under the sky: sea, mountains, city, forest, dunes, a meadow, or a wall."""

import math
import random
from collections.abc import Callable
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from civitai_desktop.sandbox.scenes.colours import Colour, Palette, mixed
from civitai_desktop.sandbox.scenes.words import Scene

Layer = Callable[[Image.Image, Scene, Palette, random.Random], float]
"""Paints, and returns where figures stand: as a share of the height, from above."""


def paint_land(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> float:
    """Paint the scene's place; return the height at which figures stand, 0.0 to 1.0 from above."""
    return _PLACES[scene.place](image, scene, palette, chance)


def _ridge(
    size: tuple[int, int], height: float, rough: float, chance: random.Random
) -> list[tuple[float, float]]:
    """Return a mountains' line from left to right, closed along the lower edge."""
    points = [chance.uniform(-1, 1) for _ in range(3)]
    reach = 1.0
    while len(points) < 65:
        reach *= rough
        halves = [(a + b) / 2 + chance.uniform(-reach, reach) for a, b in pairwise(points)]
        points = [p for pair in zip(points, halves, strict=False) for p in pair] + [points[-1]]
    width, tall = size
    step = width / (len(points) - 1)
    line = [(n * step, (height - 0.09 * p) * tall) for n, p in enumerate(points)]
    return [*line, (width, tall), (0, tall)]


def _ridges(
    image: Image.Image,
    palette: Palette,
    chance: random.Random,
    rows: tuple[float, ...],
    rough: float,
) -> None:
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        share = (number + 1) / len(rows)
        colour = mixed(palette.foot, palette.land, 0.25 + 0.6 * share)
        pen.polygon(_ridge(image.size, row, rough, chance), fill=colour)


def _mountains(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> float:
    far = 0.44 + chance.uniform(-0.04, 0.04)
    pen = ImageDraw.Draw(image)
    peaks = _ridge(image.size, far, 0.62, chance)
    snow = mixed(palette.foot, (250, 252, 255), 0.7)
    pen.polygon(peaks, fill=snow if scene.weather == "snow" else mixed(snow, palette.top, 0.25))
    below = [(x, y + image.height * chance.uniform(0.03, 0.1)) for x, y in peaks[:-2]]
    pen.polygon([*below, *peaks[-2:]], fill=mixed(palette.foot, palette.land, 0.42))
    _ridges(image, palette, chance, (far + 0.16, far + 0.28), 0.6)
    _ground(image, mixed(palette.foot, palette.land, 0.92), 0.86, chance)
    return 0.88


def _sea(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> float:
    width, height = image.size
    line = round(height * chance.uniform(0.56, 0.64))
    if chance.random() < 0.6:
        pen = ImageDraw.Draw(image)
        pen.polygon(
            _ridge(image.size, line / height - 0.03, 0.5, chance),
            fill=mixed(palette.foot, palette.land, 0.4),
        )
    # What is above, upside down: dimmer, and shaken.
    above = image.crop((0, max(0, 2 * line - height), width, line))
    water = ImageOps.flip(above).resize((width, height - line))
    tone = Image.new("RGB", water.size, mixed(palette.top, palette.land, 0.5))
    # Drawn out downwards: a sun in it becomes a path of light.
    smooth = water.filter(ImageFilter.GaussianBlur((3, 16)))
    image.paste(Image.blend(smooth, tone, 0.35), (0, line))
    pen = ImageDraw.Draw(image, "RGBA")
    for _ in range(130):
        depth = chance.random() ** 1.6
        y = line + depth * (height - line)
        half = width * (0.01 + 0.06 * depth) * chance.uniform(0.5, 1.6)
        x = chance.uniform(0, width)
        bright = chance.random() < 0.5
        colour = palette.light if bright else palette.land
        alpha = 60 if bright else 45
        thick = max(1, round(height * 0.004 * (0.5 + depth)))
        pen.line((x - half, y, x + half, y), fill=(*colour, alpha), width=thick)
    return line / height + 0.12


def _city(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> float:
    width, height = image.size
    pen = ImageDraw.Draw(image)
    lit = 0.5 if scene.time in {"night", "dusk"} else 0.06
    for row, share in enumerate((0.3, 0.6, 0.95)):
        colour = mixed(palette.foot, palette.land, share)
        x = -width * 0.05
        while x < width:
            wide = width * chance.uniform(0.05, 0.11)
            top = height * (chance.uniform(0.22, 0.56) + 0.1 * row)
            pen.rectangle((x, top, x + wide, height), fill=colour)
            if chance.random() < 0.3:
                pen.line((x + wide / 2, top, x + wide / 2, top - height * 0.06), colour, 2)
            if row:
                _windows(pen, (x, top, x + wide, height), palette, colour, lit, chance)
            x += wide * chance.uniform(1.0, 1.25)
    _ground(image, mixed(palette.land, (0, 0, 0), 0.3), 0.9, chance)
    return 0.92


def _windows(
    pen: ImageDraw.ImageDraw,
    house: tuple[float, float, float, float],
    palette: Palette,
    wall: Colour,
    lit: float,
    chance: random.Random,
) -> None:
    left, top, right, bottom = house
    step = max(5.0, (right - left) / 5)
    y = top + step * 0.6
    while y < bottom:
        x = left + step * 0.4
        while x < right - step * 0.5:
            is_lit = chance.random() < lit
            colour = (
                mixed((255, 214, 130), palette.light, 0.3)
                if is_lit
                else mixed(wall, (0, 0, 0), 0.25)
            )
            pen.rectangle((x, y, x + step * 0.45, y + step * 0.5), fill=colour)
            x += step
        y += step * 1.1


def _forest(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> float:
    width, height = image.size
    pen = ImageDraw.Draw(image)
    pen.polygon(_ridge(image.size, 0.5, 0.5, chance), fill=mixed(palette.foot, palette.land, 0.3))
    for row, (foot, tall, share) in enumerate(
        ((0.7, 0.3, 0.5), (0.8, 0.4, 0.72), (0.96, 0.62, 0.96))
    ):
        colour = mixed(palette.foot, palette.land, share)
        count = (26, 16, 8)[row]
        middle_is_free = row == 2
        for n in range(count + 1):
            x = (n + chance.uniform(-0.3, 0.3)) * width / count
            if middle_is_free and width * 0.26 < x < width * 0.74:
                continue
            _fir(pen, x, foot * height, tall * height * chance.uniform(0.7, 1.1), colour)
        if row < 2:
            pen.rectangle((0, foot * height - 1, width, height), fill=colour)
    _ground(image, mixed(palette.foot, palette.land, 0.98), 0.9, chance)
    return 0.91


def _fir(pen: ImageDraw.ImageDraw, x: float, foot: float, tall: float, colour: Colour) -> None:
    wide = tall * 0.2
    pen.rectangle((x - wide * 0.1, foot - tall * 0.16, x + wide * 0.1, foot), fill=colour)
    for step in range(5):
        bottom = foot - tall * (0.1 + 0.17 * step)
        half = wide * (1 - step * 0.17)
        pen.polygon(((x - half, bottom), (x + half, bottom), (x, bottom - tall * 0.3)), fill=colour)


def _desert(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> float:
    width, height = image.size
    sand = mixed((222, 164, 96), palette.land, 0.62 if scene.time == "night" else 0.18)
    pen = ImageDraw.Draw(image)
    if chance.random() < 0.6:
        pen.polygon(
            _ridge(image.size, 0.52, 0.3, chance), fill=mixed(palette.foot, palette.land, 0.45)
        )
    for row in range(4):
        base, phase = 0.58 + row * 0.1, chance.uniform(0, 6)
        length = chance.uniform(0.8, 1.6)
        line = [
            (x * width / 40, (base + 0.05 * math.sin(x / 40 * 6 * length + phase)) * height)
            for x in range(41)
        ]
        light = mixed(sand, palette.foot, 0.4 - 0.1 * row)
        pen.polygon([*line, (width, height), (0, height)], fill=light)
        shade = [(x, y + height * 0.02 + (x / width) * height * 0.05) for x, y in line]
        pen.polygon([*shade, (width, height), (0, height)], fill=mixed(light, palette.land, 0.28))
    return 0.88


def _meadow(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> float:
    width, height = image.size
    _ridges(image, palette, chance, (0.54,), 0.45)
    grass = mixed((104, 148, 70), palette.land, 0.75 if scene.time == "night" else 0.3)
    if scene.weather == "snow":
        grass = mixed(grass, (236, 242, 248), 0.8)
    pen = ImageDraw.Draw(image)
    for row in range(3):
        pen.polygon(
            _ridge(image.size, 0.64 + row * 0.1, 0.3, chance),
            fill=mixed(mixed(grass, palette.foot, 0.35), grass, row / 2),
        )
    blooms = [
        mixed(colour, palette.foot, 0.2)
        for colour in ((222, 84, 92), (240, 196, 84), (236, 232, 240), (150, 110, 190))
    ]
    for _ in range(150):
        depth = chance.random() ** 0.8
        x, y = chance.uniform(0, width), height * (0.74 + 0.26 * depth)
        size = height * (0.003 + 0.008 * depth)
        colour = chance.choice(blooms)
        pen.line((x, y, x, y + size * 3), fill=mixed(grass, palette.land, 0.4))
        pen.ellipse((x - size, y - size, x + size, y + size), fill=colour)
    return 0.84


def _space(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> float:
    _ridges(image, palette, chance, (0.9,), 0.55)
    return 0.92


def _room(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> float:
    width, height = image.size
    wall = mixed(palette.top, palette.land, 0.2)
    image.paste(wall, (0, 0, width, height))
    side = round(max(image.size) * 1.5)
    shine = Image.radial_gradient("L").resize((side, side))
    shine = shine.point([round(190 * max(0.0, 1 - n / 190)) for n in range(256)])
    left = round(width * chance.uniform(0.3, 0.7) - side / 2)
    glow = mixed(mixed(palette.middle, palette.foot, 0.5), palette.light, 0.35)
    image.paste(glow, (left, round(height * 0.42 - side / 2)), shine)
    _ground(image, mixed(wall, palette.land, 0.7), 0.94, chance)
    return 0.98


def _ground(image: Image.Image, colour: Colour, top: float, chance: random.Random) -> None:
    pen = ImageDraw.Draw(image)
    pen.polygon(_ridge(image.size, top + 0.02, 0.3, chance), fill=colour)


_PLACES: dict[str, Layer] = {
    "sea": _sea,
    "mountains": _mountains,
    "city": _city,
    "forest": _forest,
    "desert": _desert,
    "meadow": _meadow,
    "space": _space,
    "room": _room,
}
