"""What the form decides: the values, their complaints and price, and what Generate starts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from civitai_desktop.catalogue import templates
from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.catalogue.remarks import remarks
from civitai_desktop.domain.errors import (
    CivitaiError,
    EngineNotOffered,
    InvalidInput,
    UnknownEngine,
)
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.service import ServiceStatus
from civitai_desktop.domain.terms import Terms
from civitai_desktop.services.forms import Forms
from civitai_desktop.services.pasted_form import PastedForm
from civitai_desktop.services.prompts import Prompts
from civitai_desktop.services.quotes import Quotes
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.services.wallet import Holdings
from civitai_desktop.ui.generate.complaints import MATURE, WALLET, Complaints, first_of, of_terms
from civitai_desktop.ui.generate.engines.operations import SOURCE
from civitai_desktop.ui.generate.engines.shelf import EngineShelf
from civitai_desktop.ui.generate.price.line import PriceLine
from civitai_desktop.ui.generate.price.view import PriceView
from civitai_desktop.ui.generate.prompt.doubts import Doubts
from civitai_desktop.ui.generate.prompt.history import PromptHistory
from civitai_desktop.ui.generate.state import FormState
from civitai_desktop.ui.generate.submission import Order, Shortage, Starter, Submission

QUIET_MS = 300
"""Pause in typing after which the form is checked and priced."""

PROMPTS = ("prompt", "negative_prompt")
"""Roles of what is written anew for each picture. Resetting leaves it alone, and so does a preset
that was saved without it."""

KEEP_MS = 1000
"""Pause after which the form is written to disk."""


class GeneratePresenter(QObject):
    """The form's state and rules. A view shows what the signals say and reports what is edited.

    Attributes:
        catalogue: The engines there are.
        history: The prompts that were submitted.

    Signals:
        engine_changed: Another `Engine` is at work; `values_changed` follows.
        engine_picked: The user has switched to another engine, and all of it is told.
        values_changed: The form must show these values, by field name.
        terms_changed: The form must show these `Terms`.
        sources_changed: The pictures to start from, or what is done with them, are others now.
        complaints_changed: All sentences that stand under fields now, by field name.
        hint_changed: Remarks beside fields, by field name.
        price_changed: A `PriceView`.
        prompts_changed: The prompts that the one in the form stands for; none while it is unclear.
        count_changed: How many generations Generate would start and how many pictures each would
            make; 0 while that is unclear.
        remarks_changed: What stands under the prompts, a `Remark` by field name.
        doubted: Generate was asked for, and this speaks against it; nothing was started. Pressed
            once more, it goes on, and asks about this no more. Empty takes it back.
        unpriced: Generate was asked for while the price is unknown, which is why; nothing was
            started, and `generate_unpriced` waits for a word.
        short: There is too little Buzz for all of several prompts, as a `Shortage` says;
            `generate_unpriced` starts those that it is enough for.
        started: What is filled in is on its way.
        waiting_changed: `waits_for` is another now.
        engine_settled: What was said of an engine that is not offered holds no more: Civitai takes
            the chosen one, or another one is chosen.
        shown: All that a view must show has been told.
        focus_wanted: The field, by name, that must be mended first.
        undo_available: Whether an overwritten form can be brought back.
        filled: The form has taken pasted values over.
        reset_done: The form has the engine's defaults.
    """

    engine_changed = Signal(object)
    engine_picked = Signal()
    values_changed = Signal(object)
    terms_changed = Signal(object)
    sources_changed = Signal()
    complaints_changed = Signal(object)
    hint_changed = Signal(object)
    price_changed = Signal(object)
    prompts_changed = Signal(object)
    count_changed = Signal(object, object)
    remarks_changed = Signal(object)
    doubted = Signal(str)
    unpriced = Signal(str)
    short = Signal(object)
    started = Signal()
    waiting_changed = Signal()
    engine_settled = Signal()
    shown = Signal()
    focus_wanted = Signal(str)
    undo_available = Signal(bool)
    reset_done = Signal()
    filled = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        saved: SavedForm,
        engines: EngineShelf,
        generations: Starter,
        quotes: Quotes,
        forms: Forms,
        prompts: Prompts,
        on_error: Callable[[CivitaiError], None],
    ) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.engines = engines
        self._forms = forms
        self._on_error = on_error
        self._tasks = TaskScope(on_error)
        self._complaints = Complaints()
        self._state = FormState(catalogue, saved)
        self._terms = saved.terms
        self.history = PromptHistory(prompts, self._tasks, self)
        self._price = PriceLine(quotes, self._tasks, self)
        self._price.changed.connect(self.price_changed)
        self._price.refused.connect(self._on_price_refused)
        self._price.accepted.connect(self._on_accepted)
        self._price.withdrawn.connect(self._on_withdrawn)
        self._submission = Submission(generations, self._price, self)
        self._submission.unpriced.connect(self._on_unpriced)
        self._submission.short.connect(self._on_short)
        self._submission.started.connect(self._on_started)
        self._submission.waiting_changed.connect(self.waiting_changed)
        self._is_held = False
        self._doubts = Doubts(self)
        self._doubts.asked.connect(self.doubted)
        self._quiet = self._timer(QUIET_MS, self._look)
        self._keep = self._timer(KEEP_MS, self._save)
        self._at_work = ""
        engines.marked.connect(self._keep.start)
        engines.changed.connect(self._on_engines_changed)
        if self._state.unknown is not None:
            on_error(self._state.unknown)

    @property
    def engine(self) -> Engine:
        """Return the engine at work, which the form's fields belong to."""
        return self._state.engine

    @property
    def base(self) -> Engine:
        """Return the engine that is picked; another is at work where pictures are started from."""
        return self._state.base

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the pictures to start from: references or addresses."""
        return self._state.sources

    @property
    def values(self) -> dict[str, Value]:
        """Return what is filled in, by field name."""
        return self._state.values

    @property
    def price(self) -> PriceView:
        """Return what the price line shows."""
        return self._price.view

    @property
    def waits_for(self) -> str:
        """Return what has to come before anything is started, in words; "" for nothing."""
        if self._is_held:
            return self.tr("Taking the picture…")
        return self.tr("Waiting for the price…") if self._submission.is_waiting else ""

    async def aclose(self) -> None:
        """Stop asking, and keep the form one last time."""
        self._quiet.stop()
        self._keep.stop()
        await self._tasks.aclose()
        await self.engines.aclose()
        await self._forms.save(self._saved())

    @Slot()
    def announce(self) -> None:
        """Tell everything, for a view that has just been connected."""
        self._show_all()

    @Slot(str, object)
    def change(self, name: str, value: Value) -> None:
        """Take over what was typed into a field; its complaint is settled by that."""
        self._state.change(name, value)
        self._complaints.settle(name)
        if depending := self.engine.depending_on(name):
            self._complaints.reconsider(depending, self.engine.complaints(self.values))
            self._tell_complaints()
        self._tell()
        self._keep.start()

    @Slot(object)
    def change_terms(self, terms: Terms) -> None:
        """Take over which wallet pays and whether mature content is allowed."""
        self._terms = terms
        self._complaints.settle(WALLET, MATURE)
        self._tell_complaints()
        self._tell()
        self._keep.start()

    @Slot(str)
    def choose_engine(self, engine_id: str) -> None:
        """Switch to another engine, with what was filled in there before."""
        if engine_id != self.base.id:
            self._state.choose(engine_id)
            self._replaced()
            self.engine_picked.emit()

    def start_from(self, sources: Sequence[str]) -> None:
        """Take other pictures to start from, or none, which makes it text to image again."""
        before = self.engine
        self._state.start_from(sources)
        self._work_changed(before)

    @Slot(str)
    def choose_operation(self, operation: str) -> None:
        """Do something else with the pictures to start from."""
        before = self.engine
        self._state.choose_operation(operation)
        self._work_changed(before)

    def hold(self, is_held: bool) -> None:
        """Start nothing while a picture to start from is on its way: it would be left out."""
        if is_held != self._is_held:
            self._is_held = is_held
            self.waiting_changed.emit()

    def follow(self, values: Mapping[str, Value]) -> None:
        """Fill in what follows from the pictures to start from, by field name."""
        is_waiting = self._submission.is_waiting
        self._state.follow(values)
        self._replaced()
        if is_waiting:
            # It is what was wanted all the same: nobody has changed his mind.
            self._submit()

    def _work_changed(self, before: Engine) -> None:
        """Show what has changed, leaving the form's editors alone where they stay the same."""
        if self.engine is not before:
            self._replaced()
            return
        if field := self.engine.by_role(SOURCE):
            self._complaints.settle(field.name)
        self.sources_changed.emit()
        self._tell_complaints()
        self._tell()
        self._keep.start()

    @Slot()
    def generate(self) -> None:
        """Start what is filled in, or say under each field what does not fit.

        Nothing happens while a picture is on its way, which `waits_for` tells.
        Each prompt that the one in the form stands for becomes a generation of its own.
        """
        if self._is_held:
            return
        # Whatever the server refused before, it is asked anew.
        if self._complaints.unpriced or self._price.withdrawal:
            self._price.forget()
        self._complaints.clear()
        wrong = self.wrong()
        self._complaints.find(wrong)
        self._tell_complaints()
        if wrong:
            self.focus_wanted.emit(first_of(wrong, self.values))
        elif doubtful := self._doubts.raised(remarks(self.engine, self.values)):
            self.focus_wanted.emit(doubtful)
        else:
            self._submit()

    def wrong(self) -> dict[str, str]:
        """Return, by name, what cannot be sent as it is, and why."""
        return {**templates.complaints(self.engine, self.values), **of_terms(self._terms)}

    def _submit(self) -> None:
        # At once, not after a pause in typing.
        self._quiet.stop()
        self._look()
        self._submission.place(self._order())

    def _order(self) -> Order:
        return Order(self.engine, self.values, self._terms)

    @Slot(str)
    def _on_unpriced(self, reason: str) -> None:
        if refused := self._complaints.unpriced:
            # It would be refused again: there is nothing to be asked, but something to be mended.
            self.focus_wanted.emit(first_of(refused, self.values))
            return
        if withdrawal := self._price.withdrawal:
            # It would be refused again, and nothing in the form can mend that.
            self._on_error(withdrawal)
            return
        self._leave_button()
        self.unpriced.emit(reason)

    @Slot(object)
    def _on_short(self, shortage: Shortage) -> None:
        self._leave_button()
        self.short.emit(shortage)

    def _leave_button(self) -> None:
        """Say where the keyboard goes back to after a question: not to the button that costs."""
        if prompt := self.engine.by_role("prompt"):
            self.focus_wanted.emit(prompt.name)

    @Slot()
    def generate_unpriced(self) -> None:
        """Start what was asked about, as it was confirmed."""
        if not self._is_held:
            self._submission.confirm(self._order())

    @Slot(object)
    def _on_started(self, order: Order) -> None:
        if order.prompt:
            self.history.remember(order.prompt)
        self.started.emit()

    def reuse(
        self,
        values: Mapping[str, Value],
        engine_id: str,
        seed: int | None,
        prompt: str | None = None,
        sources: Sequence[str] | None = None,
    ) -> bool:
        """Overwrite the form with a picture's settings; `undo` brings the former ones back.

        Args:
            values: By field name; a field that is missing goes back to its default.
            engine_id: The engine that made the picture.
            seed: None leaves it random.
            prompt: Shown in place of the one in `values`, if given.
            sources: Started from in place of the pictures in `values`, if given.

        Returns:
            Whether the engine is there; else the chosen one has what fits it, and that is told.
        """
        is_known = False
        try:
            self._state.reuse(values, engine_id, seed, prompt, sources)
        except UnknownEngine:
            told = self.tr("The engine that made this picture is not known here.")
            step = self.tr("{engine} has its prompt, and what else fits it.")
            step = step.format(engine=self.base.label)
            self._on_error(UnknownEngine(told, next_step=step))
        else:
            is_known = True
        self._replaced()
        self.undo_available.emit(True)
        return is_known

    def apply(self, engine_id: str, values: Mapping[str, Value]) -> bool:
        """Overwrite the form with a preset's values; pictures to start from and prompts stay.

        Returns:
            Whether the form is as the preset wants it; `undo` brings the former one back then.
        """
        if engine_id not in self.catalogue:
            self._on_error(
                UnknownEngine(
                    f"This preset is for the engine “{engine_id}”, which is not there any more.",
                    next_step="Delete it, or save the form under a new name.",
                )
            )
            return False
        engine = self.catalogue.engine(engine_id)
        field = engine.by_role("seed")
        seed = values.get(field.name) if field else None
        odd = {each.name for each in engine.fields if not each.holds(values.get(each.name))}
        kept_values = {name: value for name, value in values.items() if name not in odd}
        filled = {**self._prompts_for(engine), **kept_values}
        kept = self.sources
        self.reuse(filled, engine_id, seed if isinstance(seed, int) else None, sources=kept)
        return True

    @Slot()
    def reset(self) -> None:
        """Bring the chosen engine's settings back to its defaults; the prompts stay."""
        self.apply(self.engine.id, {})
        self.reset_done.emit()

    def _prompts_for(self, engine: Engine) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for role in PROMPTS:
            ours, theirs = self.engine.by_role(role), engine.by_role(role)
            if ours and theirs:
                found[theirs.name] = self.values[ours.name]
        return found

    def read_pasted(self, text: str) -> PastedForm:
        """Find out what the form can take over from generation data."""
        # Nothing is pasted before the window is there, which need not wait for it.
        from civitai_desktop.services import generation_data  # noqa: PLC0415

        return generation_data.read(text, self.engine)

    @Slot(object)
    def take_over(self, pasted: PastedForm) -> None:
        """Fill in what was pasted; `undo` brings the former values back."""
        self._state.fill(pasted.values)
        self._replaced()
        self.undo_available.emit(True)
        self.filled.emit()

    @Slot()
    def undo(self) -> None:
        """Bring back what was overwritten last, once."""
        if self._state.can_undo:
            self._state.undo()
            self._replaced()
            self.undo_available.emit(False)

    @Slot(object)
    def server_complaints(self, complaints: Mapping[str, str]) -> None:
        """Show what the server refused to carry out under the fields it means.

        Whatever belongs to no field here is left to the failed generation's own message.

        Args:
            complaints: By the server's path, such as "steps[0].input.width" or "width".
        """
        self._complaints.refuse(self.engine, complaints)
        self._tell_complaints()

    @Slot(object)
    def _on_price_refused(self, complaints: Mapping[str, str]) -> None:
        self._complaints.refuse_to_price(self.engine, complaints)
        self._tell_complaints()

    @Slot(object)
    def _on_withdrawn(self, error: EngineNotOffered) -> None:
        self.engines.refuse(error.discriminators)

    @Slot()
    def _on_accepted(self) -> None:
        self.engines.accept(self.engine.id)
        self.engine_settled.emit()
        if self._complaints.accept():
            self._tell_complaints()

    @Slot()
    def _on_engines_changed(self) -> None:
        if self.engines.status(self.engine.id) is not ServiceStatus.WITHDRAWN:
            self.engine_settled.emit()

    @Slot(object)
    def know_holdings(self, holdings: Holdings) -> None:
        """Take note of what there is to pay with."""
        self._price.know_holdings(holdings)

    @Slot()
    def refresh_price(self) -> None:
        """Ask again: another account is signed in, or Buzz has been spent."""
        self._price.forget()
        self._look()

    def _replaced(self) -> None:
        self._complaints.clear()
        self._show_all()
        self._keep.start()

    def _show_all(self) -> None:
        self.engines.enter(self.base)
        if self._at_work != self.engine.id:
            self._at_work = self.engine.id
            self.engine_settled.emit()
        self.engine_changed.emit(self.engine)
        self.values_changed.emit(self.values)
        self.terms_changed.emit(self._terms)
        self.sources_changed.emit()
        self._tell_complaints()
        self._tell()
        self.shown.emit()

    def _tell_complaints(self) -> None:
        self.complaints_changed.emit(self._complaints.all())

    def _tell(self) -> None:
        self._submission.withdraw()
        self._doubts.withdraw()
        engine, values = self.engine, self.values
        hints = {field.name: engine.hint(field.name, values) for field in engine.fields}
        self.hint_changed.emit(hints)
        try:
            prompts = templates.prompts(engine, values)
        except InvalidInput:
            prompts = ()
        self.prompts_changed.emit(prompts)
        self.remarks_changed.emit(remarks(engine, values))
        self.count_changed.emit(len(prompts), self._quantity())
        self._price.outdate(engine, values, self._terms, len(prompts))
        self._quiet.start()

    def _quantity(self) -> int:
        field = self.engine.by_role("quantity")
        value = self.values[field.name] if field else None
        if field is None or value is None:
            return 1
        if not isinstance(value, int | float) or field.complaint(value):
            return 0
        return int(value)

    @Slot()
    def _look(self) -> None:
        found = self.wrong()
        prompt = self.engine.by_role("prompt")
        # A prompt that is still to be written is no mistake until Generate is pressed.
        if prompt is not None and not str(self.values[prompt.name] or "").strip():
            found.pop(prompt.name, None)
        self._complaints.find(found)
        self._tell_complaints()
        wrong = " ".join(found.values())
        self._price.ask(self.engine, self.values, self._terms, wrong)

    @Slot()
    def _save(self) -> None:
        self._tasks.spawn(self._forms.save(self._saved()), name="keep the form")

    def _saved(self) -> SavedForm:
        engines = self.engines
        return replace(
            self._state.saved(),
            favourites=engines.favourites,
            recents=engines.recents,
            terms=self._terms,
        )

    def _timer(self, pause_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=pause_ms)
        timer.timeout.connect(slot)
        return timer
