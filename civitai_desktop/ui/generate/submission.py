"""What Generate was pressed for: waits for its price, asks where there is none, and starts it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from civitai_desktop.catalogue import templates
from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.generation import GenerationRequest, Value
from civitai_desktop.domain.terms import Terms
from civitai_desktop.ui.generate.price_line import PriceLine
from civitai_desktop.ui.generate.price_view import PriceView


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


class Submission(QObject):
    """Starts one order at a time, and none whose price nobody has seen or agreed to do without.

    Signals:
        unpriced: The price of what was ordered is unknown, which is why; nothing was started, and
            `confirm` waits for a word.
        started: The `Order` is on its way.
        waiting_changed: An order waits for its price now, or none any more.
    """

    unpriced = Signal(str)
    started = Signal(object)
    waiting_changed = Signal()

    def __init__(self, generations: Starter, price: PriceLine, parent: QObject) -> None:
        super().__init__(parent)
        self._generations = generations
        self._price = price
        self._price.changed.connect(self._go_on)
        self._waiting: Order | None = None
        self._asked: Order | None = None

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
        """Start what the price is unknown of, if this is what was asked about, and only once."""
        asked, self._asked = self._asked, None
        if asked == order:
            self._start(order)

    @Slot(object)
    def _go_on(self, price: PriceView) -> None:
        if self._waiting is None or price.is_awaited:
            return
        order = self._waiting
        self.withdraw()
        if price.is_unknown:
            self._asked = order
            self.unpriced.emit(price.detail)
        else:
            self._start(order)

    def _start(self, order: Order) -> None:
        for request in templates.requests(order.engine, order.values):
            self._generations.start(replace(request, terms=order.terms))
        self.started.emit(order)
