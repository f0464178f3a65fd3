"""How numbers are read, and numbers and choices written, in the form."""

import math
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from PySide6.QtCore import QCoreApplication

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.generation import Value

TIMES = "\N{MULTIPLICATION SIGN}"

_EXACT_DIGITS = 15
"""Longer whole numbers are read as floats: they are beyond every limit, and Python refuses to
read thousands of digits as an integer."""

_IN_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)

_TERMS_OF_ART = ("sampler", "scheduler")
"""Roles whose choices are spelled as everyone who uses them does."""

_SPELLED = {"jpeg": "JPEG", "png": "PNG", "webP": "WebP", "hd": "HD"}


def grouped(number: int) -> str:
    """Write a whole number with commas between the thousands."""
    return f"{number:,}"


def buzz(amount: float) -> str:
    """Write an amount of Buzz to three digits, or to the whole Buzz where that is finer."""
    return f"{amount:.3g}" if round(amount) < 1000 else grouped(round(amount))


def written(value: Value) -> str:
    """Write a form value as it is typed; nothing for None."""
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def choice_text(role: str, value: Value) -> str:
    """Return what people read for one of the values the API spells out; nothing for None."""
    text = written(value)
    if role in _TERMS_OF_ART:
        return text
    return _SPELLED.get(text) or (text.capitalize() if text.isalpha() else text)


def read_number(text: str, *, is_whole: bool = False) -> Value:
    """Read a typed number.

    Args:
        text: With a point or a comma before decimals.
        is_whole: Whether commas stand between thousands, as this program writes them itself.

    Returns:
        The number, None for an empty text, and the text itself where it is no number: the
        field's check then says so, and nothing that was typed is lost.
    """
    text = text.strip()
    if not text:
        return None
    if is_whole and _IN_THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        if len(text) <= _EXACT_DIGITS:
            return int(text)
    except ValueError:
        pass
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    is_exact = number.is_integer() and abs(number) < 10**_EXACT_DIGITS
    return int(number) if is_exact else number


def size_text(width: Value, height: Value) -> str:
    """Write a size in pixels, a question mark for a side that is not filled in."""
    if width is None and height is None:
        return QCoreApplication.translate("Size", "Default")
    return f"{written(width) or '?'} {TIMES} {written(height) or '?'}"


def usual_price(engine: Engine) -> str:
    """Write what a picture usually costs at the engine's defaults; nothing if unknown."""
    price = engine.price.per_picture(_roles(engine, engine.defaults()))
    return "" if price is None else f"{buzz(price)} Buzz"


def usual_time(engine: Engine) -> str:
    """Write how long a request usually takes; nothing if unknown."""
    if not engine.seconds:
        return ""
    low, high = engine.seconds
    return f"{low:g} s" if low == high else f"{low:g}\N{EN DASH}{high:g} s"


def generate_text(generations: int, images: int) -> str:
    """Write what the button does; without a number where one is unclear, which is 0."""
    translate, total = QCoreApplication.translate, generations * images
    if not total:
        return translate("wording", "Generate")
    if total == 1:
        return translate("wording", "Generate 1 image")
    if generations == 1 or images == 1:
        return translate("wording", "Generate {n} images").format(n=grouped(total))
    return translate("wording", "Generate {product} = {n} images").format(
        product=f"{generations} {TIMES} {images}", n=grouped(total)
    )


def told_apart(prompts: Sequence[str]) -> list[str]:
    """Return what differs between prompts: whole words that all begin or end with become "…"."""
    opening = _whole_words(_common_start(prompts))
    rests = [prompt[len(opening) :] for prompt in prompts]
    ending = _whole_words(_common_start([rest[::-1] for rest in rests]))
    before, after = "… " if opening else "", " …" if ending else ""
    return [f"{before}{rest[: len(rest) - len(ending)]}{after}" for rest in rests]


def _common_start(texts: Sequence[str]) -> str:
    # What the first and the last in order share, those between them share too.
    pairs = zip(min(texts), max(texts), strict=False)
    return "".join(one for one, _ in takewhile(_is_same, pairs))


def _is_same(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _whole_words(text: str) -> str:
    return text[: text.rfind(" ") + 1]


def summary(engine: Engine, values: Mapping[str, Value]) -> str:
    """Write steps, guidance, sampler and what is added in one line, as far as there is any."""
    roles = _roles(engine, values)
    parts = [
        f"{name}{written(roles[role])}"
        for role, name in (("steps", "Steps "), ("guidance", "CFG "), ("sampler", ""))
        if roles.get(role) is not None
    ]
    for role, one, many in (("loras", "LoRA", "LoRAs"), ("embeddings", "embedding", "embeddings")):
        added = roles.get(role)
        if count := len(added) if isinstance(added, Mapping | tuple) else 0:
            parts.append(f"{count} {one if count == 1 else many}")
    return " · ".join(parts)


def _roles(engine: Engine, values: Mapping[str, Value]) -> dict[str, Value]:
    return {field.role: values.get(field.name) for field in engine.fields}
