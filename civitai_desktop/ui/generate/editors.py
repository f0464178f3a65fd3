"""Which editor a kind of field has: one per kind, none per engine."""

from collections.abc import Mapping
from types import MappingProxyType

from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.ui.generate.editor import Editor
from civitai_desktop.ui.generate.number_editors import NumberEditor, SeedEditor
from civitai_desktop.ui.generate.prompt_editor import PromptEditor
from civitai_desktop.ui.generate.resource_editors import (
    ResourceEditor,
    ResourcesEditor,
    WeightedResourcesEditor,
)
from civitai_desktop.ui.generate.text_editors import ChoiceEditor, FlagEditor, TextEditor

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

COMPACT = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.CHOICE, Kind.SEED})
"""Kinds of which two stand side by side."""


def editor_for(field: Field) -> Editor:
    """Make the editor of `field`, showing its default."""
    kind = PromptEditor if field.role == "prompt" else EDITORS[field.kind]
    editor = kind(field)
    editor.set_value(field.default)
    return editor
