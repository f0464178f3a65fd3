"""What is known of the engines beyond their data: favourites, recents, how they are doing."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal, Slot

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.events import EngineRefused, Event, GenerationChanged
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.service import ServiceStatus
from civitai_desktop.services.availability import Availability
from civitai_desktop.services.tasks import TaskScope

_RECENTS = 4


class EngineShelf(QObject):
    """Remembers which engines are favourites and which were used last, and asks for the rest.

    Signals:
        changed: Something about the engines is to be shown anew.
        marked: The favourites or recents are others now, and worth keeping.

    Attributes:
        favourites: Engine ids, the first marked first.
        recents: Ids of the engines chosen before the present one, newest first.
    """

    changed = Signal()
    marked = Signal()

    def __init__(
        self,
        saved: SavedForm,
        availability: Availability,
        on_error: Callable[[CivitaiError], None],
    ) -> None:
        super().__init__()
        self._availability = availability
        self._tasks = TaskScope(on_error)
        self._chosen = ""
        self._statuses: Mapping[str, ServiceStatus] = {}
        self._taken: set[str] = set()
        self.favourites = saved.favourites
        self.recents = saved.recents

    async def aclose(self) -> None:
        """Stop asking."""
        await self._tasks.aclose()

    def status(self, engine_id: str) -> ServiceStatus:
        """Return how an engine is doing, as far as that is known."""
        return self._statuses.get(engine_id, ServiceStatus.UNKNOWN)

    @Slot(object)
    def enter(self, engine: Engine) -> None:
        """Take note that `engine` is the chosen one."""
        left, self._chosen = self._chosen, engine.id
        if left == engine.id:
            return
        others = (left, *self.recents) if left else self.recents
        self.recents = tuple(each for each in dict.fromkeys(others) if each != engine.id)[:_RECENTS]
        self.marked.emit()

    @Slot(str)
    def toggle_favourite(self, engine_id: str) -> None:
        """Make an engine a favourite, or no longer."""
        if engine_id in self.favourites:
            self.favourites = tuple(each for each in self.favourites if each != engine_id)
        else:
            self.favourites = (*self.favourites, engine_id)
        self.changed.emit()
        self.marked.emit()

    def on_event(self, event: Event) -> None:
        """Take note of what a service tells."""
        match event:
            case EngineRefused(discriminators):
                self.refuse(discriminators)
            case GenerationChanged(generation) if generation.workflow_id is not None:
                # Once: what was taken before a refusal, and still runs, says nothing against it.
                if generation.id not in self._taken:
                    self._taken.add(generation.id)
                    self.accept(generation.request.engine)

    def refuse(self, discriminators: Mapping[str, str]) -> None:
        """Take note that Civitai does not offer the engines any more that these choose."""
        self._availability.refuse(discriminators)
        self._take(self._availability.known)

    def accept(self, engine_id: str) -> None:
        """Take note that Civitai has taken an engine."""
        self._availability.accept(engine_id)
        self._take(self._availability.known)

    @Slot()
    def refresh(self) -> None:
        """Ask how the engines are doing, unless that was done a moment ago."""
        self._tasks.spawn(self._refresh(), name="services")

    async def _refresh(self) -> None:
        self._take(await self._availability.statuses())

    def _take(self, statuses: Mapping[str, ServiceStatus]) -> None:
        if statuses != self._statuses:
            self._statuses = statuses
            self.changed.emit()
