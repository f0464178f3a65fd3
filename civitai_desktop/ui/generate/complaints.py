"""What stands under the form's fields: what the form finds wrong, and what the server refused."""

import re
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.terms import Terms

WALLET = "currencies"
MATURE = "allowMatureContent"
"""The terms' names; like the fields' own, they are the API's."""


class Complaints:
    """Sentences by field name, which an edit of the field settles.

    What was refused when the form was to be priced is settled by a price too. A price says nothing
    of what was refused when it was submitted: that stays until it is tried again.
    """

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._unpriced: dict[str, str] = {}

    def all(self) -> dict[str, str]:
        """Return every sentence that stands under a field now."""
        return {**self._unpriced, **self._refused, **self._found}

    @property
    def unpriced(self) -> Mapping[str, str]:
        """Return what keeps the form from being priced, as far as it belongs to a field."""
        return self._unpriced

    def find(self, found: Mapping[str, str]) -> None:
        """Add what the form has found wrong."""
        self._found.update(found)

    def refuse(self, engine: Engine, said: Mapping[str, str]) -> None:
        """Add what was refused when it was submitted; what belongs to no field is left out.

        Args:
            engine: Whose fields are shown.
            said: By the server's path, such as "steps[0].input.width" or "width".
        """
        self._refused.update(_by_field(engine, said))

    def refuse_to_price(self, engine: Engine, said: Mapping[str, str]) -> None:
        """Add what was refused when its price was asked for; else as `refuse`."""
        self._unpriced.update(_by_field(engine, said))

    def settle(self, *names: str) -> None:
        """Take away what is said of these, because they were edited."""
        for name in names:
            for said in (self._found, self._refused, self._unpriced):
                said.pop(name, None)

    def reconsider(self, names: Iterable[str], found: Mapping[str, str]) -> None:
        """Say of these what the form finds wrong now, because another field was edited.

        Only where something was said before: what is new waits for the pause in typing.
        """
        for name in names:
            if self._found.pop(name, "") and name in found:
                self._found[name] = found[name]

    def accept(self) -> bool:
        """Take away what kept the form from being priced; tell whether there was anything."""
        had_any = bool(self._unpriced)
        self._unpriced.clear()
        return had_any

    def clear(self) -> None:
        """Take everything away."""
        for said in (self._found, self._refused, self._unpriced):
            said.clear()


def first_of(complaints: Mapping[str, str], fields: Iterable[str]) -> str:
    """Return the first field that something is said of; one that is no field comes last."""
    return next((name for name in fields if name in complaints), next(iter(complaints)))


def of_terms(terms: Terms) -> dict[str, str]:
    """Return what is wrong with the terms, by name."""
    if terms.payers():
        return {}
    clash = "This Buzz does not pay for it: choose yellow or any, or keep it out."
    return {MATURE: QCoreApplication.translate("Terms", clash)}


def _by_field(engine: Engine, said: Mapping[str, str]) -> dict[str, str]:
    names = {name.lower(): name for name in (WALLET, MATURE)}
    names |= {field.name.lower(): field.name for field in engine.fields}
    meant = ((names.get(_field_meant(path).lower()), text) for path, text in said.items())
    return {name: text for name, text in meant if name}


def _field_meant(path: str) -> str:
    """Return the field that a path such as "$.steps[0].input.loras[0].air" speaks of."""
    within_input = re.split(r"\binput\.", path, flags=re.IGNORECASE)[-1]
    found = re.match(r"(?:\$\.)?(?!steps\[)(\w+)", within_input)
    return found.group(1) if found else ""
