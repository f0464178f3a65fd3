"""What somebody drops or pastes, as pictures that a generation can start from."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from civitai_desktop.domain.source import MEDIA_TYPES
from civitai_desktop.services.named_pictures import Named, address_of, named_in, shown_in

_FORMATS = (*MEDIA_TYPES.values(), "image/jpg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Pictures on their way into the form.

    Attributes:
        files: Files on this machine.
        content: A picture's bytes as another program encoded them; empty if there are none.
        picture: Pixels without a file, of a screenshot for example.
        data: `data:` addresses, which hold the picture itself.
        addresses: Pictures on the web; Civitai fetches them, this program does not.
        is_in_text: Whether they only stand in a text, which may be meant as one.
    """

    files: tuple[Path, ...] = ()
    content: bytes = b""
    picture: QImage | None = None
    data: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    is_in_text: bool = False


def offered(content: QMimeData | None) -> Offer | None:
    """Return the pictures in what was dropped or pasted; None if there are none.

    The best there is: files before encoded bytes, those before pixels, pixels before the pictures
    of a page, those before an address or a path in a text.

    Args:
        content: None is what Qt gives for a clipboard that is empty.
    """
    if content is None:
        return None
    urls = [
        address_of(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        for url in (content.urls() if content.hasUrls() else ())
    ]
    if files := tuple(path for each in urls for path in each.files):
        return Offer(files=files)
    for media_type in _FORMATS:
        if content.hasFormat(media_type):
            return Offer(content=bytes(content.data(media_type).data()))
    if content.hasImage() and isinstance(picture := content.imageData(), QImage):
        return Offer(picture=picture)
    if content.hasHtml():
        named, has_text = shown_in(content.html())
        if named:
            return _of(named, is_in_text=has_text)
    linked = Named(
        data=tuple(data for each in urls for data in each.data),
        addresses=tuple(address for each in urls for address in each.addresses),
    )
    named = linked or named_in(content.text() if content.hasText() else "")
    # An address may be meant as a text; bytes, and where files lie on this machine, are not.
    return _of(named, is_in_text=not (named.data or named.files)) if named else None


def says_more(content: QMimeData) -> bool:
    """Tell whether there is a text that says anything beside which pictures are meant."""
    text = content.text() if content.hasFormat("text/plain") else ""
    return bool(text.strip()) and not named_in(text)


def _of(named: Named, *, is_in_text: bool) -> Offer:
    return Offer(
        files=named.files, data=named.data, addresses=named.addresses, is_in_text=is_in_text
    )
