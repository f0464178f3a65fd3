"""Folders among the user's pictures that other programs and systems keep for themselves."""

import re

_NAMES = frozenset(
    {
        # Windows: what was deleted, restore points, what a check of the disk has cut loose.
        "$recycle.bin",
        "recycler",
        "recycled",
        "system volume information",
        "$windows.~bt",
        # Linux and Android: what a check of the disk has cut loose.
        "lost+found",
        "lost.dir",
        # macOS, also what it leaves on drives of others and in archives.
        "__macosx",
        "network trash folder",
        "temporary items",
        "ipod photo cache",
        # Drives in the network (Synology, QNAP, Samba, NetApp): previews, trash, older versions.
        "@eadir",
        "@recycle",
        "@recently-snapshot",
        "@tmp",
        "@sharebin",
        "#recycle",
        "#snapshot",
        "~snapshot",
        # Programs that keep folders in step: what they have replaced or deleted.
        "_gsdata_",
        "_syncapp",
        "$syncthing",
        "dropbox cache",
        "dropbox.cache",
        "syncarchive",
        "syncignore",
        "syncid",
    }
)
"""By their names in small letters; those that begin with a dot are hidden anyway."""

_ALIKE = re.compile(
    r"found\.\d{3}|trash-\d+|@__thumb"
    # Libraries of photo programs: a folder that is one document, full of previews.
    r"|.*\.(photoslibrary|photolibrary|migratedphotolibrary|aplibrary|lrdata|lrlibrary)"
)


def is_foreign(name: str) -> bool:
    """Tell whether a folder of this name holds nothing that the user put there as a picture.

    Hidden folders are among them: `.Trash-1000`, `.dtrash`, `.stversions`, `.thumbnails` ...
    """
    small = name.casefold()
    return small.startswith(".") or small in _NAMES or _ALIKE.fullmatch(small) is not None
