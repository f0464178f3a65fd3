"""Words of prompts and of search texts, split the same way on both sides of the index."""

import logging
import re
import sqlite3
import unicodedata
from collections.abc import Iterator

from civitai_desktop.domain.errors import LibraryUnusable
from civitai_desktop.storage.database import Database

log = logging.getLogger(__name__)

Ranges = tuple[tuple[int, int], ...]

VERSION = f"3 {unicodedata.unidata_version}"
"""Of what `words` returns; an index of another version is made anew."""

_NO_SPACES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x9FFF),  # Han
    (0xAC00, 0xD7AF),  # Hangul
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Scripts that put no space between words, the first and the last character of each."""

_ACCENTS = (
    (0x0300, 0x074A),  # on Latin, Greek, Cyrillic, Hebrew, Arabic and Syriac letters
    (0x0898, 0x08FF),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE2F),
    (0xE0100, 0xE01EF),
)
"""Where marks may be left out without making another word. Those of other scripts are vowels."""

_UNSEEN = "\u0640\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164"
"""What stretches a word or fills a place, though it counts as a letter, a mark or a sign."""

_ALIKE = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        "ŋ": "n",
        "ĸ": "k",
        "ə": "e",
        "ɛ": "e",
        "ɔ": "o",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{LATIN SMALL LETTER DOTLESS J}": "j",
        "\N{MODIFIER LETTER APOSTROPHE}": "'",
        "\N{MODIFIER LETTER TURNED COMMA}": "'",
        "\N{ARABIC LETTER ALEF WASLA}": "\N{ARABIC LETTER ALEF}",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
        "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER HEH GOAL}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER AE}": "\N{ARABIC LETTER HEH}",
    }
)
"""Letters without a decomposition that people write with others, in small letters."""

_WITH = re.compile(
    r"(?P<letter>(?:LATIN|CYRILLIC|GREEK) SMALL LETTER [A-Z-]+(?: [IU])?) WITH ", re.ASCII
)
_FLAG_OR_SIGN = re.compile("[\U0001f1e6-\U0001f1ff]{2}|\\S")
_ASCII_SIGNS = 0x10F000
"""A private place for them: the index takes an ASCII sign for the end of a word."""

_MOST_TERMS = 1000
"""Longer than any prompt; a whole book pasted into the field would take seconds to look for."""


class _Table(dict[int, str]):
    """For `str.translate`: what each character becomes, found out when it is first seen."""

    def __missing__(self, code: int) -> str:
        self[code] = found = self.found(chr(code))
        return found

    def found(self, character: str) -> str:
        """Return what a character becomes."""
        raise NotImplementedError


class _Plain(_Table):
    """Without marks, invisible characters, and whatever else is spelled in several ways."""

    def found(self, character: str) -> str:
        category = unicodedata.category(character)
        if category == "Cf" or character in _UNSEEN:
            return ""
        if category in {"Mn", "Me"} and _is_in(_ACCENTS, character):
            return ""
        if category == "Nd":
            return str(unicodedata.decimal(character))
        if ord(character) in _ALIKE:
            return str(_ALIKE[ord(character)])
        if parts := _WITH.match(unicodedata.name(character, "")):
            # A stroke or a hook is no mark of its own: nothing else says that it is an l.
            letter = unicodedata.lookup(parts["letter"])
            return str(_ALIKE.get(ord(letter), letter))
        return character


class _Words(_Table):
    """Spaces for everything between words, and around characters that are words."""

    def found(self, character: str) -> str:
        if not (character.isalnum() or unicodedata.category(character).startswith("M")):
            return " "
        return f" {character} " if _is_in(_NO_SPACES, character) else character


class _Signs(_Table):
    """Spaces for everything that is no sign, or cannot be seen."""

    def found(self, character: str) -> str:
        if character.isalnum() or unicodedata.category(character)[0] in "MZ":
            return " "
        return " " if unicodedata.category(character) in {"Cc", "Cs"} else character


class _Accents(_Table):
    """Spaces for everything but accents that stand alone, of which decomposing leaves nothing."""

    def found(self, character: str) -> str:
        stands_alone = unicodedata.normalize("NFKD", character).startswith(" ")
        return character if stands_alone and not character.isspace() else " "


_PLAIN, _WORDS, _SIGNS, _ALONE = _Plain(), _Words(), _Signs(), _Accents()


def words(text: str) -> str:
    """Return the words of `text` with one space between them, then each sign in it, once.

    Words are without case, accents and invisible characters. The index takes them as they are:
    its own tokenizer `unicode61` would see a Japanese sentence as one word, does not know letters
    newer than itself, and `trigram` finds nothing shorter than three characters, where most
    Chinese and Japanese words have two. So scripts that put no space between words are taken apart
    into characters here, and found as phrases. Signs come last, so that words which have one
    between them follow each other.
    """
    plain = _plain(text)
    return " ".join((*_split(plain), *dict.fromkeys(_signs(text, plain))))


def match_expression(text: str) -> str:
    """Return the FTS5 expression that finds prompts with every word of `text`.

    Words joined by a sign (a-b) must follow each other. The last word counts as a prefix if it
    has at least two characters. Emoji and other symbols count; signs of punctuation do only where
    nothing else is looked for. Everything is quoted, so no text is an operator or an error.

    Returns:
        The expression; empty if `text` has nothing to look for.
    """
    plain = _plain(text)
    terms: list[str] = []
    prefix = ""
    for part in plain.split()[:_MOST_TERMS]:
        prefix = ""
        if found := _split(part):
            terms.append(" ".join(found))
            prefix = "*" if len(found[-1]) >= 2 else ""
    signs = list(dict.fromkeys(_signs(text, plain)))[:_MOST_TERMS]
    symbols = [sign for sign in signs if _is_symbol(sign)]
    expression = " ".join(f'"{term}"' for term in terms) + prefix
    return " ".join(filter(None, (expression, *(f'"{sign}"' for sign in symbols)))) or " ".join(
        f'"{sign}"' for sign in signs
    )


def keep_current(database: Database) -> None:
    """Make the index anew if it was made by another version of `words`.

    Where the disk does not take it, the one there is finds what it found before, until the next
    start.
    """
    with database.reading() as connection:
        found = connection.execute("SELECT value FROM setting WHERE name = 'words'").fetchone()
    if found is not None and found[0] == VERSION:
        return
    try:
        with database.writing() as connection:
            _make_anew(connection)
    except LibraryUnusable as error:
        log.warning("The index of prompts stays as it is: %s", error)


def _make_anew(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO prompt_words (prompt_words) VALUES ('delete-all')")
    connection.executemany(
        "INSERT INTO prompt_words (rowid, words) VALUES (?, ?)",
        (
            (number, words(text))
            for number, text in connection.execute("SELECT id, text FROM prompt")
        ),
    )
    connection.execute("INSERT OR REPLACE INTO setting VALUES ('words', ?)", (VERSION,))


def _is_in(ranges: Ranges, character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    return unicodedata.normalize("NFC", bare)


def _split(plain: str) -> list[str]:
    return plain.translate(_WORDS).split()


def _signs(text: str, plain: str) -> Iterator[str]:
    """Yield every sign of a text, as the index knows it."""
    alone = "" if text.isascii() else text.translate(_ALONE)
    for sign in _FLAG_OR_SIGN.findall(plain.translate(_SIGNS) + alone):
        yield chr(_ASCII_SIGNS + ord(sign)) if sign.isascii() else sign


def _is_symbol(sign: str) -> bool:
    """Tell whether a sign is a picture rather than punctuation; new emoji have no category yet."""
    return unicodedata.category(sign[0]) in {"So", "Sk", "Cn"} and sign[0] > "\u00ff"
