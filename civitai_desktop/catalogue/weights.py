"""Which engines read `(word:1.1)` in a prompt as a weight."""

from civitai_desktop.catalogue.engine import Engine

_ECOSYSTEMS = frozenset({"sd1", "sdxl"})
"""Whose text encoder is CLIP, and whose programs weigh its tokens. To the others' encoders, which
are language models, parentheses and numbers are words like any other."""


def knows_weights(engine: Engine) -> bool:
    """Tell whether an engine weighs the words of its prompt."""
    return engine.discriminators.get("ecosystem") in _ECOSYSTEMS
