"""Brings back what was under way from the journal, where the library has lost it."""

import sqlite3
from typing import Protocol

from civitai_desktop.domain.generation import Generation
from civitai_desktop.storage.journal import Journal, Kept, further_of, perhaps_sent


class Shelves(Protocol):
    """The library, as far as it takes what comes back."""

    def generation(self, generation_id: str) -> Generation | None:
        """Return a generation, or None if the library does not know it."""

    def add_generation(self, generation: Generation) -> None:
        """Record a generation."""

    def update_generation(self, generation: Generation) -> None:
        """Record how far a generation has come."""


def take_up(journal: Journal, library: Shelves) -> str:
    """Bring back what is in the journal and not in the library.

    Returns:
        What the user should know, with the next step; "" usually.
    """
    for kept in journal.read():
        _take_up(kept, journal, library)
    lost = 0
    for generation_id in journal.damaged:
        known = library.generation(generation_id)
        lost += known is None
        if known is not None:
            # What the file said beyond the row is not known any more.
            library.update_generation(perhaps_sent(known))
    return _told(len(journal.damaged), lost) if journal.damaged else ""


def _take_up(kept: Kept, journal: Journal, library: Shelves) -> None:
    known = library.generation(kept.generation.id)
    if known is None:
        try:
            library.add_generation(perhaps_sent(kept.generation))
        except (ValueError, OverflowError, sqlite3.Error) as error:
            # Written by another hand: the library takes no such row.
            journal.refuse(kept.generation.id, error)
    elif known.state.is_terminal or not kept.is_proven:
        journal.keep(known)
    elif further := further_of(known, kept.generation):
        library.update_generation(further)


def _told(files: int, lost: int) -> str:
    were = "1 file was" if files == 1 else f"{files} files were"
    told = f"{were} damaged in the folder “under-way”, and set aside there."
    if not lost:
        return f"{told} The library knows what they were about: nothing is lost."
    return (
        f"{told} The library does not know what {lost} of them told of: pictures that are missing "
        "here are kept at civitai.com for 30 days."
    )
