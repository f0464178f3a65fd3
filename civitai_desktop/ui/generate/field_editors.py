"""Which editor a kind of field has: one per kind, none per engine."""

from collections.abc import Mapping
from types import MappingProxyType

from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.ui.generate.editors.editor import Editor
from civitai_desktop.ui.generate.editors.numbers import NumberEditor, SeedEditor
from civitai_desktop.ui.generate.editors.shape import ShapeEditor
from civitai_desktop.ui.generate.editors.texts import ChoiceEditor, FlagEditor, TextEditor
from civitai_desktop.ui.generate.prompt.editor import PromptEditor
from civitai_desktop.ui.generate.resources.editors import (
    ResourceEditor,
    ResourcesEditor,
    WeightedResourcesEditor,
)

EDITORS: Mapping[Kind, type[Editor]] = MappingProxyType(
    {
        Kind.TEXT: TextEditor,
        Kind.INTEGER: NumberEditor,
        Kind.NUMBER: NumberEditor,
        Kind.FLAG: FlagEditor,
        Kind.CHOICE: ChoiceEditor,
        Kind.SEED: SeedEditor,
        Kind.RESOURCE: ResourceEditor,
        Kind.RESOURCES: ResourcesEditor,
        Kind.WEIGHTED_RESOURCES: WeightedResourcesEditor,
    }
)

BY_ROLE: Mapping[str, type[Editor]] = MappingProxyType(
    {
        "prompt": PromptEditor,
        "aspect_ratio": ShapeEditor,
        "image_size": ShapeEditor,
        "size": ShapeEditor,
    }
)
"""Roles whose editor is not that of their kind."""

SHAPES = ("aspect_ratio", "image_size", "size")
"""Roles of choices that are shapes or sizes of the picture."""

_WIDE = frozenset({*SHAPES, "strength"})
"""Roles whose caption or control needs the whole width."""

_COMPACT = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.CHOICE, Kind.SEED})


def is_compact(field: Field) -> bool:
    """Tell whether two editors like that of `field` stand side by side."""
    return field.kind in _COMPACT and field.role not in _WIDE


def editor_class(field: Field) -> type[Editor]:
    """Return what edits a field like this one."""
    return BY_ROLE.get(field.role, EDITORS[field.kind])


def editor_for(field: Field) -> Editor:
    """Make the editor of `field`, showing its default."""
    editor = editor_class(field)(field)
    editor.set_value(field.default)
    return editor
