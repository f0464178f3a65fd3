"""Puts prompt and settings into pictures that came without, so that the files stand alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.generation import Generation, GenerationRequest, PictureFacts
from civitai_desktop.storage.metadata import PictureResource, carries_text, compose, insert


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
        if not carries_text(part):
            insert(part, self.text(generation, index, facts))

    def text(self, generation: Generation, index: int, facts: PictureFacts) -> str:
        """Return what a picture's own text would say."""
        request = generation.request
        sent = self._by_role(request)
        return compose(
            prompt=request.prompt,
            engine=request.engine,
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
            resources=_resources(sent),
        )

    def _by_role(self, request: GenerationRequest) -> dict[str, Any]:
        if request.engine not in self._catalogue:
            return {}
        fields = self._catalogue.engine(request.engine).fields
        return {field.role: request.input.get(field.name) for field in fields}


def _resources(sent: Mapping[str, Any]) -> list[PictureResource]:
    weights = sent.get("loras") or {}
    if not isinstance(weights, Mapping):
        weights = {each["air"]: each.get("strength") for each in weights}
    airs: dict[str, float | None] = {}
    if checkpoint := sent.get("checkpoint"):
        airs[checkpoint] = None
    airs |= weights
    airs |= dict.fromkeys(sent.get("embeddings") or ())
    found = (PictureResource.from_air(air, weight) for air, weight in airs.items())
    return [resource for resource in found if resource]
