"""Puts prompt and settings into pictures that came without, so that the files stand alone."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.generation import Generation, PictureFacts
from civitai_desktop.storage.picture_text import PictureResource, merged

TEXT_TO_IMAGE = "text-to-image"
_HOLDS_AIRS = frozenset({Kind.RESOURCE, Kind.RESOURCES, Kind.WEIGHTED_RESOURCES})
_LENGTHS = (None, 30_000, 15_000, 4_000)
"""In UTF-16 units, tried one after the other: how much there is room for, the container knows."""


class Describer:
    """Called with a part file before it gets its final name. The pixels are never touched."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __call__(self, part: Path, generation: Generation, index: int, facts: PictureFacts) -> None:
        """Leave a picture byte for byte as it was served if it has any text; else add ours.

        What counts as a text says `carries_text`. The library keeps prompt and settings in any
        case, of a picture that has another text too.

        Raises:
            FolderUnusable: The disk is full or gone.
        """
        # No picture comes before the window is there, which need not wait for it.
        from civitai_desktop.storage.metadata import carries_text, insert  # noqa: PLC0415

        if carries_text(part):
            return
        # A JPEG's EXIF block ends at 64 KB: then the words are shortened, and the settings kept.
        tried = ""
        for longest in _LENGTHS:
            text = self.text(generation, index, facts, longest=longest)
            if text == tried or insert(part, text):
                return
            tried = text

    def text(
        self,
        generation: Generation,
        index: int,
        facts: PictureFacts,
        *,
        longest: int | None = None,
    ) -> str:
        """Return what a picture's own text would say.

        Args:
            generation: What was asked for.
            index: Of the picture in its generation.
            facts: Its real size.
            longest: In UTF-16 units; both prompts are shortened to that, and the settings never.
        """
        from civitai_desktop.storage.metadata import compose  # noqa: PLC0415  as above

        request = generation.request
        engine = (
            self._catalogue.engine(request.engine) if request.engine in self._catalogue else None
        )
        sent: Mapping[str, Any] = (
            {each.role: request.input.get(each.name) for each in engine.fields} if engine else {}
        )
        return compose(
            prompt=request.prompt,
            engine=request.engine,
            workflow=_technique(engine, sent),
            negative_prompt=sent.get("negative_prompt") or "",
            steps=sent.get("steps"),
            sampler=sent.get("sampler"),
            scheduler=sent.get("scheduler"),
            guidance=sent.get("guidance"),
            seed=None if request.seed is None else request.seed + index,
            width=facts.width,
            height=facts.height,
            clip_skip=sent.get("clip_skip"),
            created_at=generation.created_at,
            resources=_resources(engine, request.input) if engine else (),
            longest=longest,
        )


def _technique(engine: Engine | None, sent: Mapping[str, Any]) -> str:
    """Return the site's name for how a picture was made; "" if nobody knows.

    The site calls an edit "img2img" too, and what follows behind a colon there it leaves out.
    """
    if engine is None:
        return ""
    return "img2img" if engine.operation != TEXT_TO_IMAGE or sent.get("source") else "txt2img"


def _resources(engine: Engine, sent: Mapping[str, object]) -> Sequence[PictureResource]:
    """Return whatever was sent by AIR, each version once, the checkpoint first."""
    fields = [each for each in engine.fields if each.kind in _HOLDS_AIRS]
    airs: list[tuple[str, float | None]] = []
    for field in sorted(fields, key=_is_no_checkpoint):
        airs.extend(_airs(sent.get(field.name)))
    found = (PictureResource.from_air(air, weight) for air, weight in airs)
    return merged(filter(None, found))


def _is_no_checkpoint(field: Field) -> bool:
    return field.role != "checkpoint"


def _airs(sent: Any) -> Iterable[tuple[str, float | None]]:
    """Return the AIRs of one field as it stands on the wire, with their weights."""
    if isinstance(sent, Mapping):
        return list(sent.items())
    entries = sent if isinstance(sent, list | tuple) else [sent] if sent else []
    return [
        (each["air"], each.get("strength")) if isinstance(each, Mapping) else (each, None)
        for each in entries
    ]
