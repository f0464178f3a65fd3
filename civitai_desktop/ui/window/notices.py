"""What is told in the strip: errors, and events that need a word."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from civitai_desktop.domain.errors import (
    CivitaiError,
    EngineNotOffered,
    FolderUnusable,
    LibraryUnusable,
    NoSafeKeyring,
    NotSignedIn,
    UnknownEngine,
)
from civitai_desktop.domain.events import (
    ConnectionChanged,
    Deviated,
    Event,
    FolderChanged,
    FolderReading,
    GenerationChanged,
    GenerationDismissed,
    ImageSaved,
    ImagesImported,
    KeyRefused,
    KeyTaken,
    LibraryChanged,
    PaymentNeeded,
)
from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.domain.preset import Preset
from civitai_desktop.ui.shared.messages import Message, MessageStrip, Severity
from civitai_desktop.ui.window import look_words
from civitai_desktop.ui.window.questions import Questions

_CONNECTION, _FOLDER, _KEY, _KEYRING = "connection", "folder", "key", "keyring"
_LIBRARY = "library"
_START, _BUG, _FORM, _PRESET, _OBJECTION = "start", "bug", "form", "preset", "objection"
_DEVIATED = "deviated"
_ENGINE, _UNKNOWN_ENGINE, _LIBRARY_START = "engine", "unknown_engine", "library_start"
_LOOK, _READING = "import", "reading"


class Notices(QObject):
    """Turns errors and events into messages, and a message's button into a wish.

    Attributes:
        questions: What is asked in the same strip.
    """

    account_wanted = Signal()
    folder_wanted = Signal()
    start_wanted = Signal()
    """What of the start has failed is to be tried again."""
    undo_wanted = Signal()
    bug_reported = Signal(str)
    """May be emitted on any thread; the report of an error nobody expected."""
    restore_wanted = Signal(object)
    """The deleted `Preset` that is to come back."""

    def __init__(self, strip: MessageStrip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strip = strip
        self._report = ""
        self._look = ImagesImported()
        self._start_failed = False
        self._removed: Preset | None = None
        self.questions = Questions(strip, self)
        strip.acted.connect(self._act)
        self.bug_reported.connect(self._show_bug)
        self._acts: dict[str, Callable[[], object]] = {
            "account": self.account_wanted.emit,
            "folder": self.folder_wanted.emit,
            "start": self._start_again,
            "copy_report": self._copy_report,
            "look_details": self._show_look,
            "undo": self._undo,
            "restore": self._restore,
        }

    def error(self, error: CivitaiError) -> None:
        """Tell an expected error, with the button that leads to the next step."""
        key, action, severity = _KINDS.get(type(error), ("", (), Severity.BAD))
        self._tell(error.message, error.next_step, key=key, actions=action, severity=severity)

    def start_failed(self, error: CivitaiError) -> None:
        """Tell what of the start has failed, with the button that tries it again."""
        others = _KINDS[type(error)][1] if type(error) in _KINDS else ()
        actions = (self._try_again(), *others)
        self._start_failed = True
        self._tell(error.message, error.next_step, key=_START, actions=actions)

    def on_event(self, event: Event) -> None:
        """Tell what an event means, or take back what no longer holds."""
        match event:
            case ConnectionChanged() | FolderChanged() | LibraryChanged():
                self._tell_what_passes(event)
            case ImageSaved():
                # Whatever was said of the folder when it was checked at the start.
                self._strip.clear(_FOLDER)
            case ImagesImported():
                self._tell_look(event)
            case FolderReading():
                text = "" if event.is_over else look_words.reading(event)
                self._set(_READING, text, Severity.GOOD)
            case KeyRefused() | KeyTaken():
                self._tell_key(event)
            case Deviated(generation):
                self._tell(
                    self.tr("Civitai did not do everything as it was asked."),
                    " ".join(generation.deviations.splitlines()),
                    key=_DEVIATED,
                    severity=Severity.WARNING,
                )
            case PaymentNeeded():
                self.questions.ask_to_pay(event)
            case GenerationDismissed(generation_id):
                self.questions.leave(generation_id)
            case GenerationChanged(generation):
                self.questions.leave(generation.id)
            case _:
                pass

    def _tell_key(self, event: KeyRefused | KeyTaken) -> None:
        """Tell that the key is refused, until it is taken after all."""
        if isinstance(event, KeyRefused):
            self.error(NotSignedIn(event.problem, next_step=event.next_step))
        else:
            self._strip.clear(_KEY)

    def _tell_what_passes(self, event: ConnectionChanged | FolderChanged | LibraryChanged) -> None:
        """Tell what holds everything up, until it does no more."""
        if isinstance(event, ConnectionChanged):
            # What waits for the start covers what was said of it, and leads to the same end.
            again = (self._try_again(),) if self._start_failed else ()
            self._set(_CONNECTION, event.problem, Severity.WARNING, *again)
        elif isinstance(event, FolderChanged):
            choose = (self.tr("Choose folder…"), "folder")
            self._set(_FOLDER, event.problem, Severity.BAD, choose)
        else:
            self._set(_LIBRARY, event.problem, Severity.BAD)

    def generation_ended(self, generation: Generation) -> None:
        """Tell of pictures that are missing although the generation succeeded."""
        if generation.state is GenerationState.FAILED:
            # What was said of trying again holds no more, or is said again.
            self._strip.clear(_CONNECTION)
        if generation.state is GenerationState.SUCCEEDED and generation.problem:
            self._tell(generation.problem, severity=Severity.WARNING)

    def account_changed(self, *, has_key: bool) -> None:
        """Take back what was said about the former key, and what was asked under it."""
        self._strip.clear(_KEY)
        # With this one, what was to be paid for may be there for nothing.
        self.questions.take_payment_back()
        if not has_key:
            self._strip.clear(_KEYRING)

    def workspace_left(self) -> None:
        """Take back what was said of a workspace that is closed, and offered in it."""
        self._start_failed = False
        self.questions.leave_workspace()
        self._strip.keep_only(_outlives_workspace)

    def key_removed(self) -> None:
        """Tell where the pictures of the account have gone."""
        self._tell(
            self.tr("The key is removed, and this is the sandbox."),
            self.tr("The account's pictures are in their folder; a key brings them back here."),
            key=_KEY,
            severity=Severity.GOOD,
        )

    def _tell_look(self, look: ImagesImported) -> None:
        severity = Severity.WARNING if look.unreadable or look.missing else Severity.GOOD
        self._look = look
        if brief := look_words.brief(look):
            actions = ((self.tr("Show details"), "look_details"),)
            whole = f"{look_words.done(look)} {look_words.next_step(look)}".strip()
            self._tell(brief, key=_LOOK, actions=actions, severity=severity, details=whole)
        else:
            self._tell_whole_look(severity)

    def _tell_whole_look(self, severity: Severity) -> None:
        text, step = look_words.done(self._look), look_words.next_step(self._look)
        self._tell(text, step, key=_LOOK, severity=severity)

    def _show_look(self) -> None:
        message = self._strip.message
        self._tell_whole_look(message.severity if message else Severity.GOOD)

    @Slot(str)
    def _show_bug(self, report: str) -> None:
        self._report = report
        self._tell(
            self.tr("Something unexpected went wrong. Your pictures and the queue are safe."),
            self.tr("Copy the report and send it to the developers."),
            key=_BUG,
            actions=((self.tr("Copy report"), "copy_report"),),
        )

    def form_replaced(self) -> None:
        """Tell that a picture's settings are in the form, and offer the way back."""
        self._tell_form(self.tr("The form has the picture's settings now."))

    @Slot()
    def form_filled(self) -> None:
        """Tell that pasted settings are in the form, and offer the way back."""
        self._tell_form(self.tr("The form has the pasted settings now."))

    @Slot()
    def form_reset(self) -> None:
        """Tell that the defaults are in the form, and offer the way back."""
        self._tell_form(self.tr("The form has the engine's defaults now; the prompts are kept."))

    @Slot(str)
    def preset_applied(self, name: str) -> None:
        """Tell that a preset is in the form, and offer the way back."""
        self._tell_form(self.tr("The form has the settings of “{name}” now.").format(name=name))

    @Slot(object)
    def preset_removed(self, preset: Preset) -> None:
        """Tell that a preset is deleted, and offer the way back."""
        self._removed = preset
        self._tell(
            self.tr("The preset “{name}” is deleted.").format(name=preset.name),
            key=_PRESET,
            actions=((self.tr("Undo"), "restore"),),
            severity=Severity.GOOD,
            is_passing=False,
        )

    @Slot(str)
    def presets_told(self, text: str) -> None:
        """Tell what became of presets that were imported or exported."""
        self._tell(text, key=_PRESET, severity=Severity.GOOD)

    def _tell_form(self, text: str) -> None:
        self._tell(
            text,
            key=_FORM,
            actions=((self.tr("Undo"), "undo"),),
            severity=Severity.GOOD,
        )

    def key_kept(self) -> None:
        """Tell that a key is there, but not used in a program that stays in the sandbox."""
        self._tell(
            self.tr("The key is kept."),
            self.tr("Start the program without --sandbox to use it."),
            key=_KEY,
            severity=Severity.GOOD,
        )

    @Slot(str)
    def objected(self, objection: str) -> None:
        """Tell what speaks against what was asked for, or with an empty text take it back."""
        if not objection:
            self._strip.clear(_OBJECTION)
            return
        self._tell(
            objection,
            self.tr("Press Generate again to go on all the same."),
            key=_OBJECTION,
            severity=Severity.WARNING,
        )

    @Slot()
    def generating(self) -> None:
        """Take back what went well: it has been seen, and the user has gone on."""
        self._strip.clear(_OBJECTION)
        self._strip.keep_only(_is_open)

    @Slot()
    def engine_settled(self) -> None:
        """Take back that an engine is not offered: it is again, or another one is chosen."""
        self._strip.clear(_ENGINE)

    @Slot(bool)
    def undo_available(self, available: bool) -> None:
        """Take the offer back once there is nothing to undo."""
        if not available:
            self._strip.clear(_FORM)

    def remark(self, text: str) -> None:
        """Tell something that is no fault."""
        self._tell(text, key="remark", severity=Severity.GOOD)

    def _tell(
        self,
        text: str,
        next_step: str = "",
        *,
        key: str = "",
        actions: tuple[tuple[str, str], ...] = (),
        severity: Severity = Severity.BAD,
        details: str = "",
        is_passing: bool = True,
    ) -> None:
        self._strip.tell(
            Message(
                text=text,
                next_step=next_step,
                severity=severity,
                actions=actions,
                key=key,
                details=details,
                is_passing=is_passing and key not in _STANDING,
            )
        )

    def _set(self, key: str, problem: str, severity: Severity, *actions: tuple[str, str]) -> None:
        if problem:
            self._tell(problem, key=key, actions=actions, severity=severity)
        else:
            self._strip.clear(key)

    @Slot(str)
    def _act(self, action_id: str) -> None:
        if act := self._acts.get(action_id):
            act()

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self._strip.clear(_BUG)

    def _try_again(self) -> tuple[str, str]:
        return self.tr("Try again"), "start"

    def start_tried_again(self) -> None:
        """Take back what was said of a start that failed: another one is under way."""
        self._start_failed = False
        self._strip.clear(_START)
        self._strip.clear(_CONNECTION)

    def _start_again(self) -> None:
        self.start_tried_again()
        self.start_wanted.emit()

    def _undo(self) -> None:
        self._strip.clear(_FORM)
        self.undo_wanted.emit()

    def _restore(self) -> None:
        self._strip.clear(_PRESET)
        self.restore_wanted.emit(self._removed)


def _outlives_workspace(message: Message) -> bool:
    return message.key in {_KEY, _KEYRING, _BUG}


def _is_open(message: Message) -> bool:
    return message.severity is not Severity.GOOD


_ACCOUNT = (("Enter key…", "account"),)
_CHOOSE = (("Choose folder…", "folder"),)
_KINDS: dict[type[CivitaiError], tuple[str, tuple[tuple[str, str], ...], Severity]] = {
    NotSignedIn: (_KEY, _ACCOUNT, Severity.BAD),
    NoSafeKeyring: (_KEYRING, (), Severity.WARNING),
    FolderUnusable: (_FOLDER, _CHOOSE, Severity.BAD),
    EngineNotOffered: (_ENGINE, (), Severity.WARNING),
    UnknownEngine: (_UNKNOWN_ENGINE, (), Severity.WARNING),
    LibraryUnusable: (_LIBRARY_START, (), Severity.BAD),
}
_STANDING = frozenset(
    {
        *(_CONNECTION, _FOLDER, _KEY, _KEYRING, _LIBRARY, _LIBRARY_START),
        *(_START, _BUG, _OBJECTION, _READING),
    }
)
"""What is the case until it is taken back; everything else has happened, and is told once."""
