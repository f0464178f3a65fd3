"""What the price line says, and the asking behind it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.errors import (
    CivitaiError,
    EngineNotOffered,
    InvalidInput,
    NotEnoughBuzz,
)
from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.terms import Terms
from civitai_desktop.domain.workflow import Quote
from civitai_desktop.services.polling import pause_after, pauses
from civitai_desktop.services.ports import Sleep
from civitai_desktop.services.quotes import Quotes
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.services.wallet import Holdings
from civitai_desktop.ui.generate.price.view import Bill, PriceView

_PAUSE_S = 5.0
"""At least so long passes before an answer that did not come is asked for again."""

_WITHDRAWN_PAUSE_S = 30.0
"""After so long it is asked whether an engine is offered again that was not."""

_STAND_INS: dict[str, Value] = {"prompt": "a picture", "negative_prompt": None, "seed": None}
"""By role, what is asked for in place of values that do not change the price."""


class PriceLine(QObject):
    """Asks what the form would cost and says what is known. A price is never guessed.

    The last question wins: an answer to an earlier one is not shown any more. What is shown is the
    total of everything that Generate would submit.

    Attributes:
        withdrawal: Why there is no price, where the server does not know the engine any more.
    """

    changed = Signal(object)
    refused = Signal(object)
    withdrawn = Signal(object)
    """The server does not know the engine any more, as `withdrawal` says."""
    accepted = Signal()
    """The server has priced the form."""

    def __init__(
        self, quotes: Quotes, tasks: TaskScope, parent: QObject, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        super().__init__(parent)
        self._sleep = sleep
        self._quotes = quotes
        self._tasks = tasks
        self._asking: asyncio.Task[None] | None = None
        self._asked: tuple[str, Terms, Mapping[str, Value]] | None = None
        self._reason = ""
        self._settled = False
        self._quote: Quote | None = None
        self.withdrawal: EngineNotOffered | None = None
        self._pictures = 1
        self._times = 1
        self._terms = Terms()
        self._holdings = Holdings()
        self.view = self._waiting()

    def outdate(
        self, engine: Engine, values: Mapping[str, Value], terms: Terms, times: int = 1
    ) -> None:
        """Show that the price is open, unless these values cost what is shown.

        Args:
            engine: The chosen one.
            values: By field name.
            terms: Who may pay.
            times: How many requests of this price are submitted together; 0 while it is unclear.
        """
        changed, self._times = times != self._times, times
        is_clear = bool(times or self._reason)
        if not (is_clear and self._is_known(engine, values, terms)):
            self._stop()
            self._show(self._waiting())
        elif changed:
            self._reckon()

    def know_holdings(self, holdings: Holdings) -> None:
        """Take note of what there is to pay with."""
        self._holdings = holdings
        self._reckon()

    def ask(
        self, engine: Engine, values: Mapping[str, Value], terms: Terms, reason: str = ""
    ) -> None:
        """Ask for the price of these values, unless it is shown already.

        Args:
            engine: The chosen one.
            values: By field name.
            terms: Who may pay.
            reason: Why they cannot be priced, if something is wrong with them.
        """
        if reason == self._reason and self._is_known(engine, values, terms):
            return
        priced = _priced(engine, values)
        is_asked = (self._asked, self._reason) == ((engine.id, terms, priced), reason)
        if is_asked and self.view.is_awaited and self._asking and not self._asking.done():
            # To begin again would put the answer off, press by press.
            return
        self._stop()
        self._asked, self._reason = (engine.id, terms, priced), reason
        if reason:
            self._settled = True
            self._show(self._unknown(reason))
            return
        self._show(self._waiting())
        self._asking = self._tasks.spawn(self._ask(engine, priced, terms), name="price")

    def forget(self) -> None:
        """Make sure that the next question is asked, whatever was known."""
        self._settled = False

    async def _ask(self, engine: Engine, priced: Mapping[str, Value], terms: Terms) -> None:
        for planned_s in pauses():
            try:
                request = replace(engine.request(priced), terms=terms)
                quote = await self._quotes.quote(request)
            except CivitaiError as error:
                # What will be refused again is not asked again until something priced has changed.
                # An engine may be offered again at any time, whatever is in the form.
                self._settled = not (error.retryable or isinstance(error, EngineNotOffered))
                least_s = _PAUSE_S
                if isinstance(error, EngineNotOffered):
                    least_s = _WITHDRAWN_PAUSE_S
                    self.withdrawal = error
                    self.withdrawn.emit(error)
                if isinstance(error, InvalidInput):
                    # First: who waits for the price has to know that it is the form's fault.
                    self.refused.emit(error.complaints)
                self._show(self._failed(error))
                if self._settled:
                    return
                await self._sleep(max(pause_after(error, planned_s), least_s))
            except Exception:
                # A bug, and reported as one; who has pressed Generate must not wait for ever.
                self._show(self._unknown(self.tr("The price could not be found out.")))
                raise
            else:
                self._settled = True
                self.withdrawal = None
                self._quote, self._pictures, self._terms = quote, request.quantity, terms
                self._reckon()
                self.accepted.emit()
                return

    def _is_known(self, engine: Engine, values: Mapping[str, Value], terms: Terms) -> bool:
        return self._settled and self._asked == (engine.id, terms, _priced(engine, values))

    def _stop(self) -> None:
        self._settled = False
        self._quote = None
        self.withdrawal = None
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _reckon(self) -> None:
        if self._quote is not None:
            bill = Bill(
                quote=self._quote,
                requests=self._times,
                pictures=self._pictures,
                payable=self._holdings.payable(self._terms),
            )
            self._show(bill.view())

    def _show(self, view: PriceView) -> None:
        self.view = view
        self.changed.emit(view)

    def _waiting(self) -> PriceView:
        return PriceView(
            text="…", remark=self.tr("Cost preview"), spoken=self.tr("Asking"), is_awaited=True
        )

    def _failed(self, error: CivitaiError) -> PriceView:
        view = self._unknown(str(error))
        if isinstance(error, NotEnoughBuzz):
            # It would be refused too, and costs nothing.
            return replace(view, text="", remark=error.message, is_warning=True, is_unknown=False)
        return view

    def _unknown(self, reason: str) -> PriceView:
        text = self.tr("Price unknown")
        return PriceView(
            text=text,
            remark=reason,
            detail=reason,
            spoken=f"{text}. {reason}",
            is_unknown=True,
        )


def _priced(engine: Engine, values: Mapping[str, Value]) -> dict[str, Value]:
    return {
        field.name: _STAND_INS[field.role] if field.role in _STAND_INS else values.get(field.name)
        for field in engine.fields
    }
