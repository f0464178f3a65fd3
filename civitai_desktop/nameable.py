"""Folders whose names are bytes and no text, under a name that everything can write."""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import platformdirs

from civitai_desktop.storage.private import make_private
from civitai_desktop.storage.scan import is_text


def nameable(folder: Path) -> Path:
    """Return `folder`, or a link to it, which is then made, where its name is no text.

    Linux takes any bytes for a name, such as those of an old Latin-1 disk. Python carries them
    through; Qt, JSON and the texts of a database cannot. The link of a folder always has the same
    name, so that what was written down about it stays true.

    Raises:
        OSError: The name is no text, and the link cannot be made.
    """
    if is_text(str(folder)):
        return folder
    # A link into nothing is no folder, and none can be made in its place.
    folder.mkdir(parents=True, exist_ok=True)
    target = os.fsencode(Path.cwd() / folder)
    links = _place_of_links()
    link = links / hashlib.sha256(target).hexdigest()[:16]
    if not link.is_symlink() or os.fsencode(link.readlink()) != target:
        with suppress(FileNotFoundError):
            link.unlink()
        link.symlink_to(Path(os.fsdecode(target)))
    return link


def _place_of_links() -> Path:
    cache = Path(platformdirs.user_cache_dir("civitai-desktop", appauthor=False))
    if is_text(str(cache)):
        links = cache / "links"
    else:
        links = Path(tempfile.gettempdir()) / f"civitai-desktop-{os.getuid()}"
    make_private(links)
    # Everybody may write there: a folder that somebody else has put in the way leads anywhere.
    if links.is_symlink() or links.stat().st_uid != os.getuid():
        raise PermissionError(f"{links} belongs to somebody else")
    return links
