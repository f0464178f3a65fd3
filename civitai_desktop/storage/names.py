"""What a saved picture is called: a pattern, filled in and made safe on every system."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from civitai_desktop.domain.errors import InvalidInput

DEFAULT_PATTERN = "{time}-{prompt}"

TOKENS = ("time", "prompt", "date", "seed", "engine", "workflow", "n")

_SLUG_CHARACTERS = 40
_STEM_CHARACTERS = 100
"""Leaves the longest ordinary folder room within Windows' 260 characters."""
_STEM_BYTES = 200
"""In UTF-8; Linux and macOS allow a name 255, and a number and an extension come behind."""
_FALLBACK = "picture"
_APOSTROPHES = "'\u2019"
_TOKEN = re.compile(r"\{([^{}]*)\}")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureName:
    """What a picture's place and name are made from.

    Attributes:
        created_at: When Generate was pressed, with a time zone; the local day names the folder.
        seed: Of this very picture; None where the engine has none.
        engine: The catalogue's engine id.
        workflow_id: The server's.
        index: Position in its generation, from 0.
        quantity: Number of pictures in its generation, at least 1.
    """

    created_at: datetime
    prompt: str
    seed: int | None
    engine: str
    workflow_id: str
    index: int = 0
    quantity: int = 1


def check_pattern(pattern: str) -> None:
    """Make sure that a pattern can be filled in.

    Raises:
        InvalidInput: It has a token that does not exist; the message names it.
    """
    for token in _TOKEN.findall(pattern):
        if token not in TOKENS:
            known = ", ".join(f"{{{name}}}" for name in TOKENS)
            raise InvalidInput(f"{{{token}}} is not one of {known}.")


def day_folder(name: PictureName) -> str:
    """Return the folder's name, e.g. "2026-11-22"."""
    return name.created_at.astimezone().date().isoformat()


def stem(pattern: str, name: PictureName) -> str:
    """Fill in `pattern`; the result, with any extension, is a safe file name on every system.

    The same name gives the same stem again, so a download taken up after a restart finds its
    file. Pictures of one generation are numbered even if the pattern does not ask for it.

    Raises:
        InvalidInput: As `check_pattern`.
    """
    check_pattern(pattern)
    local = name.created_at.astimezone()
    values: Mapping[str, str] = {
        "time": f"{local:%H%M%S}",
        "date": f"{local:%Y-%m-%d}",
        "prompt": _slug(name.prompt) or _FALLBACK,
        "seed": "" if name.seed is None else str(name.seed),
        "engine": name.engine,
        "workflow": name.workflow_id,
        "n": str(name.index + 1),
    }
    filled = _shortened(_safe(_TOKEN.sub(lambda match: values[match[1]], pattern))) or _FALLBACK
    if name.quantity > 1 and "{n}" not in pattern:
        filled += f"-{name.index + 1}"
    return f"_{filled}" if _RESERVED.match(filled) else filled


def sample(pattern: str) -> str:
    """Show what `pattern` makes of a picture, e.g. "2026-11-22/140211-paper-boat.jpg".

    Raises:
        InvalidInput: As `check_pattern`.
    """
    name = PictureName(
        created_at=datetime(2026, 11, 22, 14, 2, 11),  # noqa: DTZ001  local, as it is shown
        prompt="Paper boat",
        seed=1234567,
        engine="z-image-turbo",
        workflow_id="0-20261122140211",
    )
    return str(PurePosixPath(day_folder(name), stem(pattern, name) + ".jpg"))


def common_spelling(name: str) -> str:
    """Return what a name has in common with those that a system may take for the same.

    Windows and macOS do not tell capitals from small letters, and macOS not how é is composed.
    """
    return unicodedata.normalize("NFC", name).casefold()


def _slug(prompt: str) -> str:
    """Join the first words, letters of any script, lower-case, with hyphens."""
    lowered = unicodedata.normalize("NFC", prompt).lower()
    kept = "".join(
        character if unicodedata.category(character)[0] in "LMN" else " "
        for character in lowered
        # Apostrophes and invisible joiners stand inside words, they do not end them.
        if character not in _APOSTROPHES and unicodedata.category(character) != "Cf"
    )
    slug = ""
    for word in kept.split():
        longer = f"{slug}-{word}" if slug else word[:_SLUG_CHARACTERS]
        if len(longer) > _SLUG_CHARACTERS:
            break
        slug = longer
    return slug


def _safe(text: str) -> str:
    spaced = "".join(" " if character.isspace() else character for character in text)
    printable = "".join(c for c in spaced if unicodedata.category(c)[0] != "C")
    allowed = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", printable))
    # A token without a value leaves two separators where there should be one.
    return re.sub(r"([-_ .])\1+", r"\1", allowed)


def _shortened(text: str) -> str:
    cut = text.strip("-_ .")[:_STEM_CHARACTERS]
    return cut.encode()[:_STEM_BYTES].decode(errors="ignore").rstrip("-_ .")
