"""What is to be known of a prompt before it is sent: what this engine does not understand in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.weights import knows_weights
from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.prompt_syntax import foreign

_MOST = 3
"""Excerpts that are shown; where there are more, these are example enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What stands under a prompt.

    Attributes:
        text: In whole sentences.
        doubt: What is asked once before it is sent; "" where it harms nobody.
    """

    text: str
    doubt: str = ""


def remarks(engine: Engine, values: Mapping[str, Value]) -> dict[str, Remark]:
    """Return what is not understood in the prompts, by field name."""
    found: dict[str, Remark] = {}
    for role in ("prompt", "negative_prompt"):
        field = engine.by_role(role)
        prompt = str(values.get(field.name) or "") if field else ""
        remark = _remark(engine, prompt, has_choices=role == "prompt") if prompt else None
        if field and remark:
            found[field.name] = remark
    return found


def _remark(engine: Engine, prompt: str, *, has_choices: bool) -> Remark | None:
    said = foreign(prompt, weighs=knows_weights(engine), has_choices=has_choices)
    texts: list[str] = []
    doubt = ""
    if said.filled_in:
        parts = _listed(said.filled_in)
        texts.append(f"Not understood here, and sent as it stands: {parts}.")
        doubt = f"Another program would fill in {parts}. Here it is sent as it stands."
    if said.weighed:
        texts.append(f"This engine does not weigh words: {_listed(said.weighed)} is read as text.")
    return Remark(text=" ".join(texts), doubt=doubt) if texts else None


def _listed(parts: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{part}”" for part in parts[:_MOST])
    return f"{shown} …" if len(parts) > _MOST else shown
