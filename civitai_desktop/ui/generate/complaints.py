"""What stands under the form's fields: what the form finds wrong, and what the server refused."""

import re
from collections.abc import Container, Iterable, Mapping

from PySide6.QtCore import QCoreApplication

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.terms import Terms

WALLET = "currencies"
MATURE = "allowMatureContent"
"""The terms' names; like the fields' own, they are the API's."""


class Complaints:
    """Sentences by field name. The server's stay until they are settled by an edit or an answer."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._refused: dict[str, str] = {}

    def all(self) -> dict[str, str]:
        """Return every sentence that stands under a field now."""
        return {**self._refused, **self._found}

    def find(self, found: Mapping[str, str]) -> None:
        """Add what the form has found wrong."""
        self._found.update(found)

    def refuse(self, engine: Engine, said: Mapping[str, str]) -> None:
        """Add what the server refused; what belongs to no field is left to other places.

        Args:
            engine: Whose fields are shown.
            said: By the server's path, such as "steps[0].input.width" or "width".
        """
        names = {name.lower(): name for name in (WALLET, MATURE)}
        names |= {field.name.lower(): field.name for field in engine.fields}
        for path, text in said.items():
            if name := names.get(_field_meant(path).lower()):
                self._refused[name] = text

    def settle(self, *names: str) -> None:
        """Take away what is said of these, because they were edited."""
        for name in names:
            self._found.pop(name, None)
            self._refused.pop(name, None)

    def accept(self, unseen: Container[str]) -> bool:
        """Take away what the server refused before and takes now; tell whether there was anything.

        Args:
            unseen: Fields that it was not shown; what is said of them stays.
        """
        left = {name: text for name, text in self._refused.items() if name in unseen}
        was_refused = left != self._refused
        self._refused = left
        return was_refused

    def clear(self) -> None:
        """Take everything away."""
        self._found.clear()
        self._refused.clear()


def first_of(complaints: Mapping[str, str], fields: Iterable[str]) -> str:
    """Return the first field that something is said of; one that is no field comes last."""
    return next((name for name in fields if name in complaints), next(iter(complaints)))


def of_terms(terms: Terms) -> dict[str, str]:
    """Return what is wrong with the terms, by name."""
    if terms.payers():
        return {}
    clash = "This Buzz does not pay for it: choose yellow or any, or keep it out."
    return {MATURE: QCoreApplication.translate("Terms", clash)}


def _field_meant(path: str) -> str:
    """Return the field that a path such as "$.steps[0].input.loras[0].air" speaks of."""
    within_input = re.split(r"\binput\.", path, flags=re.IGNORECASE)[-1]
    found = re.match(r"(?:\$\.)?(?!steps\[)(\w+)", within_input)
    return found.group(1) if found else ""
