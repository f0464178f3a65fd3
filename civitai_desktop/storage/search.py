"""Words of prompts and of search texts, split the same way on both sides of the index."""

import re
import unicodedata

_NO_SPACES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana and Han
    "\uac00-\ud7af"  # Hangul
)
_SINGLE = re.compile(f"([{_NO_SPACES}])")
_ACCENTS = re.compile("[\u0300-\u036f]")
_BETWEEN = re.compile(r"[\W_]+")
_MOST_TERMS = 1000
"""Longer than any prompt; a whole book pasted into the field would take seconds to look for."""


def words(text: str) -> str:
    """Return the words of `text` with one space between them, without case and accents.

    The index takes them as they are: its own tokenizer `unicode61` would see a Japanese sentence
    as one word, does not know letters newer than itself, and `trigram` finds nothing shorter than
    three characters, where most Chinese and Japanese words have two. So scripts that put no space
    between words are taken apart into characters here, and found as phrases.
    """
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    plain = unicodedata.normalize("NFC", bare).casefold()
    return " ".join(_BETWEEN.sub(" ", _SINGLE.sub(r" \1 ", plain)).split())


def match_expression(text: str) -> str:
    """Return the FTS5 expression that finds prompts with every word of `text`.

    Words joined by a sign (a-b) must follow each other. The last word counts as a prefix if it
    has at least two characters. Everything is quoted, so no text is an operator or an error.

    Returns:
        The expression; empty if `text` has no word to look for.
    """
    terms = [term for term in map(words, text.split()) if term][:_MOST_TERMS]
    if not terms:
        return ""
    *_, last_word = terms[-1].split()
    prefix = "*" if len(last_word) >= 2 else ""
    return " ".join(f'"{term}"' for term in terms) + prefix
