"""What the picker decides: which find is chosen, what is shown of it, and its use."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.air import is_air
from civitai_desktop.domain.errors import CivitaiError, NotFound
from civitai_desktop.domain.resource import Offer, Resource
from civitai_desktop.services.resources import Resources
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.ui.resource_picker.finds import Finds, Wish
from civitai_desktop.ui.resource_picker.wording import misfit, out_of_reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The one resource whose details are shown.

    Attributes:
        air: What goes into the form; empty while that is not known.
        resource: None while nothing is chosen, or nothing is known of the AIR.
        versions: All of its versions; one at least where there is a resource.
        remark: What speaks against it, or why it cannot be used, in words.
        is_usable: Whether it can be put into the form.
        is_favourite: Whether it is starred.
    """

    air: str = ""
    resource: Resource | None = None
    versions: tuple[Resource, ...] = ()
    remark: str = ""
    is_usable: bool = False
    is_favourite: bool = False


class PickerPresenter(QObject):
    """One picker, for one field at a time. `begin` comes first.

    Attributes:
        finds: The list to choose from.

    Signals:
        chosen_changed: A `Chosen`.
        preview_ready: The picture of this version lies on the disk.
        paste_answered: Why a pasted text was not taken, in words; empty if it was.
        used: The AIR that goes into the form.
    """

    chosen_changed = Signal(object)
    preview_ready = Signal(int)
    paste_answered = Signal(str)
    used = Signal(str)

    def __init__(
        self,
        resources: Resources,
        catalogue: Catalogue,
        on_error: Callable[[CivitaiError], None],
        *,
        with_mature: bool = False,
    ) -> None:
        """Take the parts.

        Args:
            with_mature: Whether what is marked as mature is found at first.
        """
        super().__init__()
        self._resources = resources
        self._catalogue = catalogue
        self._tasks = TaskScope(on_error)
        self.finds = Finds(resources, self._tasks, self, with_mature=with_mature)
        self.finds.began.connect(self._choose_nothing)
        self._chosen = Chosen()
        self._is_use_wanted = False
        self._is_open = False
        self._choosing: asyncio.Task[None] | None = None
        self._previews: set[int] = set()

    @property
    def wish(self) -> Wish:
        """Return what the picker was opened for."""
        return self.finds.wish

    @property
    def chosen(self) -> Chosen:
        """Return whose details are shown."""
        return self._chosen

    def begin(self, wish: Wish) -> None:
        """List what fits a field of an engine."""
        self._is_open = True
        # Another dialog hears of every picture anew.
        self._previews.clear()
        self.finds.begin(wish)

    def end(self) -> None:
        """The picker is closed: what is under way is of no interest, and nothing more begins."""
        self._is_open = False
        self.finds.end()
        self._stop_choosing()

    async def aclose(self) -> None:
        """Stop what is under way."""
        self.end()
        await self._tasks.aclose()

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
        """Choose what an AIR, an address or a version number names, and nothing until then."""
        self._show(Chosen())
        self._restart(self._paste(text), name="look up a pasted resource")

    @Slot()
    def use(self) -> None:
        """Hand the chosen one to the form, once its AIR is known, and remember that it was used."""
        chosen = self._chosen
        if not chosen.is_usable:
            self._is_use_wanted = self._choosing is not None and not self._choosing.done()
            return
        if chosen.resource is not None:
            self._tasks.spawn(self._resources.used(chosen.resource), name="remember a resource")
        self.used.emit(chosen.air)

    @Slot(bool)
    def set_favourite(self, favourite: bool) -> None:
        """Star the chosen one, or take its star away."""
        resource = self._chosen.resource
        if resource is not None and favourite != self._chosen.is_favourite:
            work = self._resources.set_favourite(resource, favourite)
            self._tasks.spawn(work, name="star a resource")
            self._show(replace(self._chosen, is_favourite=favourite))
            # The row of the version that is painted; its star is asked for when it is.
            self.finds.rows.touch(resource.version_id)

    def is_favourite(self, resource: Resource) -> bool:
        """Tell whether a resource is starred."""
        return self._resources.is_favourite(resource)

    def want_previews(self, resources: Iterable[Resource]) -> None:
        """Fetch these pictures, each once; `preview_ready` follows for each that comes."""
        for resource in resources:
            if self._is_open and resource.version_id not in self._previews:
                self._previews.add(resource.version_id)
                self._tasks.spawn(self._fetch_preview(resource), name="resource preview")

    @Slot()
    def _choose_nothing(self) -> None:
        self._stop_choosing()
        self._show(Chosen())

    def _stop_choosing(self) -> None:
        self._is_use_wanted = False
        if self._choosing is not None:
            self._choosing.cancel()

    def _refusal(self, error: CivitaiError) -> str:
        again = self.tr("Check the connection and try again.")
        return f"{error.message} {again}" if error.retryable else str(error)

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
            if is_air(text) and not isinstance(error, NotFound):
                # It can be sent although nobody here knows more of it.
                self._show(Chosen(air=text, is_usable=True))
            against = misfit(self._catalogue, self.wish.engine, self.wish.field, text, None)
            self.paste_answered.emit(" ".join(filter(None, (self._refusal(error), against))))
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
            air=resource.air,
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
        self._stop_choosing()
        self._choosing = self._tasks.spawn(work, name=name)

    async def _fetch_preview(self, resource: Resource) -> None:
        if await self._resources.fetch_preview(resource):
            self.preview_ready.emit(resource.version_id)
        else:
            # It may come when it is looked at again.
            self._previews.discard(resource.version_id)
