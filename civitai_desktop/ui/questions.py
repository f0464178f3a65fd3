"""What is asked in the strip before something cannot be undone: pictures deleted, Buzz spent."""

from PySide6.QtCore import QObject, Signal, Slot

from civitai_desktop.domain.events import PaymentNeeded
from civitai_desktop.ui.shared.messages import Message, MessageStrip, Severity

_DELETE, _PAYMENT = "delete", "payment"


class Questions(QObject):
    """Asks in the strip, and turns a yes into a wish."""

    delete_confirmed = Signal(object)
    """The ids of the pictures to delete."""
    payment_confirmed = Signal(str)
    """The id of a failed generation that is to be made anew, and paid for."""

    def __init__(self, strip: MessageStrip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strip = strip
        self._doomed: tuple[int, ...] = ()
        self._unpaid = ""
        self._acts = {
            "delete": self._delete,
            "keep": self._keep,
            "pay": self._pay,
            "not_now": self.take_payment_back,
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

    def ask_to_pay(self, needed: PaymentNeeded) -> None:
        """Ask before a failed generation is paid for again.

        The price has to be asked for first, so this comes when it comes, and leaves the keyboard
        to whoever is typing.
        """
        self._unpaid = needed.generation.id
        again = self.tr("Generate again for {n} Buzz").format(n=f"{needed.price:,}")
        self._strip.tell(
            Message(
                text=needed.reason,
                next_step=needed.next_step,
                key=_PAYMENT,
                actions=((again, "pay"), (self.tr("Not now"), "not_now")),
                severity=Severity.WARNING,
            )
        )

    def take_payment_back(self) -> None:
        """Ask no more whether a generation shall be paid for again."""
        self._strip.clear(_PAYMENT)

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
        self.take_payment_back()
        self.payment_confirmed.emit(self._unpaid)
