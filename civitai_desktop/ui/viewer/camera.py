"""Where the picture stands in the viewer: arithmetic only."""

from PySide6.QtCore import QPointF, QRectF, QSizeF

_LARGEST = 16.0
"""Screen pixels per picture pixel."""

_SLACK = 1.001
"""Zooming in and out again ends a rounding error away from where it began."""


class Camera:
    """Maps a picture into a window, fitted or at a scale around a point.

    Everything is in the screen's own pixels, so a scale of 1 shows each pixel of the picture as
    exactly one. A picture that is smaller than the window stands in its middle; a larger one
    never leaves a gap.
    """

    def __init__(self) -> None:
        self._picture = QSizeF()
        self._window = QSizeF()
        self._scale: float | None = None
        self._middle = QPointF()

    @property
    def picture(self) -> QSizeF:
        """Return the picture's size in its own pixels."""
        return self._picture

    @property
    def is_fitted(self) -> bool:
        """Tell whether the picture follows the window's size."""
        return self._scale is None

    @property
    def scale(self) -> float:
        """Return the screen pixels per picture pixel."""
        return self._fitting_scale() if self._scale is None else self._scale

    @property
    def can_pan(self) -> bool:
        """Tell whether the picture is larger than the window in any direction."""
        size = self._picture * self.scale
        return size.width() > self._window.width() or size.height() > self._window.height()

    def show(self, picture: QSizeF) -> None:
        """Begin with another picture, fitted."""
        self._picture = picture
        self.fit()

    def resize(self, window: QSizeF) -> None:
        """Take another size of the window."""
        self._window = window
        self._keep_inside()

    def fit(self) -> None:
        """Show the whole picture, as large as it goes."""
        self._scale = None
        self._middle = QPointF(self._picture.width() / 2, self._picture.height() / 2)

    def zoom_to(self, scale: float, at: QPointF) -> None:
        """Change the scale so that what is under `at` stays there; small enough means fitted."""
        fitting = self._fitting_scale()
        if fitting <= 1.0 and scale <= fitting * _SLACK:
            self.fit()
            return
        scale = min(max(scale, min(fitting, 1.0)), max(_LARGEST, fitting))
        fixed = self._to_picture(at)
        self._scale = scale
        self._middle = fixed - self._from_centre(at) / scale
        self._keep_inside()

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Multiply the scale; see `zoom_to`."""
        self.zoom_to(self.scale * factor, at)

    def pan(self, by: QPointF) -> None:
        """Move the picture by so many screen pixels, as far as it goes."""
        self._middle -= by / self.scale
        self._keep_inside()

    def target(self) -> QRectF:
        """Return where the whole picture lies, in the window's coordinates."""
        scale = self.scale
        size = self._picture * scale
        centre = QPointF(self._window.width() / 2, self._window.height() / 2)
        return QRectF(centre - self._middle * scale, size)

    def _fitting_scale(self) -> float:
        if self._picture.isEmpty() or self._window.isEmpty():
            return 1.0
        return min(
            self._window.width() / self._picture.width(),
            self._window.height() / self._picture.height(),
        )

    def _to_picture(self, at: QPointF) -> QPointF:
        return self._middle + self._from_centre(at) / self.scale

    def _from_centre(self, at: QPointF) -> QPointF:
        return at - QPointF(self._window.width() / 2, self._window.height() / 2)

    def _keep_inside(self) -> None:
        seen = self._window / self.scale
        self._middle = QPointF(
            _kept(self._middle.x(), seen.width(), self._picture.width()),
            _kept(self._middle.y(), seen.height(), self._picture.height()),
        )


def _kept(middle: float, seen: float, whole: float) -> float:
    if seen >= whole:
        return whole / 2
    return min(max(middle, seen / 2), whole - seen / 2)
