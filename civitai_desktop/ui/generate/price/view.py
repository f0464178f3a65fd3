"""What a price looks like: the amount, what it is made of, and what is missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from civitai_desktop.domain.workflow import Quote
from civitai_desktop.ui.generate.wording import TIMES, buzz, grouped

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """What the price line shows.

    Attributes:
        text: The amount, "…" while it is asked for, or that it is unknown.
        remark: What stands before it; says so if the Buzz does not suffice.
        detail: How the amount comes about, a line each, or why it is unknown; may be empty.
        spoken: All of it in words, for a screen reader.
        is_warning: Whether it is shown in the warning colour.
        is_unknown: Whether it was asked for in vain.
        is_awaited: Whether the answer is still to come.
        enough_for: How many of the requests there is Buzz for, if not for all of them; else None.
        missing: The Buzz that is missing for all of them; 0 if none or unknown.
    """

    text: str
    remark: str
    detail: str = ""
    spoken: str = ""
    is_warning: bool = False
    is_unknown: bool = False
    is_awaited: bool = False
    enough_for: int | None = None
    missing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A quote for everything that Generate would submit.

    Attributes:
        requests: How many requests of this price are submitted together.
        pictures: How many pictures each of them makes.
        payable: The Buzz there is to pay with; None if unknown.
    """

    quote: Quote
    requests: int
    pictures: int
    payable: int | None

    @property
    def total(self) -> int:
        """Return the Buzz for all of it."""
        return self.quote.total * self.requests

    @property
    def missing(self) -> int:
        """Return the Buzz that is missing as far as the balance tells; 0 if none or unknown."""
        return 0 if self.payable is None else max(0, self.total - self.payable)

    def view(self) -> PriceView:
        """Return how it is shown."""
        # The server judges one request; several may need more than there is all the same.
        is_short = bool(self.quote.insufficient or self.missing)
        text = _tr("{n} Buzz").format(n=grouped(self.total))
        remark = self._remark() if is_short else _tr("Cost preview")
        each = self._per_picture()
        shown = [f"{sign} {amount}  {name}".strip() for sign, _, amount, name in self._parts()]
        said = [f"{word} {amount} {name}".strip() for _, word, amount, name in self._parts()]
        spoken = [text, remark if is_short else "", ", ".join(said), each]
        return PriceView(
            text=text,
            remark=remark,
            detail="\n".join(filter(None, (*shown, each))),
            spoken=". ".join(filter(None, spoken)),
            is_warning=is_short,
            enough_for=self._enough_for(),
            missing=self.missing,
        )

    def _enough_for(self) -> int | None:
        if self.missing and self.payable is not None:
            return self.payable // self.quote.total
        # The server knows of no other request: as far as it says anything, it is about each.
        return 0 if self.quote.insufficient else None

    def _remark(self) -> str:
        if self.missing:
            return _tr("Not enough Buzz: {n} missing").format(n=grouped(self.missing))
        return _tr("Not enough Buzz")

    def _parts(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield sign, the sign in a word, amount, and the server's name for it."""
        quote, text = self.quote, _tr("{n} Buzz")
        factors = dict(quote.factors)
        # Where the base is one of the factors, the amount of that name is their product.
        base = factors.pop("base", quote.base)
        if base:
            yield "", "", text.format(n=f"{base:,.12g}"), _tr("base")
        for name, factor in factors.items():
            if factor != 1:
                yield TIMES, _tr("times"), f"{factor:g}", _readable(name)
        for name, fee in quote.fees.items():
            if fee:
                yield "+", _tr("plus"), text.format(n=f"{fee:,.12g}"), _readable(name)
        if self.requests > 1:
            yield TIMES, _tr("times"), str(self.requests), _tr("prompts")

    def _per_picture(self) -> str:
        if self.pictures == self.requests == 1 or not self.pictures:
            return ""
        each = self.quote.total / self.pictures
        return _tr("{n} Buzz per picture").format(n=buzz(each))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Price", text)


def _readable(name: str) -> str:
    """Write a name of the API's, such as "additionalNetworks", in words; an AIR as it is."""
    return name if ":" in name and " " not in name else _HUMP.sub(" ", name).lower()
