"""What the picker decides: what is searched for, what is shown of the chosen one, and its use."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.resource import Offer, Resource, ResourceQuery, ResourceSort
from civitai_desktop.services.resources import Resources, Search
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.ui.resource_picker.model import ResourceListModel
from civitai_desktop.ui.resource_picker.wording import misfit, out_of_reach

QUIET_MS = 300
"""Pause in typing after which the search begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the picker was opened for."""

    engine: Engine
    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """What is said in place of, or under, the list.

    Attributes:
        text: Empty while the list speaks for itself.
        can_retry: Whether the same may work now.
    """

    text: str = ""
    can_retry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The one resource whose details are shown.

    Attributes:
        resource: None while nothing is chosen.
        versions: All of its versions; one at least where there is a resource.
        remark: What speaks against it, or why it cannot be used, in words.
        is_usable: Whether it can be put into the form.
        is_favourite: Whether it is starred.
    """

    resource: Resource | None = None
    versions: tuple[Resource, ...] = ()
    remark: str = ""
    is_usable: bool = False
    is_favourite: bool = False


class PickerPresenter(QObject):
    """One picker, for one field at a time. `begin` comes first.

    Signals:
        list_changed: A `ListState`.
        chosen_changed: A `Chosen`.
        preview_ready: The picture of this version lies on the disk.
        paste_answered: Why a pasted text was not taken, in words; empty if it was.
        used: The `Resource`, with its AIR, that goes into the form.
    """

    list_changed = Signal(object)
    chosen_changed = Signal(object)
    preview_ready = Signal(int)
    paste_answered = Signal(str)
    used = Signal(object)

    def __init__(
        self,
        resources: Resources,
        catalogue: Catalogue,
        on_error: Callable[[CivitaiError], None],
    ) -> None:
        super().__init__()
        self.rows = ResourceListModel(self)
        self.query = ResourceQuery()
        self._resources = resources
        self._catalogue = catalogue
        self._wish: Wish | None = None
        self._shows_shelf = False
        self._search = resources.search(self.query)
        self._chosen = Chosen()
        self._is_use_wanted = False
        self._has_failed = False
        self._is_open = False
        self._tasks = TaskScope(on_error)
        self._searching: asyncio.Task[None] | None = None
        self._choosing: asyncio.Task[None] | None = None
        self._previews: set[int] = set()
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._begin_search)

    @property
    def wish(self) -> Wish:
        """Return what the picker was opened for."""
        assert self._wish is not None, "begin comes first"
        return self._wish

    @property
    def chosen(self) -> Chosen:
        """Return whose details are shown."""
        return self._chosen

    def begin(self, wish: Wish) -> None:
        """Search for what fits a field of an engine."""
        self._wish = wish
        self._is_open = True
        self._shows_shelf = False
        # Another dialog hears of every picture anew.
        self._previews.clear()
        self.query = ResourceQuery(
            kind=wish.field.resource, base_models=tuple(wish.engine.base_models)
        )
        self._begin_search()

    def end(self) -> None:
        """The picker is closed: what is under way is of no interest, and nothing more begins."""
        self._is_open = False
        self._stop()

    async def aclose(self) -> None:
        """Stop what is under way."""
        self.end()
        await self._tasks.aclose()

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
        self._begin_search()

    def sort(self, order: ResourceSort) -> None:
        """Order the search differently."""
        self.query = replace(self.query, sort=order)
        self._begin_search()

    @Slot(bool)
    def show_shelf(self, shown: bool) -> None:
        """Show what was used or starred before, instead of the search; needs no network."""
        self._shows_shelf = shown
        self._begin_search()

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

    def choose(self, offer: Offer | None) -> None:
        """Show the details of a find."""
        if offer is None:
            self._show(Chosen())
        else:
            self._inspect(offer.best, offer.versions)

    def choose_version(self, version: Resource) -> None:
        """Show another version of the same resource."""
        self._inspect(version, self._chosen.versions)

    def paste(self, text: str) -> None:
        """Show the details of what an AIR, an address or a version number names."""
        self._restart(self._paste(text), name="look up a pasted resource")

    @Slot()
    def use(self) -> None:
        """Hand the chosen one to the form, once its AIR is known, and remember that it was used."""
        resource = self._chosen.resource
        if resource is None or not self._chosen.is_usable:
            self._is_use_wanted = self._choosing is not None and not self._choosing.done()
            return
        self._tasks.spawn(self._resources.used(resource), name="remember a resource")
        self.used.emit(resource)

    @Slot(bool)
    def set_favourite(self, favourite: bool) -> None:
        """Star the chosen one, or take its star away."""
        resource = self._chosen.resource
        if resource is not None and favourite != self._chosen.is_favourite:
            work = self._resources.set_favourite(resource, favourite)
            self._tasks.spawn(work, name="star a resource")
            self._show(replace(self._chosen, is_favourite=favourite))
            # The row of the version that is painted; its star is asked for when it is.
            self.rows.touch(resource.version_id)

    def is_favourite(self, resource: Resource) -> bool:
        """Tell whether a resource is starred."""
        return self._resources.is_favourite(resource)

    def want_previews(self, resources: Iterable[Resource]) -> None:
        """Fetch these pictures, each once; `preview_ready` follows for each that comes."""
        for resource in resources:
            if self._is_open and resource.version_id not in self._previews:
                self._previews.add(resource.version_id)
                self._tasks.spawn(self._fetch_preview(resource), name="resource preview")

    def fits(self, resource: Resource) -> bool:
        """Tell whether a find is made for the engine, by what the search said of it."""
        fitting = self.wish.engine.base_models
        return not (fitting and resource.base_model) or resource.base_model in fitting

    def _stop(self) -> None:
        self._quiet.stop()
        for task in (self._searching, self._choosing):
            if task is not None:
                task.cancel()

    @Slot()
    def _begin_search(self) -> None:
        self._stop()
        self._searching = None
        self._show(Chosen())
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
            self.list_changed.emit(ListState(text=self.tr("Searching…")))
        try:
            offers = await search.more()
        except CivitaiError as error:
            # Asked again only when somebody wishes it: scrolling would ask without end.
            self._has_failed = True
            self.list_changed.emit(ListState(text=self._failure(error), can_retry=True))
            return
        self.rows.append(offers)
        nothing = "" if self.rows.offers else self.tr("Nothing found.") + " " + self._advice()
        self.list_changed.emit(ListState(text=nothing))

    def _failure(self, error: CivitaiError) -> str:
        if error.retryable:
            advice = self.tr("Try again; what you used before is under “Recent and favourite”.")
            return f"{error.message} {advice}"
        return str(error)

    def _refusal(self, error: CivitaiError) -> str:
        again = self.tr("Check the connection and try again.")
        return f"{error.message} {again}" if error.retryable else str(error)

    def _advice(self) -> str:
        if self.query.base_models:
            return self.tr("Try other words, or show those for other engines too.")
        return self.tr("Try other words.")

    def _on_shelf(self) -> Iterable[Offer]:
        shelf, words = self._resources.shelf, self.query.text.lower().split()
        for resource in (*shelf.favourites, *shelf.recent):
            is_wanted = not self.query.base_models or self.fits(resource)
            name = f"{resource.label} {resource.creator}".lower()
            of_kind = resource.kind == self.query.kind
            if of_kind and is_wanted and all(word in name for word in words):
                yield Offer((resource,))

    def _tell_shelf(self) -> None:
        text = "" if self.rows.offers else self.tr("Nothing that was used or starred fits here.")
        self.list_changed.emit(ListState(text=text))

    def _inspect(self, version: Resource, versions: tuple[Resource, ...]) -> None:
        self._show(self._view(version, versions, remark="", is_usable=bool(version.air)))
        self._restart(self._complete(version, versions), name="resource details")

    async def _complete(self, version: Resource, versions: tuple[Resource, ...]) -> None:
        try:
            complete = await self._resources.complete(version)
        except CivitaiError as error:
            remark = self._refusal(error)
            self._show(self._view(version, versions, remark=remark, is_usable=False))
            return
        known = (complete if each is version else each for each in versions)
        self._show(self._judged(complete, tuple(known)))
        if self._is_use_wanted:
            self.use()

    async def _paste(self, text: str) -> None:
        try:
            resource = await self._resources.resolve(text)
        except CivitaiError as error:
            self.paste_answered.emit(self._refusal(error))
            return
        self.paste_answered.emit("")
        self._show(self._judged(resource, (resource,)))

    def _judged(self, resource: Resource, versions: tuple[Resource, ...]) -> Chosen:
        barred = out_of_reach(resource)
        engine, field = self.wish.engine, self.wish.field
        against = barred or misfit(self._catalogue, engine, field, resource.air, resource)
        return self._view(resource, versions, remark=against, is_usable=not barred)

    def _view(
        self, resource: Resource, versions: tuple[Resource, ...], *, remark: str, is_usable: bool
    ) -> Chosen:
        return Chosen(
            resource=resource,
            versions=versions,
            remark=remark,
            is_usable=is_usable,
            is_favourite=self._resources.is_favourite(resource),
        )

    def _show(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self.chosen_changed.emit(chosen)

    def _restart(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Let the newest wish win."""
        self._is_use_wanted = False
        if self._choosing is not None:
            self._choosing.cancel()
        self._choosing = self._tasks.spawn(work, name=name)

    async def _fetch_preview(self, resource: Resource) -> None:
        if await self._resources.fetch_preview(resource):
            self.preview_ready.emit(resource.version_id)
        else:
            # It may come when it is looked at again.
            self._previews.discard(resource.version_id)
