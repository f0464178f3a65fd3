"""A form kept under a name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from civitai_desktop.domain.generation import Value

LONGEST_NAME = 80
"""In characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Settings that the form can take over at any time.

    Attributes:
        name: What it is called; no two are called the same.
        engine: The catalogue's engine id; it may have vanished since.
        values: By field name. A prompt that was empty is not among them, so that the preset
            leaves the form's own prompt alone.
    """

    name: str
    engine: str
    values: Mapping[str, Value]

    def is_in(
        self, engine_id: str, values: Mapping[str, Value], *, but: Collection[str] = ()
    ) -> bool:
        """Tell whether a form with these values is as this preset would make it.

        What the form has no field for, or no longer, tells nothing.

        Args:
            but: Names of fields that do not matter.
        """
        return engine_id == self.engine and all(
            values[name] == value
            for name, value in self.values.items()
            if name in values and name not in but
        )
