"""Decoding picture files: once when a picture arrives, for its thumbnail and its facts."""

import logging
import threading
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader, QImageWriter

from civitai_desktop.domain.errors import DamagedPicture
from civitai_desktop.domain.generation import PictureFacts
from civitai_desktop.services.pictures import checked_format
from civitai_desktop.ui.shared.decoding import is_beyond_us, opened

THUMBNAIL_PX = 320
"""Longest side of a thumbnail; tiles are half as large, which leaves room for dense screens."""

_QUALITY = 80
_MICRO_PX = 4
_LARGEST_PICTURE_MB = 1024
"""Decoded; Qt's own limit of 256 MB refuses a PNG of 8192 x 8192."""

_WRITABLE = ("png", "jpeg", "webp")

_log = logging.getLogger(__name__)


class QtPictureReader:
    """Decodes with Qt; a `PictureReader`. Safe to call from several worker threads at once."""

    def read(self, picture: Path, thumbnail: Path) -> PictureFacts:
        """Decode `picture` once and write its thumbnail, a JPEG of at most 320 px a side.

        What is not whole is refused before it is decoded: Qt fills it up with grey. A thumbnail
        that cannot be written is logged and no more: it is only a cache. What is too large for
        Qt, or of a kind that this Qt cannot read, is told without a preview.

        Raises:
            DamagedPicture: The file is missing, of another format, cut short, or does not decode.
        """
        reader = _checked(picture)
        size = reader.size()
        if max(size.width(), size.height()) > THUMBNAIL_PX:
            reader.setScaledSize(_within(size))
        image = reader.read()
        if image.isNull() and is_beyond_us(reader, size):
            _log.warning("%s cannot be shown: %s", picture.name, reader.errorString())
            known = size if size.isValid() else QSize(0, 0)
            return PictureFacts(width=known.width(), height=known.height(), micro=b"")
        if image.isNull():
            raise DamagedPicture(f"{picture.name} cannot be decoded: {reader.errorString()}.")
        if reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90:
            size.transpose()
        _write_thumbnail(image, thumbnail)
        return PictureFacts(width=size.width(), height=size.height(), micro=_micro(image))


def warm_up_image_plugins() -> None:
    """Use every image plugin once. Call it on the UI thread before the first worker starts.

    Loading a plugin on one thread while another decodes can stop both for ever.
    """
    QImageReader.setAllocationLimit(_LARGEST_PICTURE_MB)
    sample = QImage(2, 2, QImage.Format.Format_RGB32)
    sample.fill(Qt.GlobalColor.black)
    for kind in _WRITABLE:
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, kind.encode()).write(sample)
        QImage.fromData(content)
    unknown = QBuffer()
    unknown.setData(b"no picture at all")
    unknown.open(QIODevice.OpenModeFlag.ReadOnly)
    QImageReader(unknown).canRead()  # every plugin is asked whether this is one of its own


def _within(size: QSize) -> QSize:
    if max(size.width(), size.height()) <= THUMBNAIL_PX:
        return size
    longest = QSize(THUMBNAIL_PX, THUMBNAIL_PX)
    return size.scaled(longest, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def _checked(picture: Path) -> QImageReader:
    try:
        checked_format(picture)
        return opened(picture)
    except OSError as error:
        raise DamagedPicture(f"{picture.name} cannot be read: {error.strerror}.") from error
    except DamagedPicture as error:
        raise DamagedPicture(f"{picture.name}: {error.message}") from error


def _micro(image: QImage) -> bytes:
    small = image.scaled(
        _MICRO_PX, _MICRO_PX, mode=Qt.TransformationMode.SmoothTransformation
    ).convertToFormat(QImage.Format.Format_RGB888)
    return bytes(small.constBits())


def _write_thumbnail(image: QImage, thumbnail: Path) -> None:
    # Two threads may make the same thumbnail; each writes a file of its own and renames it.
    part = thumbnail.with_suffix(f".{threading.get_ident()}.part")
    try:
        thumbnail.parent.mkdir(parents=True, exist_ok=True)
        writer = QImageWriter(str(part), b"jpeg")
        writer.setQuality(_QUALITY)
        if writer.write(image.convertToFormat(QImage.Format.Format_RGB32)):
            part.replace(thumbnail)
        else:
            _log.warning("The thumbnail %s was not written: %s", thumbnail, writer.errorString())
            part.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("The thumbnail %s was not written: %s", thumbnail, error)
