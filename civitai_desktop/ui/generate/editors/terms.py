"""Which wallet pays, and mature content: the choices that belong to no engine."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.ui.generate.complaints import MATURE, WALLET, of_terms
from civitai_desktop.ui.shared.choice_box import ChoiceBox
from civitai_desktop.ui.shared.widgets import caption, marked, named, plain, styled

_UNDER_CAPTION_PX = 5
_CAPTION_PX = 17
_OVER_LINE_PX = 5
_BETWEEN_PX = 14


class TermsEditor(QWidget):
    """Two choices, each with a line that says what the chosen one means.

    Signals:
        edited: The `Terms` as they are now.
    """

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._complaints: Mapping[str, str] = {}
        self._wallet = _Choice(
            self.tr("Paid with"),
            {
                None: self.tr("Any Buzz"),
                Buzz.BLUE: self.tr("Blue Buzz"),
                Buzz.GREEN: self.tr("Green Buzz"),
                Buzz.YELLOW: self.tr("Yellow Buzz"),
            },
        )
        self._mature = _Choice(
            self.tr("Mature content"),
            {
                None: self.tr("As the Buzz allows"),
                True: self.tr("Allowed"),
                False: self.tr("Kept out"),
            },
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_BETWEEN_PX)
        for choice in (self._wallet, self._mature):
            column.addWidget(choice)
            choice.chosen.connect(self._edited)
        self._explain()

    def show_terms(self, terms: Terms) -> None:
        """Show these without reporting them as an edit."""
        self._wallet.choose(terms.wallet)
        self._mature.choose(terms.allow_mature)
        self._explain()

    def terms(self) -> Terms:
        """Return what is chosen."""
        wallet, mature = self._wallet.value(), self._mature.value()
        return Terms(
            wallet=wallet if isinstance(wallet, Buzz) else None,
            allow_mature=mature if isinstance(mature, bool) else None,
        )

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        return [self._wallet.control, self._mature.control]

    def complain(self, complaints: Mapping[str, str]) -> None:
        """Show these sentences, by name, in place of what the choices mean."""
        self._complaints = complaints
        self._explain()

    def enter(self, name: str) -> None:
        """Give the keyboard to the choice of this name."""
        (self._wallet if name == WALLET else self._mature).enter()

    def _explain(self) -> None:
        terms = self.terms()
        wrong = {**of_terms(terms), **self._complaints}
        wallets = {
            None: self.tr("Blue pays first, then green, then yellow."),
            Buzz.BLUE: self.tr("Blue Buzz only. It pays for safe pictures only."),
            Buzz.GREEN: self.tr("Green Buzz only. It pays for safe pictures only."),
            Buzz.YELLOW: self.tr("Yellow Buzz only. It pays for every picture."),
        }
        contents = {
            None: self.tr("Yellow Buzz allows it; blue and green do not."),
            True: self.tr("Only yellow Buzz pays for it."),
            False: self.tr("A prompt that asks for it is refused; any Buzz pays for the rest."),
        }
        for choice, name, meaning in (
            (self._wallet, WALLET, wallets[terms.wallet]),
            (self._mature, MATURE, contents[terms.allow_mature]),
        ):
            choice.explain(wrong.get(name, meaning), is_wrong=name in wrong)

    @Slot()
    def _edited(self) -> None:
        self._explain()
        self.edited.emit(self.terms())


class _Choice(QWidget):
    """A caption, a box to choose from, and the line under it."""

    chosen = Signal()

    def __init__(self, name: str, options: Mapping[Buzz | bool | None, str]) -> None:
        super().__init__()
        self._options = tuple(options)
        self._box = named(ChoiceBox(), name)
        self._box.addItems(list(options.values()))
        self._box.currentIndexChanged.connect(self.chosen)
        self._line = plain(styled(QLabel(), "dim"))
        self._line.setWordWrap(True)
        label = caption(name, self._box)
        label.setFixedHeight(_CAPTION_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label)
        column.addSpacing(_UNDER_CAPTION_PX)
        column.addWidget(self._box)
        column.addSpacing(_OVER_LINE_PX)
        column.addWidget(self._line)

    @property
    def control(self) -> QWidget:
        return self._box

    def enter(self) -> None:
        self._box.setFocus()

    def value(self) -> Buzz | bool | None:
        return self._options[self._box.currentIndex()]

    def choose(self, value: Buzz | bool | None) -> None:
        with QSignalBlocker(self._box):
            self._box.setCurrentIndex(self._options.index(value))

    def explain(self, text: str, *, is_wrong: bool = False) -> None:
        if text == self._line.text():
            return
        self._line.setText(text)
        marked(self._line, "kind", "complaint" if is_wrong else "dim")
        marked(self._box, "complaint", "true" if is_wrong else "false")
        self._box.setAccessibleDescription(text)
