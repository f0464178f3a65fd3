"""The text about a picture inside its own file: found, and put in without touching a pixel."""

from pathlib import Path

from civitai_desktop.storage.containers import picture_format
from civitai_desktop.storage.files import folder_errors, part_beside
from civitai_desktop.storage.found import Purpose
from civitai_desktop.storage.insertion import edited, edits
from civitai_desktop.storage.parameters import PictureResource, PictureText, compose, parse
from civitai_desktop.storage.texts import texts

__all__ = [
    "PictureResource",
    "PictureText",
    "carries_text",
    "compose",
    "insert",
    "parse",
    "read_text",
]


def read_text(path: Path) -> str | None:
    """Return the text with prompt and settings from a PNG, JPEG or WebP file.

    What is written as A1111 and Civitai write it comes first, from wherever it stands; then
    whatever stands where it belongs. None if there is neither, or if the file is damaged or no
    such picture. Reads headers only.

    Raises:
        FolderUnusable: The file cannot be read.
    """
    elsewhere = other = None
    with folder_errors(path.parent), path.open("rb") as file:
        kind = picture_format(file.read(12))
        for found in texts(file, kind) if kind else ():
            if found.text is None or found.is_empty or found.purpose is Purpose.NAME:
                continue
            if found.purpose is Purpose.ABOUT:
                elsewhere = elsewhere or (found.text if found.has_settings else None)
            elif found.has_settings:
                return found.text
            else:
                other = other or found.text
    return elsewhere or other


def carries_text(path: Path) -> bool:
    """Tell whether a picture has a text of its own, which is then nobody's to change.

    Any text counts that people or programs can have meant for whoever reads the file: prompt and
    settings in any form, with or without a prompt; the JSON of ComfyUI, InvokeAI, NovelAI or
    anyone else; comments, descriptions and titles in PNG chunks, EXIF, XMP, IPTC or a JPEG's
    comment; and what cannot be read, because it is damaged, too long or in an unknown form.

    Bare names do not count (program, camera, artist such as Civitai's "ai", rights, dates), nor
    do colour profiles, previews and makers' notes: a picture with only these says nothing about
    how it was made.

    Raises:
        FolderUnusable: The file cannot be read.
    """
    with folder_errors(path.parent), path.open("rb") as file:
        kind = picture_format(file.read(12))
        return kind is not None and any(found.counts for found in texts(file, kind))


def insert(path: Path, text: str) -> bool:
    """Put `text` into a picture file in place of other settings; every pixel keeps its bytes.

    The file is replaced at once, so that a crash leaves the old one or the new one.

    Returns:
        Whether the file now has the text. A JPEG holds some 32,000 characters; a file that is
        no whole PNG, JPEG or WebP, or whose EXIF data are spoiled, none. It is left alone then.

    Raises:
        FolderUnusable: The disk is full or gone.
    """
    with folder_errors(path.parent):
        beside = part_beside(path)
        try:
            if not _written(path, text, beside):
                return False
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
    return True


def _written(path: Path, text: str, beside: Path) -> bool:
    """Write a picture with `text` to another file; False, and no file, where that cannot be."""
    with path.open("rb") as file:
        kind = picture_format(file.read(12))
        wanted = edits(file, kind, text) if kind else None
        if wanted is None:
            return False
        with beside.open("xb") as part:
            part.writelines(edited(file, wanted))
    return True
