"""What the price line says, and the asking behind it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.errors import CivitaiError, InvalidInput
from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.workflow import Quote
from civitai_desktop.services.quotes import Quotes
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.ui.generate.wording import TIMES, grouped

_STAND_INS: dict[str, Value] = {"prompt": "a picture", "negative_prompt": None, "seed": None}
"""By role, what is asked for in place of values that do not change the price. A seed of None is
drawn anew each time: the server prices a repeated request it still remembers at nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """What the price line shows.

    Attributes:
        text: The amount, "…" while it is asked for, or that it is unknown.
        remark: What stands before it; says so if the Buzz does not suffice.
        detail: How the amount comes about, or why it is unknown; may be empty.
        is_warning: Whether it is shown in the warning colour.
    """

    text: str
    remark: str
    detail: str = ""
    is_warning: bool = False


class PriceLine(QObject):
    """Asks what the form would cost and says what is known. A price is never guessed.

    The last question wins: an answer to an earlier one is not shown any more. What is shown is the
    total of everything that Generate would submit.
    """

    changed = Signal(object)
    refused = Signal(object)

    def __init__(self, quotes: Quotes, tasks: TaskScope, parent: QObject) -> None:
        super().__init__(parent)
        self._quotes = quotes
        self._tasks = tasks
        self._asking: asyncio.Task[None] | None = None
        self._asked: tuple[str, Mapping[str, Value]] | None = None
        self._settled = False
        self._quote: Quote | None = None
        self._times = 1
        self._balance: int | None = None
        self.view = self._waiting()

    def outdate(self, engine: Engine, values: Mapping[str, Value], times: int = 1) -> None:
        """Show that the price is open, unless these values cost what is shown.

        Args:
            engine: The chosen one.
            values: By field name.
            times: How many requests of this price are submitted together.
        """
        changed, self._times = times != self._times, times
        if not self._is_known(engine, values):
            self._stop()
            self._show(self._waiting())
        elif changed:
            self._reckon()

    def know_balance(self, buzz: int | None) -> None:
        """Take note of the Buzz in all wallets, None if that is unknown."""
        self._balance = buzz
        self._reckon()

    def ask(self, engine: Engine, values: Mapping[str, Value]) -> None:
        """Ask for the price of these values, unless it is shown already."""
        if self._is_known(engine, values):
            return
        priced = _priced(engine, values)
        complaints = engine.complaints(priced)
        self._stop()
        self._asked = (engine.id, priced)
        if complaints:
            self._settled = True
            self._show(self._unknown(" ".join(complaints.values())))
            return
        self._asking = self._tasks.spawn(self._ask(engine, priced), name="price")

    def forget(self) -> None:
        """Make sure that the next question is asked, whatever was known."""
        self._settled = False

    async def _ask(self, engine: Engine, priced: Mapping[str, Value]) -> None:
        try:
            quote = await self._quotes.quote(engine.request(priced))
        except CivitaiError as error:
            # What will be refused again is not asked again until something priced has changed.
            self._settled = not error.retryable
            self._show(self._unknown(str(error)))
            if isinstance(error, InvalidInput):
                self.refused.emit(error.complaints)
        else:
            self._settled = True
            self._quote = quote
            self._reckon()

    def _is_known(self, engine: Engine, values: Mapping[str, Value]) -> bool:
        return self._settled and self._asked == (engine.id, _priced(engine, values))

    def _stop(self) -> None:
        self._settled = False
        self._quote = None
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _reckon(self) -> None:
        if self._quote is not None:
            self._show(self._known(self._quote))

    def _show(self, view: PriceView) -> None:
        self.view = view
        self.changed.emit(view)

    def _waiting(self) -> PriceView:
        return PriceView(text="…", remark=self.tr("Cost preview"))

    def _unknown(self, reason: str) -> PriceView:
        return PriceView(
            text=self.tr("Price unknown"), remark=self.tr("Cost preview"), detail=reason
        )

    def _known(self, quote: Quote) -> PriceView:
        parts = [self.tr("Base {n} Buzz").format(n=grouped(quote.base))] if quote.base else []
        parts += [f"{TIMES} {factor:g}  {name}" for name, factor in quote.factors.items()]
        parts += [f"+ {fee:g} Buzz  {name}" for name, fee in quote.fees.items()]
        if self._times > 1:
            parts.append(self.tr("{times} {n}  prompts").format(times=TIMES, n=self._times))
        total = quote.total * self._times
        # The server judges one request; several may need more than there is all the same.
        is_short = quote.insufficient or (self._balance is not None and total > self._balance)
        remark = self.tr("Not enough Buzz") if is_short else self.tr("Cost preview")
        text = self.tr("{n} Buzz").format(n=grouped(total))
        return PriceView(
            text=text, remark=remark, detail="\n".join(parts), is_warning=bool(is_short)
        )


def _priced(engine: Engine, values: Mapping[str, Value]) -> dict[str, Value]:
    return {
        field.name: _STAND_INS[field.role] if field.role in _STAND_INS else values.get(field.name)
        for field in engine.fields
    }
