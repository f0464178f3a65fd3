"""The finish of a scene: as a photograph, in ink, in watercolour, in pixels, in neon."""

from collections.abc import Callable

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

_PIXELS = 96
"""Dots along the longer side of a picture in pixels."""


def finish(image: Image.Image, style: str) -> Image.Image:
    """Return the picture in a style; "" leaves it as it is but for its darker corners."""
    return _STYLES.get(style, _plain)(image)


def _plain(image: Image.Image) -> Image.Image:
    corners = Image.radial_gradient("L").resize(image.size)
    corners = corners.point([max(0, n - 130) for n in range(256)])
    image.paste((8, 8, 16), mask=corners)
    return image


def _monochrome(image: Image.Image) -> Image.Image:
    grey = ImageOps.autocontrast(image.convert("L"), cutoff=1)
    return _plain(grey.convert("RGB"))


def _sepia(image: Image.Image) -> Image.Image:
    grey = ImageOps.autocontrast(image.convert("L"), cutoff=1)
    return _plain(ImageOps.colorize(grey, (34, 22, 14), (250, 232, 202), mid=(160, 118, 80)))


def _watercolour(image: Image.Image) -> Image.Image:
    washed = image.filter(ImageFilter.ModeFilter(7)).filter(ImageFilter.SMOOTH)
    return Image.blend(washed, Image.new("RGB", image.size, (250, 246, 238)), 0.22)


def _pixels(image: Image.Image) -> Image.Image:
    scale = _PIXELS / max(image.size)
    dots = image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))),
        Image.Resampling.BOX,
    )
    few = dots.quantize(24, dither=Image.Dither.NONE).convert("RGB")
    return few.resize(image.size, Image.Resampling.NEAREST)


def _vivid(image: Image.Image) -> Image.Image:
    return _plain(ImageEnhance.Contrast(ImageEnhance.Color(image).enhance(1.9)).enhance(1.1))


def _soft(image: Image.Image) -> Image.Image:
    pale = Image.blend(image, Image.new("RGB", image.size, (252, 244, 246)), 0.3)
    return Image.blend(pale, pale.filter(ImageFilter.GaussianBlur(6)), 0.4)


_STYLES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "monochrome": _monochrome,
    "sepia": _sepia,
    "watercolour": _watercolour,
    "pixels": _pixels,
    "vivid": _vivid,
    "soft": _soft,
}
