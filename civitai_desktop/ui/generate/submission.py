"""What Generate was pressed for: waits for its price, asks where need be, and starts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from civitai_desktop.catalogue import templates
from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.generation import GenerationRequest, Value
from civitai_desktop.domain.terms import Terms
from civitai_desktop.ui.generate.price.line import PriceLine
from civitai_desktop.ui.generate.price.view import PriceView


class Starter(Protocol):
    """Whoever carries a generation out."""

    def start(self, request: GenerationRequest) -> None:
        """Take `request` over; it is safe from here on."""


@dataclass(frozen=True, slots=True)
class Order:
    """A form whose fields are all right, as it was when Generate was pressed.

    Attributes:
        values: By field name.
        terms: Who pays, and whether mature content is allowed.
    """

    engine: Engine
    values: Mapping[str, Value]
    terms: Terms

    @property
    def prompt(self) -> str:
        """Return the prompt as it was typed, or ""."""
        field = self.engine.by_role("prompt")
        return str(self.values[field.name] or "") if field else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """Not enough Buzz for all that was ordered.

    Attributes:
        prompts: All of them, in the order in which they would run.
        enough_for: How many of them there is Buzz for, from the first one.
        missing: The Buzz that is missing for the rest; 0 if nobody knows how much.
    """

    prompts: tuple[str, ...]
    enough_for: int
    missing: int


class Submission(QObject):
    """Starts one order at a time, and none whose price nobody has seen or agreed to do without.

    Signals:
        unpriced: The price of what was ordered is unknown, which is why; nothing was started, and
            `confirm` waits for a word.
        short: There is too little Buzz for all that was ordered, as a `Shortage` says; nothing was
            started, and `confirm` starts what it is enough for.
        started: The `Order` is on its way.
        waiting_changed: An order waits for its price now, or none any more.
    """

    unpriced = Signal(str)
    short = Signal(object)
    started = Signal(object)
    waiting_changed = Signal()

    def __init__(self, generations: Starter, price: PriceLine, parent: QObject) -> None:
        super().__init__(parent)
        self._generations = generations
        self._price = price
        self._price.changed.connect(self._go_on)
        self._waiting: Order | None = None
        self._asked: Order | None = None
        self._enough_for: int | None = None

    @property
    def is_waiting(self) -> bool:
        """Tell whether something will be started as soon as its price is known."""
        return self._waiting is not None

    def place(self, order: Order) -> None:
        """Start this as soon as its price, which is being asked for, stands on the screen."""
        self._waiting, self._asked = order, None
        self.waiting_changed.emit()
        self._go_on(self._price.view)

    def withdraw(self) -> None:
        """Wait for nothing any more: the form is another than the one that was ordered."""
        if self._waiting is not None:
            self._waiting = None
            self.waiting_changed.emit()

    def confirm(self, order: Order) -> None:
        """Start what was asked about, if this is what it was, and only once."""
        asked, self._asked = self._asked, None
        if asked == order:
            self._start(templates.requests(order.engine, order.values)[: self._enough_for], order)

    @Slot(object)
    def _go_on(self, price: PriceView) -> None:
        if self._waiting is None or price.is_awaited:
            return
        order = self._waiting
        self.withdraw()
        requests = templates.requests(order.engine, order.values)
        if price.is_unknown:
            self._asked, self._enough_for = order, None
            self.unpriced.emit(price.detail)
        elif price.enough_for is not None:
            # Where it is enough for none, the balance may be an old one: then all are tried.
            self._asked, self._enough_for = order, price.enough_for or None
            prompts = tuple(each.prompt for each in requests)
            self.short.emit(
                Shortage(prompts=prompts, enough_for=price.enough_for, missing=price.missing)
            )
        else:
            self._start(requests, order)

    def _start(self, requests: Sequence[GenerationRequest], order: Order) -> None:
        for request in requests:
            self._generations.start(replace(request, terms=order.terms))
        self.started.emit(order)
