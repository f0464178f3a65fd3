"""What the details panel says of a picture, and where it comes from."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QObject, QSize, Signal
from PySide6.QtGui import QImage

from civitai_desktop.catalogue.engine import USUAL_NAMES, Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.alternatives import escape
from civitai_desktop.domain.errors import CivitaiError, UnknownEngine
from civitai_desktop.domain.generation import Generation, Image
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.tasks import TaskScope, Workers
from civitai_desktop.ui.gallery.days import day_title
from civitai_desktop.ui.shared.decoding import read_picture


def local_now() -> datetime:
    """Return the time here and now, with its zone."""
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the library knows of how a picture was made; empty where it does not know.

    Attributes:
        facts: By name ("steps", "cost", "workflow"), each a caption and a value.
    """

    negative_prompt: str = ""
    facts: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class DetailsPresenter(QObject):
    """Fetches what the panel shows of one picture. The last picture asked for wins."""

    origin_known = Signal(object)
    """An `Origin`."""
    preview_ready = Signal(QImage)
    """The thumbnail if there is one, then the sharp picture."""
    preview_failed = Signal(object)
    """A `NotFound` or `DamagedPicture` for the place of the preview."""

    def __init__(
        self,
        gallery: Gallery,
        catalogue: Catalogue,
        on_error: Callable[[CivitaiError], None],
        *,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        super().__init__()
        self._gallery = gallery
        self._catalogue = catalogue
        self._now = now
        self._tasks = TaskScope(on_error)
        self._workers = Workers("preview", 1)
        self._current: tuple[asyncio.Task[None], ...] = ()

    def facts(self, image: Image) -> dict[str, tuple[str, str]]:
        """Return what the picture's own row tells: by name, each a caption and a value."""
        return image_facts(image, self._catalogue, self._now())

    def path(self, image: Image) -> str:
        """Return where the picture's file lies, or lay; reads nothing."""
        return str(self._gallery.picture_path(image))

    def look_at(self, image: Image, preview: QSize) -> None:
        """Fetch the rest of a picture; the signals answer.

        Args:
            image: Which one.
            preview: What its preview must cover, in device pixels.
        """
        self.look_away()
        self._current = (
            self._tasks.spawn(self._find_origin(image), name="origin of a picture"),
            self._tasks.spawn(self._decode(image, preview), name="preview of a picture"),
        )

    def look_away(self) -> None:
        """Forget what was asked for; nothing of it is answered any more."""
        for task in self._current:
            task.cancel()
        self._current = ()

    async def aclose(self) -> None:
        """Stop, and wait for the picture that is being decoded."""
        await self._tasks.aclose()
        await asyncio.to_thread(self._workers.close)

    async def _find_origin(self, image: Image) -> None:
        generation = await self._gallery.generation(image.generation_id)
        self.origin_known.emit(
            Origin() if generation is None else origin(generation, self._catalogue)
        )

    async def _decode(self, image: Image, preview: QSize) -> None:
        with suppress(CivitaiError):  # the cache may be emptied at any time
            thumbnail = self._gallery.thumbnail_path(image.id)
            self.preview_ready.emit(await self._workers.run(read_picture, thumbnail))
        try:
            path = self._gallery.picture_path(image)
            self.preview_ready.emit(await self._workers.run(read_picture, path, preview))
        except CivitaiError as error:
            self.preview_failed.emit(error)


def image_facts(image: Image, catalogue: Catalogue, now: datetime) -> dict[str, tuple[str, str]]:
    """Return what a picture's own row tells: by name, each a caption and a value.

    Args:
        image: The picture.
        catalogue: For the engine's label.
        now: With its zone, in which the times are told.
    """
    saved = image.saved_at.astimezone(now.tzinfo)
    facts = {
        "engine": (_tr("Engine"), catalogue.label(image.engine)),
        "size": (_tr("Size"), _size(image)),
        "created": (_tr("Created"), f"{day_title(saved.date(), now.date())} {saved:%H:%M}"),
        "file": (_tr("File"), str(image.path)),
    }
    if image.seed is not None:
        facts["seed"] = (_tr("Seed"), str(image.seed))
    return facts


def origin(generation: Generation, catalogue: Catalogue) -> Origin:
    """Return what a picture's generation tells, by the roles of its engine's fields."""
    facts = {}
    engine = None
    with suppress(UnknownEngine):
        engine = catalogue.engine(generation.request.engine)
    negative_prompt = _sent(generation, engine, "negative_prompt")
    known = {
        caption: value
        for caption, role in ((_tr("Steps"), "steps"), (_tr("CFG"), "guidance"))
        if (value := _sent(generation, engine, role))
    }
    if known:
        facts["steps"] = (" / ".join(known), " / ".join(known.values()))
    if cost := cost_text(generation):
        facts["cost"] = (_tr("Cost"), cost)
    if generation.deviations:
        facts["deviations"] = (_tr("Differences"), generation.deviations)
    if generation.workflow_id:
        facts["workflow"] = (_tr("Workflow"), generation.workflow_id)
    if template := _template(generation, engine):
        facts["template"] = (_tr("Template"), template)
    return Origin(negative_prompt=negative_prompt, facts=facts)


def _size(image: Image) -> str:
    if not (image.width and image.height):
        return _tr("unknown")
    return f"{image.width} \N{MULTIPLICATION SIGN} {image.height}"


def _template(generation: Generation, engine: Engine | None) -> str:
    """Return the prompt as it was typed, where it stood for this one and others."""
    field = engine.by_role("prompt") if engine else None
    typed = generation.request.values.get(field.name) if field else None
    prompt = generation.request.prompt
    return typed if isinstance(typed, str) and typed not in {prompt, escape(prompt)} else ""


def cost_text(generation: Generation) -> str:
    """Say what was really charged, for all of the generation's pictures; "" if it is unknown."""
    if generation.cost is None:
        return ""
    quantity = generation.request.quantity
    if generation.deviations and generation.saved:
        # Perhaps not as many were made as were asked for.
        quantity = generation.saved
    if quantity == 1:
        return _tr("{cost} Buzz").format(cost=f"{generation.cost:,}")
    return _tr("{cost} Buzz for {n} images").format(cost=f"{generation.cost:,}", n=quantity)


def _sent(generation: Generation, engine: Engine | None, role: str) -> str:
    """Return the value sent in the field that plays `role`, or ""."""
    field = engine.by_role(role) if engine else None
    # Of an engine that has vanished, or was never known, the usual names are a good guess.
    name = USUAL_NAMES.get(role, "") if engine is None else field.name if field else ""
    value = generation.request.input.get(name)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Details", text)
