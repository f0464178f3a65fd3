"""Turns what generations tell into live tiles that move between two answers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from civitai_desktop.domain.events import (
    Event,
    GenerationChanged,
    GenerationDismissed,
    ImageSaved,
    PictureArriving,
    RetryAnswered,
    SourceUploading,
)
from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.ui.queue.progress import NameOf, Progress, unnamed
from civitai_desktop.ui.queue.tiles import LiveTile

_TICK_MS = 250


class Runner(Protocol):
    """What the queue asks of the generations' service."""

    def cancel(self, generation_id: str) -> None:
        """Stop a generation."""

    def retry(self, generation: Generation) -> None:
        """Run a failed generation again."""

    def pay_again(self, generation: Generation) -> None:
        """Make a failed generation anew, which is paid for."""

    def dismiss(self, generation: Generation) -> None:
        """Put a failed generation away."""


class QueuePresenter(QObject):
    """The generations that are not at their end, and those that failed and were not put away."""

    tiles_changed = Signal(object)
    """tuple[LiveTile, ...], the newest generation last."""
    running_changed = Signal(int)
    """Number of generations that are neither at their end nor held."""
    held_changed = Signal(int)
    """Number of generations that are held: under way, and waiting."""
    finished = Signal(object)
    """A Generation has reached its end, whichever."""

    def __init__(
        self,
        generations: Runner,
        usual_s: Mapping[str, float],
        clock: Callable[[], float],
        parent: QObject | None = None,
        *,
        name_of: NameOf = unnamed,
    ) -> None:
        """Take the parts.

        Args:
            usual_s: Usual seconds of a generation by engine id; engines may be missing.
            clock: Seconds that only ever grow.
            name_of: Knows the resources that are loaded by name.
        """
        super().__init__(parent)
        self._generations = generations
        self._usual_s = usual_s
        self._clock = clock
        self._name_of = name_of
        self._kept: dict[str, Progress] = {}
        self._tiles: tuple[LiveTile, ...] = ()
        self._running = 0
        self._waiting = 0
        self._held = ""
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._show)

    @property
    def tiles(self) -> tuple[LiveTile, ...]:
        """Return the tiles as they were last told."""
        return self._tiles

    def on_event(self, event: Event) -> None:
        """Take note of what a service tells."""
        match event:
            case GenerationChanged(generation, workflow):
                kept = self._kept.get(generation.id) or self._begun(generation)
                was_terminal = kept.generation.state.is_terminal
                self._kept[generation.id] = kept.seen(generation, workflow, self._clock())
                if generation.state.is_terminal:
                    self._end(generation, told=was_terminal)
            case SourceUploading(generation_id, share) if generation_id in self._kept:
                kept = self._kept[generation_id]
                self._kept[generation_id] = replace(kept, uploaded=share)
            case PictureArriving(generation_id, index, share) if generation_id in self._kept:
                kept = self._kept[generation_id]
                arrived = {**kept.arrived, index: share}
                self._kept[generation_id] = replace(kept, arrived=arrived)
            case RetryAnswered(generation_id) if generation_id in self._kept:
                kept = self._kept[generation_id]
                self._kept[generation_id] = replace(kept, retrying=False)
            case GenerationDismissed(generation_id):
                self._kept.pop(generation_id, None)
            case ImageSaved(image) if image.generation_id in self._kept:
                kept = self._kept[image.generation_id]
                saved = kept.saved | {image.index}
                self._kept[image.generation_id] = replace(kept, saved=saved)
            case _:
                return
        self._show()

    def cancel(self, generation_id: str) -> None:
        """Stop a generation."""
        if kept := self._kept.get(generation_id):
            self._kept[generation_id] = replace(kept, canceling=True)
            self._generations.cancel(generation_id)
            self._show()

    def retry(self, generation_id: str) -> None:
        """Run a failed generation again, or look after one that is held."""
        if kept := self._kept.get(generation_id):
            self._begin_retry(kept)
            self._generations.retry(kept.generation)

    @Slot(str)
    def pay_again(self, generation_id: str) -> None:
        """Make a failed generation anew, as it was confirmed."""
        if kept := self._kept.get(generation_id):
            self._begin_retry(kept)
            self._generations.pay_again(kept.generation)

    def dismiss(self, generation_id: str) -> None:
        """Put a failed generation away."""
        if kept := self._kept.get(generation_id):
            self._generations.dismiss(kept.generation)

    def hold(self, reason: str) -> None:
        """Let tiles say why nothing is heard of them, in two words; "" lets them go on."""
        self._held = reason
        self._show()

    def stop(self) -> None:
        """Let the tiles stand still."""
        self._timer.stop()

    def _begin_retry(self, kept: Progress) -> None:
        self._kept[kept.generation.id] = replace(kept, retrying=True)
        self._show()

    def _begun(self, generation: Generation) -> Progress:
        usual = self._usual_s.get(generation.request.engine)
        kept = Progress(generation=generation)
        return kept if usual is None else replace(kept, usual_s=usual)

    def _end(self, generation: Generation, *, told: bool) -> None:
        if generation.state is not GenerationState.FAILED:
            del self._kept[generation.id]
        if not told:
            self.finished.emit(generation)

    @Slot()
    def _show(self) -> None:
        now = self._clock()
        tiles = tuple(
            tile
            for kept in self._kept.values()
            for tile in kept.tiles(now, self._held, self._name_of)
        )
        if tiles != self._tiles:
            self._tiles = tiles
            self.tiles_changed.emit(tiles)
        running = sum(kept.is_moving for kept in self._kept.values())
        if running != self._running:
            self._running = running
            self.running_changed.emit(running)
        waiting = sum(kept.generation.hold is not None for kept in self._kept.values())
        if waiting != self._waiting:
            self._waiting = waiting
            self.held_changed.emit(waiting)
        if bool(running) != self._timer.isActive():
            self._timer.start() if running else self._timer.stop()
