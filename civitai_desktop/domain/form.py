"""The form as the user left it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedForm:
    """What the form goes back to at the next start.

    Attributes:
        engine: The chosen engine's id; it may have vanished from the catalogue since.
        values: Per engine id, the values by field name; kept when one switches and comes back.
        favourites: Ids of engines the user has marked, the first marked first.
        recents: Ids of the engines chosen before this one, newest first.
        sources: Pictures to start from, whatever the engine: references or addresses.
        operation: What is to be done with them where an engine can do several things; "" if it was
            never chosen.
        terms: Of every request, whatever the engine.
    """

    engine: str = ""
    values: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    favourites: tuple[str, ...] = ()
    recents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    operation: str = ""
    terms: Terms = field(default_factory=Terms)
