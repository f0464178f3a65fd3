"""Opening a picture file, and decoding it to look at it, at full size or smaller."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from civitai_desktop.domain.errors import DamagedPicture, NotFound
from civitai_desktop.services.pictures import picture_format

_BYTES_PER_PIXEL = 8


def opened(path: Path) -> QImageReader:
    """Return a reader for a PNG, JPEG or WebP file, turning as its EXIF data say.

    The one way to a reader: left to itself Qt looks for a decoder by the content, and then an SVG
    with the name of a PNG is drawn, with all that it loads from elsewhere.

    Raises:
        DamagedPicture: It is of another format.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        kind = picture_format(file.read(12))
    if kind is None:
        said = f"{path.name} cannot be decoded: it is no PNG, JPEG or WebP picture."
        raise DamagedPicture(said, next_step="")
    reader = QImageReader(str(path), kind.encode())
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    return reader


def is_beyond_us(reader: QImageReader, size: QSize) -> bool:
    """Tell of a file that did not decode whether it need not be damaged for that.

    Qt says the same of a picture that is larger than its limit as of one that is damaged, but for
    the size that it has read. Some pictures take 8 bytes a pixel.

    Args:
        size: As the reader told it, before anything was scaled.
    """
    if reader.error() is QImageReader.ImageReaderError.UnsupportedFormatError:
        return True
    limit_mb = QImageReader.allocationLimit()
    decoded_mb = size.width() * size.height() * _BYTES_PER_PIXEL >> 20
    return size.isValid() and 0 < limit_mb <= decoded_mb


def read_picture(path: Path, cover: QSize | None = None) -> QImage:
    """Decode a picture file, turned as its EXIF data say. Call it on a worker thread.

    Args:
        path: Never a buffer: decoding one here while the UI thread decodes stops both for ever.
        cover: Decode at a reduced scale that still covers this many pixels; None for all of them.

    Returns:
        The picture in a format that is painted without conversion.

    Raises:
        NotFound: There is no such file.
        DamagedPicture: It cannot be read, or does not decode.
    """
    try:
        reader = opened(path)
    except FileNotFoundError as error:
        raise NotFound(f"The file {path} is missing.") from error
    except OSError as error:
        said = f"{path.name} cannot be read: {error.strerror}."
        raise DamagedPicture(said, next_step="") from error
    size = reader.size()
    if cover is not None and size.isValid():
        # Scaling comes before turning.
        turned = reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
        box = cover.transposed() if turned else cover
        scaled = size.scaled(box, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        if scaled.width() < size.width():
            reader.setScaledSize(scaled)
    picture = reader.read()
    if picture.isNull() and is_beyond_us(reader, size):
        raise DamagedPicture(
            f"{path.name} cannot be shown here: it is too large, or of a kind that is missing.",
            next_step="Open it with another program; the file is whole.",
        )
    if picture.isNull():
        reason = reader.errorString()
        raise DamagedPicture(f"{path.name} cannot be decoded: {reason}.", next_step="")
    formats = QImage.Format
    has_alpha = picture.hasAlphaChannel()
    return picture.convertToFormat(
        formats.Format_ARGB32_Premultiplied if has_alpha else formats.Format_RGB32
    )
