"""Which commands a few typed words mean, the likeliest first."""

import unicodedata
from collections.abc import Iterable, Sequence

from civitai_desktop.ui.shared.commands import Command, said, shown_key

_NO_MATCH = 6


def ranked(
    commands: Iterable[Command],
    typed: str,
    recent: Sequence[str] = (),
    unavailable: frozenset[str] = frozenset(),
) -> list[Command]:
    """Return the commands that have every typed word, in any order.

    How well they fit comes first, then what can be done now, then what was done last.

    Args:
        commands: In the order that is kept where nothing else decides.
        typed: Words, or their beginnings, or some of their letters in order.
        recent: Ids, the last one first.
        unavailable: Ids of what cannot be done now.
    """
    words = _plain(typed).split()
    whole = " ".join(words)
    found: list[tuple[bool, int, bool, int, Command]] = []
    for command in commands:
        fit = sum(_fit(word, command) for word in words) if words else 0
        if all(_fit(word, command) < _NO_MATCH for word in words):
            last = recent.index(command.id) if command.id in recent else len(recent)
            is_other = bool(words) and _plain(said(command.text)) != whole
            found.append((is_other, fit, command.id in unavailable, last, command))
    return [command for *_rank, command in sorted(found, key=lambda each: each[:4])]


def _fit(word: str, command: Command) -> int:
    """Return how well one word fits: 0 for the name's beginning, `_NO_MATCH` for no."""
    name = _plain(said(command.text))
    around = _plain(f"{said(command.menu)} {said(command.hint)}")
    key = _plain(shown_key(command.key))
    fits = (
        name.startswith(word),
        any(part.startswith(word) for part in name.split()),
        word in name or word == key,
        any(part.startswith(word) for part in around.split()),
        word in around,
        # As of who types quickly; of one letter it would say nothing.
        len(word) > 1 and _has_letters(name, word),
    )
    return next((fit for fit, it_fits in enumerate(fits) if it_fits), _NO_MATCH)


def _has_letters(name: str, word: str) -> bool:
    if not any(part.startswith(word[0]) for part in name.split()):
        return False
    letters = iter(name)
    return all(letter in letters for letter in word)


def _plain(text: str) -> str:
    """Return `text` in small letters without accents, which need not be typed."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
