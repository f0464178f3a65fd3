"""What somebody drops or pastes, as pictures that a generation can start from."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from civitai_desktop.domain.source import MEDIA_TYPES

_WEB = ("http", "https")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Pictures on their way into the form.

    Attributes:
        files: Files on this machine.
        content: A picture's bytes as another program encoded them; empty if there are none.
        picture: Pixels without a file, of a screenshot for example.
        addresses: Pictures on the web; Civitai fetches them, this program does not.
    """

    files: tuple[Path, ...] = ()
    content: bytes = b""
    picture: QImage | None = None
    addresses: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Tell whether it is more than an address, which may be meant as text."""
        return bool(self.files or self.content or self.picture)


def offered(content: QMimeData | None) -> Offer | None:
    """Return the pictures in what was dropped or pasted; None if there are none.

    The best there is: files before encoded bytes, those before pixels, pixels before an address.

    Args:
        content: None is what Qt gives for a clipboard that is empty.
    """
    if content is None:
        return None
    urls = content.urls() if content.hasUrls() else []
    if files := tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile()):
        return Offer(files=files)
    for media_type in MEDIA_TYPES.values():
        if content.hasFormat(media_type):
            return Offer(content=bytes(content.data(media_type).data()))
    if content.hasImage() and isinstance(picture := content.imageData(), QImage):
        return Offer(picture=picture)
    addresses = [url.toString() for url in urls if url.scheme() in _WEB]
    text = content.text().strip() if content.hasText() else ""
    if not addresses and text.startswith(("https://", "http://")) and len(text.split()) == 1:
        addresses = [text]
    return Offer(addresses=tuple(addresses)) if addresses else None
