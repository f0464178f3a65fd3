"""Which pictures the form starts from: taken, refused in words, shown small, given back."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage

from civitai_desktop.domain.errors import CivitaiError, NotFound, SourceUnusable
from civitai_desktop.domain.source import file_name
from civitai_desktop.services.sources import Sources
from civitai_desktop.services.tasks import TaskScope, Workers
from civitai_desktop.ui.generate.editors.shapes import SHAPED, shape_values
from civitai_desktop.ui.generate.engines.operations import SOURCE, most_sources, operations
from civitai_desktop.ui.generate.presenter import GeneratePresenter
from civitai_desktop.ui.generate.sources.offer import Offer
from civitai_desktop.ui.shared.decoding import read_picture
from civitai_desktop.ui.shared.wording import few_of

THUMBNAIL_PX = 64
_MOST_NAMES = 3
"""Of files that are refused for the same reason, so many are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """What the source area shows.

    Attributes:
        sources: References or addresses, in their order.
        used: How many of them the engine takes; the others are only kept.
        can_take: Whether the engine starts from pictures at all.
        has_room: Whether one more would be used beside those there are.
        operations: Ids of what can be done with them, where there is a choice; else none.
        operation: The chosen one of these.
        remark: What to know about them now; may be empty.
    """

    sources: tuple[str, ...] = ()
    used: int = 0
    can_take: bool = False
    has_room: bool = False
    operations: tuple[str, ...] = ()
    operation: str = ""
    remark: str = ""


