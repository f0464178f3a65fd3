"""Which of the resources that a text tells of an engine's form can take over, by version."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.domain.generation import Value
from civitai_desktop.services.pasted_form import Setting
from civitai_desktop.storage.picture_text import PictureResource, PictureText

_TYPES = {
    "checkpoint": ("checkpoint", "model", "diffuser", "diffusionmodel", "unet"),
    "loras": ("lora", "locon", "lycoris", "lyco", "loha", "lokr", "dora"),
    "embeddings": ("embed", "embedding", "embeddings", "textualinversion"),
    "vae": ("vae",),
    "text_encoder": ("textencoder", "textencoders", "clip", "clipl", "t5", "t5xxl"),
}
"""By what a field holds, what such resources are called in a text, signs left away."""
NAMES = {
    "checkpoint": "Checkpoint",
    "loras": "LoRAs",
    "embeddings": "Embeddings",
    "vae": "VAE",
    "text_encoder": "Text encoders",
}
"""What people call it where the engine has no name for it."""
_HOLDS_RESOURCES = frozenset({Kind.RESOURCE, Kind.RESOURCES, Kind.WEIGHTED_RESOURCES})


@dataclass(frozen=True, slots=True)
class TakenResources:
    """What becomes of a text's resources; the form's fields look them up by their numbers.

    Attributes:
        values: By field name.
        settings: All of them, those that are left too.
    """

    values: dict[str, Value] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)

    def take(self, into: Field, told: Sequence[PictureResource]) -> None:
        """Take over what fits into a field."""
        fitting = [each for each in told if not _weight_refusal(into, each)]
        if fitting:
            self.values[into.name] = _value(into, fitting)
            self.settings.append(Setting(name=into.label, text=_texts(fitting)))
        for each in told:
            if each not in fitting:
                self.leave(into.label, [each], _weight_refusal(into, each))

    def leave(self, name: str, told: Sequence[PictureResource], why: str) -> None:
        """Note why some are left."""
        if told:
            self.settings.append(Setting(name=name, text=_texts(told), why=why))


def take_resources(told: PictureText, engine: Engine) -> TakenResources:
    """Find a field for each resource that a text tells of."""
    taken = TakenResources()
    left = list(told.resources)
    # Our own text has them in the order of the fields.
    is_ours = told.settings.get("engine") == engine.id
    for held, types in _TYPES.items():
        some = [each for each in left if _kind(each) in types]
        left = [each for each in left if each not in some]
        if some:
            _take_kind(taken, some, held, _holding(engine, held), is_ours=is_ours)
    why = "The text does not say what it is; choose it under Advanced."
    taken.leave("Other resources", [each for each in left if not each.type], why)
    taken.leave("Other resources", [each for each in left if each.type], "Not known here.")
    return taken


def _take_kind(
    taken: TakenResources,
    told: Sequence[PictureResource],
    held: str,
    fields: Sequence[Field],
    *,
    is_ours: bool,
) -> None:
    if not fields:
        taken.leave(NAMES[held], told, "This engine takes none.")
    elif len(fields) == 1 or held == "checkpoint":
        for each in fields:
            most = 1 if each.kind is Kind.RESOURCE else len(told)
            taken.take(each, told[:most])
            told = told[most:]
        most_of_all = "one" if len(fields) == 1 else str(len(fields))
        taken.leave(fields[0].label, told, f"This engine takes {most_of_all}.")
    elif is_ours and len(told) == len(fields):
        for each, resource in zip(fields, told, strict=True):
            taken.take(each, [resource])
    else:
        names = " or ".join(each.label for each in fields)
        why = f"The text does not say whether it is {names}; choose it under Advanced."
        taken.leave(NAMES[held], told, why)


def _holding(engine: Engine, held: str) -> list[Field]:
    """Return the fields that take such resources, the one that is meant first of all first."""
    fields = [each for each in engine.fields if each.kind in _HOLDS_RESOURCES]
    found = [each for each in fields if held in {each.role, each.resource}]
    return sorted(found, key=lambda each: each.role != held)


def _kind(resource: PictureResource) -> str:
    return re.sub(r"[\W_]", "", resource.type).casefold()


def _texts(told: Iterable[PictureResource]) -> str:
    return "; ".join(map(_text, told))


def _text(resource: PictureResource) -> str:
    weight = "" if resource.weight is None else f", weight {resource.weight:g}"
    return f"version {resource.version_id}{weight}"


def _value(into: Field, told: Sequence[PictureResource]) -> Value:
    ids = [str(each.version_id) for each in told]
    if into.kind is Kind.WEIGHTED_RESOURCES:
        weights = (1.0 if each.weight is None else each.weight for each in told)
        return dict(zip(ids, weights, strict=True))
    return tuple(ids) if into.kind is Kind.RESOURCES else ids[0]


def _weight_refusal(into: Field, resource: PictureResource) -> str:
    weight = resource.weight
    if into.kind is not Kind.WEIGHTED_RESOURCES or weight is None:
        return ""
    if into.min is not None and weight < into.min:
        return f"Its weight must be at least {into.min:g}."
    if into.max is not None and weight > into.max:
        return f"Its weight must be at most {into.max:g}."
    return ""
