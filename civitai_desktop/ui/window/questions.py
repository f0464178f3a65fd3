"""What is asked in the strip before something cannot be undone: pictures deleted, Buzz spent."""

from textwrap import shorten

from PySide6.QtCore import QObject, Signal, Slot

from civitai_desktop.domain.events import PaymentNeeded
from civitai_desktop.services.wallet import Holdings
from civitai_desktop.ui.generate.price.view import PriceView
from civitai_desktop.ui.generate.submission import Shortage
from civitai_desktop.ui.shared.messages import Message, MessageStrip, Severity
from civitai_desktop.ui.shared.wording import few_of

_DELETE, _PAYMENT, _UNPRICED, _SHORT = "delete", "payment", "unpriced", "short"
_LONGEST_PROMPT = 48
"""In characters: enough to know it again."""

_MOST_PROMPTS = 3
"""So many of several prompts are named."""


class Questions(QObject):
    """Asks in the strip, and turns a yes into a wish.

    Nothing is bought while a picture fills the window and what is bought is not to be seen.
    """

    delete_confirmed = Signal(object)
    """The ids of the pictures to delete."""
    payment_confirmed = Signal(str)
    """The id of a failed generation that is to be made anew, and paid for."""
    unpriced_confirmed = Signal()
    """What the form says is to be made: whatever it costs, or as far as the Buzz goes."""

    def __init__(self, strip: MessageStrip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strip = strip
        self._doomed: tuple[int, ...] = ()
        self._unpaid = ""
        self._enough_for: int | None = None
        self._holdings = Holdings()
        self._is_covered = False
        self._later: dict[str, Message] = {}
        self._acts = {
            "delete": self._delete,
            "keep": self._keep,
            "pay": self._pay,
            "not_now": self.take_payment_back,
            "generate": self._generate,
            "wait": self._wait,
        }
        strip.acted.connect(self._act)

    def ask_to_delete(self, ids: tuple[int, ...]) -> None:
        """Ask before pictures are deleted: they were paid for."""
        self._doomed = ids
        count = len(ids)
        question = (
            self.tr("Delete this picture from the disk?")
            if count == 1
            else self.tr("Delete {n} pictures from the disk?").format(n=count)
        )
        self._strip.tell(
            Message(
                text=question,
                next_step=self.tr("This cannot be undone."),
                key=_DELETE,
                actions=((self.tr("Delete"), "delete"), (self.tr("Keep"), "keep")),
                severity=Severity.WARNING,
                is_question=True,
            )
        )

    def look_at(self, image_id: int | None) -> None:
        """Take the question back once another picture is looked at than it is about."""
        if image_id not in self._doomed:
            self._doomed = ()
            self._strip.clear(_DELETE)

    @Slot(bool)
    def cover(self, covered: bool) -> None:
        """Take purchases back once a picture fills the window; ask what came meanwhile after it."""
        self._is_covered = covered
        if covered:
            self.take_payment_back()
            self.leave_form()
            return
        later, self._later = self._later, {}
        for message in later.values():
            self._strip.tell(message)

    def leave_workspace(self) -> None:
        """Ask no more about what is gone; no picture fills the window any more."""
        self.take_payment_back()
        self.leave_form()
        self._is_covered = False

    @Slot(object)
    def know_holdings(self, holdings: Holdings) -> None:
        """Take note of what there is to pay with."""
        self._holdings = holdings

    def ask_to_pay(self, needed: PaymentNeeded) -> None:
        """Ask before a failed generation is paid for again.

        The price has to be asked for first, so this comes when it comes, and leaves the keyboard
        to whoever is typing.
        """
        self._unpaid = needed.generation.id
        again = self.tr("Generate again for {n} Buzz").format(n=f"{needed.price:,}")
        prompt = shorten(needed.generation.request.prompt, _LONGEST_PROMPT, placeholder="…")
        self._ask(
            Message(
                text=f"“{prompt}”: {needed.reason}" if prompt else needed.reason,
                next_step=" ".join(filter(None, (self._shortage(needed), needed.next_step))),
                key=_PAYMENT,
                actions=((again, "pay"), (self.tr("Not now"), "not_now")),
                severity=Severity.WARNING,
            )
        )

    def _shortage(self, needed: PaymentNeeded) -> str:
        payable = self._holdings.payable(needed.generation.request.terms)
        missing = 0 if payable is None else needed.price - payable
        if missing > 0:
            return self.tr("Not enough Buzz: {n} missing.").format(n=f"{missing:,}")
        return self.tr("Not enough Buzz.") if needed.is_short else ""

    def take_payment_back(self) -> None:
        """Ask no more whether a generation shall be paid for again."""
        self._unpaid = ""
        self._clear(_PAYMENT)

    @Slot(str)
    def leave(self, generation_id: str) -> None:
        """Ask no more about a generation that was put away, goes on, or is looked into."""
        if generation_id == self._unpaid:
            self.take_payment_back()

    @Slot(str)
    def ask_unpriced(self, reason: str) -> None:
        """Ask before something is generated whose price nobody has told."""
        self._ask(
            Message(
                text=self.tr("The price is not known."),
                next_step=reason,
                key=_UNPRICED,
                actions=(
                    (self.tr("Generate all the same"), "generate"),
                    (self.tr("Not now"), "wait"),
                ),
                severity=Severity.WARNING,
                is_question=True,
            )
        )

    @Slot(object)
    def ask_short(self, shortage: Shortage) -> None:
        """Ask before less is generated than was ordered, and say what; or what may be refused."""
        count, enough_for = len(shortage.prompts), shortage.enough_for
        self._enough_for = enough_for
        few = [shorten(each, _LONGEST_PROMPT, placeholder="…") for each in shortage.prompts]
        missing = self._missing(count, shortage.missing)
        would = self.tr("Only the first {n} would run: {prompts}.")
        if enough_for == 1:
            would = self.tr("Only the first one would run: {prompts}.")
        start = (
            self.tr("Generate the first {n}") if enough_for > 1 else self.tr("Generate the first")
        )
        if not enough_for:
            would = self.tr("It is enough for none of them, as far as the balance is known.")
            if count == 1:
                would = self.tr("Civitai is likely to refuse it; then nothing is paid.")
            start = self.tr("Generate all the same")
        named = few_of([f"“{each}”" for each in few[:enough_for]], _MOST_PROMPTS)
        self._ask(
            Message(
                text=missing,
                next_step=would.format(n=enough_for, prompts=named),
                key=_SHORT,
                actions=((start.format(n=enough_for), "generate"), (self.tr("Not now"), "wait")),
                severity=Severity.WARNING,
                is_question=True,
            )
        )

    def _missing(self, count: int, missing: int) -> str:
        if not missing:
            return self.tr("Not enough Buzz.")
        text = self.tr("Not enough Buzz: {n} missing.")
        if count > 1:
            text = self.tr("Not enough Buzz for all {count} prompts: {n} missing.")
        return text.format(count=count, n=f"{missing:,}")

    @Slot(object)
    def see_price(self, price: PriceView) -> None:
        """Ask no more about a price once there is one, nor about a shortage that is another now."""
        if not (price.is_unknown or price.is_awaited):
            self._clear(_UNPRICED)
        if price.enough_for != self._enough_for:
            self._clear(_SHORT)

    @Slot()
    def leave_form(self) -> None:
        """Ask no more about the form as it was."""
        self._clear(_UNPRICED)
        self._clear(_SHORT)

    def _ask(self, purchase: Message) -> None:
        if self._is_covered:
            self._later[purchase.key] = purchase
        else:
            self._strip.tell(purchase)

    def _clear(self, key: str) -> None:
        self._later.pop(key, None)
        self._strip.clear(key)

    @Slot(str)
    def _act(self, action_id: str) -> None:
        if act := self._acts.get(action_id):
            act()

    def _delete(self) -> None:
        self._strip.clear(_DELETE)
        self.delete_confirmed.emit(self._doomed)

    def _keep(self) -> None:
        self._strip.clear(_DELETE)

    def _pay(self) -> None:
        unpaid = self._unpaid
        self.take_payment_back()
        self.payment_confirmed.emit(unpaid)

    def _generate(self) -> None:
        self.leave_form()
        self.unpriced_confirmed.emit()

    def _wait(self) -> None:
        self.leave_form()
