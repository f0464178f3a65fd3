"""What the picker lists: what a search finds, page by page, or what was used or starred before."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.resource import Offer, Resource, ResourceQuery, ResourceSort
from civitai_desktop.services.resources import Resources, Search
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.ui.resource_picker.model import ResourceListModel

QUIET_MS = 300
"""Pause in typing after which the search begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the picker was opened for."""

    engine: Engine
    field: Field

    def is_met_by(self, resource: Resource) -> bool:
        """Tell whether a find is made for the engine, by what the search said of it."""
        fitting = self.engine.base_models
        return not (fitting and resource.base_model) or resource.base_model in fitting


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """What is said in place of, or under, the list.

    Attributes:
        text: Empty while the list speaks for itself.
        can_retry: Whether the same may work now.
    """

    text: str = ""
    can_retry: bool = False


class Finds(QObject):
    """The list of one picker. `begin` comes first.

    Attributes:
        rows: What was found by now.
        query: What is searched for.

    Signals:
        began: Other finds are listed from now on.
        changed: A `ListState`.
        mature_chosen: Whether the user wants to find what is marked as mature, from now on.
    """

    began = Signal()
    changed = Signal(object)
    mature_chosen = Signal(bool)

    def __init__(
        self,
        resources: Resources,
        tasks: TaskScope,
        parent: QObject,
        *,
        with_mature: bool = False,
    ) -> None:
        """Take the parts.

        Args:
            with_mature: Whether what is marked as mature is found at first.
        """
        super().__init__(parent)
        self._with_mature = with_mature
        self.rows = ResourceListModel(self)
        self.query = ResourceQuery()
        self._resources = resources
        self._tasks = tasks
        self._wish: Wish | None = None
        self._shows_shelf = False
        self._search = resources.search(self.query)
        self._searching: asyncio.Task[None] | None = None
        self._has_failed = False
        self._is_open = False
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._begin)

    @property
    def wish(self) -> Wish:
        """Return what the picker was opened for."""
        assert self._wish is not None, "begin comes first"
        return self._wish

    def begin(self, wish: Wish) -> None:
        """Search for what fits a field of an engine."""
        self._wish = wish
        self._is_open = True
        self._shows_shelf = False
        self.query = ResourceQuery(
            kind=wish.field.resource,
            base_models=tuple(wish.engine.base_models),
            with_mature=self._with_mature,
        )
        self._begin()

    def end(self) -> None:
        """Stop what is under way; nothing more begins."""
        self._is_open = False
        self._stop()

    @Slot(str)
    def search(self, text: str) -> None:
        """Search for these words, after a pause in typing."""
        self.query = replace(self.query, text=text.strip())
        self._quiet.start()

    @Slot(bool)
    def show_others(self, shown: bool) -> None:
        """Search among what does not fit the engine, too."""
        fitting = tuple(self.wish.engine.base_models)
        self.query = replace(self.query, base_models=() if shown else fitting)
        self._begin()

    @Slot(bool)
    def show_mature(self, shown: bool) -> None:
        """Search among what is marked as mature, too; the next picker does the same."""
        self._with_mature = shown
        self.query = replace(self.query, with_mature=shown)
        self.mature_chosen.emit(shown)
        self._begin()

    def sort(self, order: ResourceSort) -> None:
        """Order the search differently."""
        self.query = replace(self.query, sort=order)
        self._begin()

    @Slot(bool)
    def show_shelf(self, shown: bool) -> None:
        """Show what was used or starred before, instead of the search; needs no network."""
        self._shows_shelf = shown
        self._begin()

    @Slot()
    def more(self) -> None:
        """Fetch the next page, unless it is on its way, has failed, or there is none."""
        is_busy = self._searching is not None and not self._searching.done()
        is_settled = self._has_failed or self._shows_shelf or self._search.is_done
        if self._is_open and not (is_busy or is_settled):
            self._searching = self._tasks.spawn(self._more(self._search), name="search resources")

    @Slot()
    def retry(self) -> None:
        """Ask again for the page that did not come."""
        self._has_failed = False
        self.more()

    def _stop(self) -> None:
        self._quiet.stop()
        if self._searching is not None:
            self._searching.cancel()
            self._searching = None

    @Slot()
    def _begin(self) -> None:
        self._stop()
        self.began.emit()
        self._has_failed = False
        if self._shows_shelf:
            self.rows.replace(self._on_shelf())
            self._tell_shelf()
            return
        self._search = self._resources.search(self.query)
        self.rows.replace(())
        self.more()

    async def _more(self, search: Search) -> None:
        if not self.rows.offers:
            self.changed.emit(ListState(text=self.tr("Searching…")))
        try:
            offers = await search.more()
        except CivitaiError as error:
            # Asked again only when somebody wishes it: scrolling would ask without end.
            self._has_failed = True
            self.changed.emit(ListState(text=self._failure(error), can_retry=True))
            return
        self.rows.append(offers)
        nothing = "" if self.rows.offers else self.tr("Nothing found.") + " " + self._advice()
        self.changed.emit(ListState(text=nothing))

    def _failure(self, error: CivitaiError) -> str:
        if error.retryable:
            advice = self.tr("Try again; what you used before is under “Recent and favourite”.")
            return f"{error.message} {advice}"
        return str(error)

    def _advice(self) -> str:
        if self.query.base_models:
            return self.tr("Try other words, or show those for other engines too.")
        return self.tr("Try other words.")

    def _on_shelf(self) -> Iterable[Offer]:
        shelf, words = self._resources.shelf, self.query.text.lower().split()
        for resource in (*shelf.favourites, *shelf.recent):
            is_wanted = not self.query.base_models or self.wish.is_met_by(resource)
            name = f"{resource.label} {resource.creator}".lower()
            of_kind = resource.kind == self.query.kind
            if of_kind and is_wanted and all(word in name for word in words):
                yield Offer((resource,))

    def _tell_shelf(self) -> None:
        nothing = (
            self.tr("Nothing that was used or starred is called so.")
            if self.query.text
            else self.tr("Nothing that was used or starred fits here.")
        )
        self.changed.emit(ListState(text="" if self.rows.offers else nothing))
