"""Pictures that generations start from: kept by what is in them, with the blob each became."""

import hashlib
import threading
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from civitai_desktop.domain.errors import DamagedPicture, NotFound, SourceUnusable
from civitai_desktop.domain.source import MOST_BYTES, file_name, reference
from civitai_desktop.storage.atomic import write_whole
from civitai_desktop.storage.containers import PictureFormat, format_of, picture_format
from civitai_desktop.storage.private import make_private

_OTHERS = (
    (0, b"GIF8", "a GIF"),
    (0, b"BM", "a BMP"),
    (0, b"II*\0", "a TIFF"),
    (0, b"MM\0*", "a TIFF"),
    (4, b"ftypheic", "a HEIC picture"),
    (4, b"ftypheix", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (4, b"ftypavif", "an AVIF picture"),
)
_CONVERT = "Save it as PNG or JPEG in an image program and choose that file."


class SourceFolder:
    """Copies of the pictures that generations start from.

    A copy, because a generation that waits must send what was chosen, whatever becomes of the
    user's own file. Safe to call from several threads.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._writing = threading.Lock()

    def keep_file(self, path: Path) -> str:
        """Keep a picture file and return its reference.

        Raises:
            SourceUnusable: It cannot be read, is too large, or of a kind that Civitai refuses.
        """
        try:
            status = path.stat()
            if not (S_ISREG(status.st_mode) or S_ISDIR(status.st_mode)):
                # A pipe would be waited for.
                raise SourceUnusable(f"{path.name} is no file.", next_step="Choose another one.")
            if status.st_size > MOST_BYTES:
                raise _too_large(status.st_size)
            content = path.read_bytes()
        except OSError as error:
            raise SourceUnusable(f"{path.name} cannot be read: {error.strerror}.") from error
        return self.keep(content)

    def keep(self, content: bytes) -> str:
        """Keep a picture and return its reference.

        The bytes stay as they are, unless EXIF data say that the picture must be turned: not
        every engine heeds them.

        Raises:
            SourceUnusable: It is too large, of a kind that Civitai refuses, or does not decode.
        """
        kind = _kind(content)
        content = _upright(content, kind)
        if len(content) > MOST_BYTES:
            raise _too_large(len(content))
        name = reference(hashlib.sha256(content).hexdigest(), kind)
        try:
            self._write(self.path(name), content)
        except OSError as error:
            raise SourceUnusable(
                f"The picture could not be kept: {error.strerror}.",
                next_step="Make room on the disk of the data folder.",
            ) from error
        return name

    def path(self, name: str) -> Path:
        """Return where a reference's picture lies, or would lie; pure arithmetic.

        Raises:
            ValueError: `name` is no reference.
        """
        file = file_name(name)
        if file is None:
            raise ValueError(f"{name!r} names no picture of this machine")
        return self._root / file

    def has(self, name: str) -> bool:
        """Tell whether a reference's picture is there."""
        return self.path(name).exists()

    def read(self, name: str) -> bytes:
        """Return a reference's picture.

        Raises:
            NotFound: It is gone.
        """
        try:
            return self.path(name).read_bytes()
        except OSError as error:
            raise NotFound(
                "The picture to start from is not there any more.", next_step="Choose it again."
            ) from error

    def uploaded(self, name: str) -> str | None:
        """Return the id of the blob that a picture was uploaded as, or None."""
        with suppress(OSError):
            return self._note(name).read_text(encoding="utf-8") or None
        return None

    def remember(self, name: str, blob_id: str) -> None:
        """Take note of the blob that a picture was uploaded as.

        Raises:
            OSError: The data folder is full or read-only.
        """
        self._write(self._note(name), blob_id.encode())

    def _note(self, name: str) -> Path:
        return self.path(name).with_suffix(".blob")

    def _write(self, path: Path, content: bytes) -> None:
        with self._writing:
            make_private(self._root)
            write_whole(path, content)


def _kind(content: bytes) -> PictureFormat:
    if kind := picture_format(content):
        return kind
    for start, magic, other in _OTHERS:
        if content[start:].startswith(magic):
            said = f"This is {other}; Civitai takes PNG, JPEG and WebP."
            raise SourceUnusable(said, next_step=_CONVERT)
    if not content:
        raise SourceUnusable("This file is empty.", next_step="Choose another one.")
    said = "This is no PNG, JPEG or WebP picture, and Civitai takes no other."
    raise SourceUnusable(said, next_step=_CONVERT)


def _upright(content: bytes, kind: PictureFormat) -> bytes:
    """Make sure that a picture decodes; return it turned as its EXIF data say."""
    # The window opens without a source, and need not wait for what reads one.
    from civitai_desktop.storage.texts import orientation  # noqa: PLC0415
    from civitai_desktop.storage.upright import upright  # noqa: PLC0415

    try:
        format_of(BytesIO(content))
    except DamagedPicture as error:
        raise SourceUnusable("This picture is damaged: its end is missing.") from error
    return upright(content, kind, orientation(BytesIO(content), kind))


def _too_large(size: int) -> SourceUnusable:
    megabytes = size / (1024 * 1024)
    return SourceUnusable(
        f"This picture has {megabytes:.0f} MB; Civitai takes 64 MB.",
        next_step="Make it smaller in an image program, or save it as JPEG.",
    )
