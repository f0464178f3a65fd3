"""The sky of a scene: its colours, sun or moon, stars, clouds, and what falls from it."""

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from civitai_desktop.sandbox.scenes.colours import Colour, Palette, mixed
from civitai_desktop.sandbox.scenes.words import Scene

_CLOUDS_PX = 160
"""Longer side of the layer that clouds are drawn on; they have no edges to lose."""

_BRIGHT = (255, 255, 255)


def paint_sky(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> None:
    """Fill the picture with its sky."""
    width, height = image.size
    image.paste(_ramp(image.size, palette))
    light_x = chance.uniform(0.2, 0.8) * width
    light_y = chance.uniform(0.14, 0.26) if scene.time in {"day", "night"} else 0.5
    if scene.time == "night" or scene.place == "space":
        _stars(image, chance, 3 if scene.place == "space" else 1)
    if scene.place == "space":
        _planet(image, palette, chance)
    elif scene.weather not in {"rain", "fog"}:
        _light(image, palette.light, (light_x, light_y * height), scene.time == "night")
    if scene.weather == "aurora":
        _aurora(image, chance)
    if scene.place not in {"space", "room"}:
        _clouds(image, scene, palette, chance)


def paint_fall(image: Image.Image, scene: Scene, chance: random.Random) -> None:
    """Let snow or rain fall over everything."""
    width, height = image.size
    pen = ImageDraw.Draw(image, "RGBA")
    unit = max(image.size) / 500
    if scene.weather == "snow":
        for _ in range(170):
            x, y, r = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(0.7, 2.4)
            pen.ellipse((x, y, x + r * unit, y + r * unit), fill=(*_BRIGHT, 200))
    elif scene.weather == "rain":
        for _ in range(220):
            x, y = chance.uniform(0, width), chance.uniform(-20, height)
            length = chance.uniform(8, 20) * unit
            pen.line((x, y, x - length * 0.25, y + length), fill=(220, 230, 240, 70))
    elif scene.weather == "fog":
        veil = Image.linear_gradient("L").resize(image.size).point([n // 2 for n in range(256)])
        image.paste((214, 218, 220), mask=veil)


def _ramp(size: tuple[int, int], palette: Palette) -> Image.Image:
    column = Image.new("RGB", (1, 64))
    for row in range(64):
        share = row / 63
        colour = (
            mixed(palette.top, palette.middle, share / 0.45)
            if share < 0.45
            else mixed(palette.middle, palette.foot, min(1.0, (share - 0.45) / 0.3))
        )
        column.putpixel((0, row), colour)
    return column.resize(size, Image.Resampling.BICUBIC)


def _light(image: Image.Image, colour: Colour, at: tuple[float, float], is_moon: bool) -> None:
    side = max(image.size)
    radius = side * (0.035 if is_moon else 0.05)
    glow_px = round(side * (0.5 if is_moon else 0.85))
    shine = Image.radial_gradient("L").resize((glow_px, glow_px))
    strength = 110 if is_moon else 170
    shine = shine.point([round(strength * max(0.0, 1 - n / 180) ** 2.2) for n in range(256)])
    image.paste(colour, (round(at[0] - glow_px / 2), round(at[1] - glow_px / 2)), shine)
    # Drawn large and made smaller, for a round edge.
    disc = Image.new("L", (128, 128), 0)
    pen = ImageDraw.Draw(disc)
    pen.ellipse((4, 4, 124, 124), fill=255)
    if is_moon:
        pen.ellipse((34, -8, 150, 108), fill=0)
    across = max(2, round(radius * 2))
    disc = disc.resize((across, across), Image.Resampling.LANCZOS)
    image.paste(mixed(colour, _BRIGHT, 0.4), (round(at[0] - radius), round(at[1] - radius)), disc)


def _stars(image: Image.Image, chance: random.Random, density: int) -> None:
    width, height = image.size
    pen = ImageDraw.Draw(image, "RGBA")
    unit = max(image.size) / 500
    for _ in range(90 * density):
        x, y = chance.uniform(0, width), chance.uniform(0, height)
        size, bright = chance.uniform(0.6, 1.8) * unit, chance.randint(70, 240)
        pen.ellipse((x, y, x + size, y + size), fill=(*_BRIGHT, bright))


def _planet(image: Image.Image, palette: Palette, chance: random.Random) -> None:
    width, height = image.size
    radius = max(image.size) * chance.uniform(0.16, 0.3)
    x, y = width * chance.uniform(0.25, 0.75), height * chance.uniform(0.3, 0.6)
    side = round(radius * 2)
    ball = Image.new("L", (side, side), 0)
    ImageDraw.Draw(ball).ellipse((0, 0, side - 1, side - 1), fill=255)
    shade = Image.radial_gradient("L").resize((side * 2, side * 2))
    left = round(side * chance.uniform(0.2, 0.8))
    shade = shade.crop((left, side // 3, left + side, side // 3 + side))
    surface = Image.composite(
        Image.new("RGB", (side, side), mixed(palette.top, (0, 0, 0), 0.6)),
        Image.new("RGB", (side, side), mixed(palette.foot, palette.light, 0.4)),
        shade,
    )
    pen = ImageDraw.Draw(surface, "RGBA")
    for _ in range(6):
        stripe = chance.uniform(0, side)
        pen.rectangle((0, stripe, side, stripe + side * 0.05), fill=(*palette.middle, 60))
    image.paste(surface, (round(x - radius), round(y - radius)), ball)
    if chance.random() < 0.6:
        image.paste(palette.light, mask=_ring(image.size, (x, y), radius))


def _ring(size: tuple[int, int], middle: tuple[float, float], radius: float) -> Image.Image:
    """Return the mask of a planet's ring, whose far half is behind the planet."""
    # Drawn at twice the size, for its edges.
    x, y, radius = middle[0] * 2, middle[1] * 2, radius * 2
    mask = Image.new("L", (size[0] * 2, size[1] * 2), 0)
    pen = ImageDraw.Draw(mask)
    for share, strength in ((1.9, 170), (1.62, 0), (1.55, 110), (1.4, 0)):
        wide, tall = radius * share, radius * share * 0.24
        pen.ellipse((x - wide, y - tall, x + wide, y + tall), fill=strength)
    pen.pieslice((x - radius, y - radius, x + radius, y + radius), 180, 360, fill=0)
    return mask.resize(size, Image.Resampling.LANCZOS)


def _aurora(image: Image.Image, chance: random.Random) -> None:
    width, height = 96, 64
    for colour in ((90, 240, 160), (120, 140, 250)):
        layer = Image.new("L", (width, height), 0)
        pen = ImageDraw.Draw(layer)
        phase, base = chance.uniform(0, 6), chance.uniform(0.3, 0.5)
        for x in range(width):
            wave = math.sin(x * 0.09 + phase) * 0.1 + math.sin(x * 0.23 + phase) * 0.04
            foot = (base + wave) * height
            pen.line((x, foot, x, foot - height * chance.uniform(0.16, 0.34)), fill=150)
        layer = layer.filter(ImageFilter.GaussianBlur(2)).resize(image.size)
        image.paste(colour, mask=layer)


def _clouds(image: Image.Image, scene: Scene, palette: Palette, chance: random.Random) -> None:
    scale = _CLOUDS_PX / max(image.size)
    small = (max(4, round(image.width * scale)), max(4, round(image.height * scale)))
    layer = Image.new("L", small, 0)
    pen = ImageDraw.Draw(layer)
    count = {"rain": 16, "fog": 12, "snow": 10}.get(scene.weather, chance.randint(3, 7))
    for _ in range(count):
        x, y = chance.uniform(-0.1, 1.0) * small[0], chance.uniform(0.06, 0.46) * small[1]
        for _ in range(chance.randint(3, 6)):
            wide = small[0] * chance.uniform(0.06, 0.2)
            tall = wide * chance.uniform(0.16, 0.34)
            pen.ellipse((x, y - tall, x + wide, y + tall * 0.5), fill=chance.randint(90, 190))
            x += wide * chance.uniform(0.3, 0.6)
            y += tall * chance.uniform(-0.4, 0.4)
    layer = layer.filter(ImageFilter.GaussianBlur(1.6)).resize(image.size, Image.Resampling.BICUBIC)
    if scene.time == "night":
        layer = ImageChops.multiply(layer, Image.new("L", image.size, 90))
    white = mixed(palette.foot, palette.light, 0.6)
    image.paste(
        mixed(white, (120, 126, 138), 0.6) if scene.weather == "rain" else white, mask=layer
    )
