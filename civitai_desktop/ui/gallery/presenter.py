"""What the gallery shows: the query, its answer, and what happens to pictures meanwhile."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import singledispatchmethod

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.events import (
    Event,
    ImageChanged,
    ImageDeleted,
    ImageSaved,
    ImagesImported,
)
from civitai_desktop.domain.generation import GalleryQuery, Image, SortOrder
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.ui.gallery.model import GalleryListModel

_TYPING_MS = 150
_FIRST = 200
"""A screenful and more, painted while the rest of the ids are still being read."""


def narrows(query: GalleryQuery) -> bool:
    """Tell whether a query leaves pictures out, by its search or by a filter."""
    return query != GalleryQuery(order=query.order)


class GalleryPresenter(QObject):
    """Keeps the rows in step with the query and the library. The last query's answer wins.

    Call `start()` once the loop runs, hand every event to `on_event()`, and close it at the end.
    """

    query_changed = Signal(object)
    count_changed = Signal(int)
    """How many pictures the query finds; told after every answer and every change to it."""
    hidden_changed = Signal(int)
    """How many pictures were saved since the query was set and are left out by it."""
    engines_changed = Signal(list)
    """The engine ids that pictures were made with, most used first."""

    def __init__(
        self,
        gallery: Gallery,
        on_error: Callable[[CivitaiError], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._tasks = TaskScope(on_error)
        self.rows = GalleryListModel(self)
        self.query = GalleryQuery()
        self._engines: list[str] = []
        self._loading: asyncio.Task[None] | None = None
        self._is_stale = False
        self._saved: set[int] = set()  # since the query began to leave pictures out
        self._hidden = 0
        self._typed = ""
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._search_typed)
        self.rows.images_wanted.connect(self._fetch)

    def start(self) -> None:
        """Show what the library has."""
        self._load(first=True)
        self._tasks.spawn(self._list_engines(), name="engines of the gallery")

    async def aclose(self) -> None:
        """Stop what is under way and wait for it."""
        self._typing.stop()
        await self._tasks.aclose()

    # The query

    @Slot(str)
    def search(self, text: str) -> None:
        """Search for `text` as soon as the typing pauses."""
        self._typed = text
        self._typing.start()

    def search_now(self) -> None:
        """Search for what was typed without waiting for more."""
        if self._typing.isActive():
            self._typing.stop()
            self._search_typed()

    @Slot(bool)
    def show_favourites(self, only: bool) -> None:
        """Show favourites only, or all pictures again."""
        self._ask(replace(self.query, favourites=only))

    def show_engine(self, engine: str | None) -> None:
        """Show the pictures of one engine only, or of all."""
        self._ask(replace(self.query, engine=engine))

    def show_order(self, order: SortOrder) -> None:
        """Show the newest or the oldest pictures first."""
        self._ask(replace(self.query, order=order))

    @Slot()
    def show_all(self) -> None:
        """Take every filter away; the search and the order stay."""
        self._ask(replace(self.query, favourites=False, engine=None))

    @Slot()
    def clear(self) -> None:
        """Take the search and every filter away."""
        self._typing.stop()
        self._ask(GalleryQuery(order=self.query.order))

    @Slot()
    def _search_typed(self) -> None:
        self._ask(replace(self.query, text=self._typed.strip()))

    def _ask(self, query: GalleryQuery) -> None:
        if query != self.query:
            if replace(query, order=self.query.order) != self.query:
                self._saved.clear()
                self._count_hidden()
            self.query = query
            self.query_changed.emit(query)
            self._load(first=True)

    @property
    def is_loading(self) -> bool:
        """Tell whether an answer of the library is awaited."""
        return self._loading is not None and not self._loading.done()

    def _load(self, *, first: bool) -> None:
        if self._loading is not None:
            self._loading.cancel()
        self._loading = self._tasks.spawn(self._answer(first=first), name="gallery listing")

    async def _answer(self, *, first: bool) -> None:
        query = self.query
        self._is_stale = False
        if first:
            beginning = await self._gallery.listing(query, limit=_FIRST)
            self.rows.set_listing(beginning, query.order)
        self.rows.set_listing(await self._gallery.listing(query), query.order)
        self._loading = None
        self.count_changed.emit(self.rows.image_count)
        if self._is_stale:  # something happened that the answer may not know of
            self._load(first=False)
        else:
            self._count_hidden()

    # The pictures

    def toggle_favourite(self, ids: Sequence[int]) -> None:
        """Make all of these favourites; if they all are, none of them."""
        self._tasks.spawn(self._toggle(ids), name="favourite")

    def delete(self, ids: Sequence[int]) -> None:
        """Delete these pictures: files, rows and thumbnails."""
        self._tasks.spawn(self._delete(ids), name="delete")

    async def _toggle(self, ids: Sequence[int]) -> None:
        images = await self._gallery.images(ids)
        favourite = not all(image.favourite for image in images)
        for image in images:
            if image.favourite is not favourite:
                await self._gallery.set_favourite(image.id, favourite)

    async def _delete(self, ids: Sequence[int]) -> None:
        for image in await self._gallery.images(ids):
            await self._gallery.delete(image)

    @Slot(list)
    def _fetch(self, ids: list[int]) -> None:
        self._tasks.spawn(self._put(ids), name="gallery rows")

    async def _put(self, ids: list[int]) -> None:
        try:
            images = await self._gallery.images(ids)
        except CivitaiError:
            self.rows.give_up(ids)
            raise
        self.rows.put_images(images)

    async def _list_engines(self) -> None:
        self._engines = await self._gallery.engines()
        self.engines_changed.emit(self._engines)

    # Events

    def on_event(self, event: Event) -> None:
        """Take note of what happened to a picture; other events are none of the gallery's."""
        if isinstance(event, ImagesImported) and event.has_news:
            self.rows.refresh(event.redrawn)
            self._load(first=False)
            self._tasks.spawn(self._list_engines(), name="engines of the gallery")
        if isinstance(event, ImageSaved | ImageChanged | ImageDeleted):
            self._is_stale = self.is_loading
            self._apply(event)
            self.count_changed.emit(self.rows.image_count)
            if not self.is_loading:  # else the answer decides which of them are shown
                self._count_hidden()

    @singledispatchmethod
    def _apply(self, event: object) -> None:
        raise NotImplementedError(event)

    @_apply.register
    def _(self, event: ImageSaved) -> None:
        if narrows(self.query):
            self._saved.add(event.image.id)
        self._show(event.image)
        if event.image.engine not in self._engines:
            self._tasks.spawn(self._list_engines(), name="engines of the gallery")

    @_apply.register
    def _(self, event: ImageChanged) -> None:
        if self._is_filtered_out(event.image):
            self.rows.remove_image(event.image.id)
        elif self.rows.row_of(event.image.id) is not None:
            self.rows.change_image(event.image)
        else:
            self._show(event.image)

    @_apply.register
    def _(self, event: ImageDeleted) -> None:
        self._saved.discard(event.image_id)
        self.rows.remove_image(event.image_id)

    def _count_hidden(self) -> None:
        hidden = len(self._saved.difference(self.rows.ids())) if self._saved else 0
        if hidden != self._hidden:
            self._hidden = hidden
            self.hidden_changed.emit(hidden)

    def _show(self, image: Image) -> None:
        if self._is_filtered_out(image):
            return
        if self.query.text:  # only the library knows which prompts match
            self._load(first=False)
        else:
            self.rows.add_image(image)

    def _is_filtered_out(self, image: Image) -> bool:
        of_other_engine = self.query.engine not in {None, image.engine}
        return of_other_engine or (self.query.favourites and not image.favourite)
