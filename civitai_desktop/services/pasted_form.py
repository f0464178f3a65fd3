"""What a pasted text means for a form. How it is read, `generation_data` knows."""

from collections.abc import Mapping
from dataclasses import dataclass

from civitai_desktop.domain.generation import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that the text tells.

    Attributes:
        name: As people read it, such as "Guidance".
        text: Its value, in the text's own words.
        why: Why the form cannot take it over, with the next step; empty if it can.
    """

    name: str
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedForm:
    """What a text with generation data means for one engine's form.

    Attributes:
        text: As it was pasted.
        values: What the form would take over, by field name.
        settings: All that the text tells, in the order of the form.
    """

    text: str
    values: Mapping[str, Value]
    settings: tuple[Setting, ...]
