"""What is wrong with a body, collected by path so that the client hears all of it at once."""

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], str | None]
"""Returns what is wrong with a value, None when it is acceptable."""


class Refused(ValueError):
    """A body cannot be accepted as it is.

    Attributes:
        errors: Path of each wrong value (e.g. "steps[0].input.width") to what is wrong with it.
    """

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{path}: {' '.join(texts)}" for path, texts in errors.items()))
        self.errors = errors


class Complaints:
    """Collects complaints and refuses when there are any."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, path: str, text: str) -> None:
        """Complain about the value at `path`."""
        self._found.setdefault(path, []).append(f"{text[0].upper()}{text[1:]}.")

    def check(self, values: Mapping[str, Any], prefix: str, known: Mapping[str, Check]) -> None:
        """Check each value by its name; a name without a check is an unknown field."""
        for name, value in values.items():
            if name not in known:
                self.add(prefix + name, "this field is unknown")
            elif text := known[name](value):
                self.add(prefix + name, text)

    def refuse_if_any(self) -> None:
        """Raise `Refused` with all that was collected, if anything was."""
        if self._found:
            raise Refused(self._found)
