"""The encoded pictures: a scene of prompt and seed, over its sources, with its generation text."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from civitai_desktop.sandbox.blobs.decoding import opened
from civitai_desktop.sandbox.blobs.metadata import generation_text
from civitai_desktop.sandbox.orchestration.orders import Order
from civitai_desktop.sandbox.scenes.painter import paint

_KEPT = 48
"""How many encoded pictures are kept, so that a second download costs nothing."""

_EXIF_SUB_IFD = 0x8769
_USER_COMMENT = 0x9286
_ARTIST = 0x013B
_MOST_COMMENT_BYTES = 65_000
"""What fits into a JPEG's only EXIF segment."""

_EDIT = 0.35
"""How far an edit goes from its sources, where 1 leaves nothing of them."""


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
    drawn = paint(order.prompt, order.seed + picture, (order.width, order.height), size)
    image = _paint_over(sources, drawn, order.strength)
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
        with opened(content) as source:
            part = ImageOps.fit(source.convert("RGB"), (max(1, right - left), drawn.height))
        ground.paste(part, (left, 0))
    return Image.blend(ground, drawn, _EDIT if strength is None else strength)


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
