"""Draws pictures from a prompt and a seed: soft lights of related hues, always the same ones."""

import colorsys
import random
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageOps
from PIL.PngImagePlugin import PngInfo

from civitai_desktop.sandbox.metadata import generation_text
from civitai_desktop.sandbox.orders import Order

_WORKING_PX = 192
"""Longer side while drawing; there is nothing sharp in these pictures to lose."""

_KEPT = 48
"""How many encoded pictures are kept, so that a second download costs nothing."""

_EXIF_SUB_IFD = 0x8769
_USER_COMMENT = 0x9286
_ARTIST = 0x013B
_MOST_COMMENT_BYTES = 65_000
"""What fits into a JPEG's only EXIF segment."""

_EDIT = 0.35
"""How far an edit goes from its sources, where 1 leaves nothing of them."""

_EDGE = 180
"""Pillow's radial gradient at the middle of its edges; beyond lie the corners."""

_FALL_OFF = [round(240 * max(0.0, 1 - level / _EDGE) ** 1.4) for level in range(256)]
"""Distance from a light's middle to how much of it is seen there."""

Colour = tuple[int, int, int]


@lru_cache(maxsize=_KEPT)
def render(
    order: Order, picture: int, width_px: int | None = None, sources: tuple[bytes, ...] = ()
) -> bytes:
    """Return the encoded picture, with its generation text unless it is a preview.

    Args:
        order: What was asked for.
        picture: Which of its pictures, from 0.
        width_px: For a preview: scale down to this width.
        sources: The encoded pictures it starts from, as far as they could be had.
    """
    if width_px is not None and width_px < order.width:
        height_px = max(1, round(order.height * width_px / order.width))
        size, text = (width_px, height_px), ""
    else:
        size, text = (order.width, order.height), generation_text(order, picture)
    image = _paint_over(sources, _draw(order, picture, size), order.strength)
    return _encode(image, order.output_format, text)


def _paint_over(
    sources: tuple[bytes, ...], drawn: Image.Image, strength: float | None
) -> Image.Image:
    """Return what was drawn, with the sources side by side shining through it."""
    if not sources:
        return drawn
    ground = Image.new("RGB", drawn.size)
    for place, content in enumerate(sources):
        left = drawn.width * place // len(sources)
        right = drawn.width * (place + 1) // len(sources)
        with Image.open(BytesIO(content)) as source:
            part = ImageOps.fit(source.convert("RGB"), (max(1, right - left), drawn.height))
        ground.paste(part, (left, 0))
    return Image.blend(ground, drawn, _EDIT if strength is None else strength)


def _draw(order: Order, picture: int, size: tuple[int, int]) -> Image.Image:
    chance = random.Random(f"{order.prompt}\n{order.seed + picture}")
    scale = _WORKING_PX / max(order.width, order.height)
    width = max(8, round(order.width * scale))
    height = max(8, round(order.height * scale))
    hue = chance.random()
    image = _backdrop(chance, hue, (width, height))
    for _ in range(chance.randint(2, 3)):
        hue += chance.choice((0.08, 0.12, -0.1, 0.3))
        _light(image, chance, _colour(hue, chance.uniform(0.5, 0.7), chance.uniform(0.8, 0.95)))
    if chance.random() < 0.3:
        _hills(image, chance, _colour(hue + 0.5, 0.5, 0.16))
    return image.resize(size, Image.Resampling.BICUBIC)


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _backdrop(chance: random.Random, hue: float, size: tuple[int, int]) -> Image.Image:
    one = Image.new("RGB", size, _colour(hue, 0.65, 0.5))
    other = Image.new("RGB", size, _colour(hue + chance.uniform(0.06, 0.2), 0.6, 0.28))
    ramp = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270)))
    return Image.composite(one, other, ramp.resize(size, Image.Resampling.BICUBIC))


def _light(image: Image.Image, chance: random.Random, colour: Colour) -> None:
    """Paint a round, soft light somewhere in the picture."""
    side = round(max(image.size) * chance.uniform(1.0, 1.5))
    glow = Image.radial_gradient("L").point(_FALL_OFF)
    glow = glow.resize((side, side), Image.Resampling.BICUBIC)
    left = round(image.width * chance.uniform(0.15, 0.85) - side / 2)
    top = round(image.height * chance.uniform(0.15, 0.85) - side / 2)
    image.paste(colour, (left, top), glow)


def _hills(image: Image.Image, chance: random.Random, colour: Colour) -> None:
    """Lay two rows of dim, rounded hills along the lower edge."""
    width, height = image.size
    for row, strength in ((0.72, 60), (0.84, 100)):
        mask = Image.new("L", image.size, 0)
        pen = ImageDraw.Draw(mask)
        for _ in range(4):
            middle = chance.uniform(0, width)
            half = width * chance.uniform(0.2, 0.45)
            top = height * (row + chance.uniform(-0.05, 0.06))
            pen.ellipse((middle - half, top, middle + half, top + height), fill=strength)
        image.paste(colour, mask=mask.filter(ImageFilter.GaussianBlur(1.5)))


def _encode(image: Image.Image, output_format: str, text: str) -> bytes:
    buffer = BytesIO()
    if output_format == "png":
        image.save(buffer, "PNG", compress_level=1, pnginfo=_png_text(text))
    elif output_format == "webP":
        image.save(buffer, "WEBP", quality=85, method=1, exif=_exif(text))
    else:
        image.save(buffer, "JPEG", quality=90, exif=_exif(text))
    return buffer.getvalue()


def _png_text(text: str) -> PngInfo:
    info = PngInfo()
    if text.isascii() and text:
        info.add_text("parameters", text)
    elif text:
        info.add_itxt("parameters", text)
    return info


def _exif(text: str) -> Image.Exif:
    """Return EXIF data with the text as a user comment; nothing when it cannot hold it."""
    exif = Image.Exif()
    comment = b"UNICODE\0" + text.encode("utf-16-be", "replace")
    if text and len(comment) <= _MOST_COMMENT_BYTES:
        # Civitai marks the pictures it made with this artist.
        exif[_ARTIST] = "ai"
        exif.get_ifd(_EXIF_SUB_IFD)[_USER_COMMENT] = comment
    return exif
