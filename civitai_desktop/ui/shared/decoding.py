"""Decoding a picture file to look at it, at full size or smaller."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from civitai_desktop.domain.errors import DamagedPicture, NotFound


def read_picture(path: Path, cover: QSize | None = None) -> QImage:
    """Decode a picture file, turned as its EXIF data say. Call it on a worker thread.

    Args:
        path: Never a buffer: decoding one here while the UI thread decodes stops both for ever.
        cover: Decode at a reduced scale that still covers this many pixels; None for all of them.

    Returns:
        The picture in a format that is painted without conversion.

    Raises:
        NotFound: There is no such file.
        DamagedPicture: It does not decode.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if cover is not None and size.isValid():
        # Scaling comes before turning.
        turned = reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
        box = cover.transposed() if turned else cover
        scaled = size.scaled(box, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        if scaled.width() < size.width():
            reader.setScaledSize(scaled)
    picture = reader.read()
    if picture.isNull():
        if not path.exists():
            raise NotFound(f"The file {path} is missing.")
        reason = reader.errorString()
        raise DamagedPicture(f"{path.name} cannot be decoded: {reason}.", next_step="")
    formats = QImage.Format
    has_alpha = picture.hasAlphaChannel()
    return picture.convertToFormat(
        formats.Format_ARGB32_Premultiplied if has_alpha else formats.Format_RGB32
    )