class SourcePresenter(QObject):
    """The pictures to start from, whatever the engine. Decodes and copies on workers.

    Signals:
        view_changed: A `SourceView`.
        refused: Why something that was offered is not taken, or what Civitai says of what was;
            empty settles it.
        thumbnail_ready: A reference and its `QImage`.
    """

    view_changed = Signal(object)
    refused = Signal(str)
    thumbnail_ready = Signal(str, QImage)

    def __init__(
        self,
        form: GeneratePresenter,
        sources: Sources,
        on_error: Callable[[CivitaiError], None],
    ) -> None:
        super().__init__()
        self._form = form
        self._sources = sources
        self._on_error = on_error
        self._tasks = TaskScope(self._refuse)
        self._workers = Workers("source", 1)
        self._is_complained = False
        self._kept: dict[str, QImage] = {}
        self._asked: set[str] = set()
        self._first = ""
        self._shaped: set[str] = set()
        self._taking = 0
        self._refusals: list[str] = []
        self._turn = asyncio.Lock()
        form.sources_changed.connect(self._show)
        form.engine_picked.connect(self._shape_untouched)
        form.complaints_changed.connect(self._complain)

    @property
    def view(self) -> SourceView:
        """Return what is to be shown now."""
        form = self._form
        field = form.engine.by_role(SOURCE)
        choice = operations(form.catalogue, form.base)
        can_take = bool(choice or field)
        most, count = most_sources(field), len(form.sources)
        used = count if most is None else min(most, count)
        has_choice = bool(count and len(choice) > 1)
        return SourceView(
            sources=form.sources,
            used=used,
            can_take=can_take,
            has_room=can_take and (not count or most is None or count < most),
            operations=tuple(choice) if has_choice else (),
            operation=form.engine.operation if has_choice else "",
            remark=self._remark(count, used),
        )

    def thumbnail(self, source: str) -> QImage | None:
        """Return a picture's thumbnail, turned upright; None while it is not there."""
        return self._kept.get(source)

    def start(self) -> None:
        """Show what the form was left with, and say what is gone of it."""
        self._show()

    def take(self, offer: Offer) -> None:
        """Take pictures, after those there are; where there is room for one, in its place."""
        self.refused.emit("")
        if not self.view.can_take:
            self.refused.emit(self._cannot())
            return
        self._taking += 1
        self._form.hold(True)
        self._show()
        self._tasks.spawn(self._take(offer), name="take a source")

    @Slot()
    def nothing_offered(self) -> None:
        """Say that there is no picture where one was looked for."""
        self.refused.emit(self.tr("The clipboard holds no picture. Copy one, or choose a file."))

    def remove(self, index: int) -> None:
        """Put the picture at `index` away."""
        self.refused.emit("")
        sources = self._form.sources
        self._form.start_from((*sources[:index], *sources[index + 1 :]))

    @Slot(str)
    def choose_operation(self, operation: str) -> None:
        """Do something else with the pictures."""
        self._form.choose_operation(operation)
        self._shape_untouched()

    async def aclose(self) -> None:
        """Stop, and wait for the picture that is being decoded."""
        await self._tasks.aclose()
        await asyncio.to_thread(self._workers.close)

    async def _take(self, offer: Offer) -> None:
        refused: dict[str, list[str]] = defaultdict(list)
        taken = 0
        try:
            # In the order of the drops: a small picture does not overtake a large one.
            async with self._turn:
                for name, kept in self._kept_of(offer):
                    try:
                        source = await kept()
                        await self._look_at(source)
                        self._add(source, is_more=bool(taken))
                        taken += 1
                    except CivitaiError as error:
                        refused[str(error)].append(name)
        finally:
            self._taking -= 1
            self._form.hold(bool(self._taking))
            self._show()
        # Of a single one it is clear which is meant.
        is_one = taken + sum(map(len, refused.values())) == 1
        for text, names in refused.items():
            self._refusals.append(text if is_one else f"{few_of(names, _MOST_NAMES)}: {text}")
        if not self._taking:
            # What is taken after it would wipe it away.
            self.refused.emit("\n".join(dict.fromkeys(self._refusals)))
            self._refusals.clear()

    def _kept_of(self, offer: Offer) -> Iterator[tuple[str, Callable[[], Awaitable[str]]]]:
        """Yield what each picture is called, and the keeping of it."""
        for path in offer.files:
            yield path.name, partial(self._sources.keep_file, path)
        pasted = self.tr("The pasted picture")
        if offer.content:
            yield pasted, partial(self._sources.keep, offer.content)
        for address in offer.data:
            yield pasted, partial(self._sources.keep_data, address)
        if offer.picture is not None:
            yield pasted, partial(self._keep_pixels, offer.picture)
        for address in offer.addresses:
            yield address, partial(_as_it_is, address)

    async def _keep_pixels(self, picture: QImage) -> str:
        return await self._sources.keep(await self._workers.run(_png, picture))

    def _add(self, source: str, *, is_more: bool) -> None:
        """Take a picture over.

        Args:
            is_more: Whether it came together with one that is taken already.
        """
        view = self.view
        if source in view.sources[: view.used]:
            return
        if not view.can_take:
            raise SourceUnusable(self._cannot(), next_step="")
        if view.used == (0 if view.has_room else 1) and not is_more:
            # Before it is shown, which measures it.
            self._first, self._shaped = source, set()
        if view.has_room or (is_more and view.used == 1):
            # One that was only kept is not shown twice.
            others = [each for each in view.sources if each != source]
            self._form.start_from((*others, source))
        elif view.used == 1:
            others = [each for each in view.sources[1:] if each != source]
            self._form.start_from((source, *others))
        else:
            label = self._form.base.label
            raise SourceUnusable(
                self.tr("{engine} takes {n} pictures.").format(engine=label, n=view.used),
                next_step=self.tr("Remove one first."),
            )
        self._follow_shape()

    def _cannot(self) -> str:
        return self.tr(
            "{engine} works from text alone. Choose another engine to start from a picture."
        ).format(engine=self._form.base.label)

    def _remark(self, count: int, used: int) -> str:
        label = self._form.base.label
        if self._taking:
            return self.tr("Taking the picture…")
        if count and not used:
            return self.tr("{engine} works from text alone; kept for other engines.").format(
                engine=label
            )
        if count > used > 0:
            return self.tr("{engine} takes {n}; the others are kept.").format(engine=label, n=used)
        if used > 1 and used == most_sources(self._form.engine.by_role(SOURCE)):
            return self.tr("{engine} takes {n} pictures; remove one to use another.").format(
                engine=label, n=used
            )
        return ""

    def _refuse(self, error: CivitaiError) -> None:
        self.refused.emit(str(error))

    @Slot(object)
    def _complain(self, complaints: dict[str, str]) -> None:
        field = self._form.engine.by_role(SOURCE)
        text = complaints.get(field.name, "") if field is not None else ""
        if text or self._is_complained:
            self.refused.emit(text)
        self._is_complained = bool(text)

    @Slot()
    def _show(self) -> None:
        view = self.view
        self.view_changed.emit(view)
        # What comes back after it was put away is looked for again: it may be gone by then.
        self._asked.intersection_update(view.sources)
        self._kept = {each: self._kept[each] for each in view.sources if each in self._kept}
        wanted = [each for each in view.sources if file_name(each) and each not in self._asked]
        self._asked.update(wanted)
        for source in wanted:
            self._tasks.spawn(self._load(source), name="show a source")
        if self._first not in view.sources:
            self._first = ""

    async def _look_at(self, source: str) -> None:
        """Have a picture's thumbnail, and with it its shape, before it is taken over."""
        if file_name(source) and source not in self._kept:
            # What Qt cannot show may be taken all the same; that is told when it is shown.
            with suppress(CivitaiError):
                self._kept[source] = await self._decoded(source)
                self._asked.add(source)

    async def _decoded(self, source: str) -> QImage:
        side = QSize(2 * THUMBNAIL_PX, 2 * THUMBNAIL_PX)
        return await self._workers.run(read_picture, self._sources.path(source), side)

    async def _load(self, source: str) -> None:
        try:
            if await self._sources.missing((source,)):
                raise NotFound("It is gone.")
            picture = await self._decoded(source)
        except CivitaiError:
            self._asked.discard(source)
            if source not in self._form.sources:
                return
            left = [each for each in self._form.sources if each != source]
            self._form.start_from(left)
            self._on_error(self._gone(is_last=not left))
            return
        if source in self._form.sources:
            self._kept[source] = picture
            self.thumbnail_ready.emit(source, picture)
            if source == self._first:
                self._follow_shape()

    def _gone(self, *, is_last: bool) -> NotFound:
        if is_last:
            return NotFound(
                self.tr("The picture to start from is not there any more."),
                next_step=self.tr("The form works from text until you choose another."),
            )
        return NotFound(
            self.tr("One of the pictures to start from is not there any more."),
            next_step=self.tr("The form goes on with the others."),
        )

    @Slot()
    def _shape_untouched(self) -> None:
        """Ask another engine for the picture's shape too, unless a shape was chosen there."""
        engine, values = self._form.engine, self._form.values
        shaped = [field for role in SHAPED if (field := engine.by_role(role))]
        if all(values[field.name] == engine.defaults()[field.name] for field in shaped):
            self._follow_shape()

    def _follow_shape(self) -> None:
        """Ask for the shape of the picture that was taken first, which else would be squeezed."""
        engine, taken = self._form.engine, self._kept.get(self._first)
        if taken is None or engine.id in self._shaped:
            return
        self._shaped.add(engine.id)
        wanted = shape_values(engine, taken.width(), taken.height())
        if not wanted.items() <= self._form.values.items():
            self._form.follow(wanted)


async def _as_it_is(address: str) -> str:
    return address


def _png(picture: QImage) -> bytes:
    # By way of a file: a worker that uses a buffer can stop the window for ever.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pasted.png"
        if not picture.save(str(path)):
            raise SourceUnusable("The pasted picture cannot be read.")
        return path.read_bytes()
