"""Silhouettes of what a prompt names, as shapes on a square of 1 by 1 that stands on its foot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from civitai_desktop.sandbox.scenes.colours import Colour

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inks:
    """What a figure is drawn with: its body, whatever shines in it, and a face."""

    body: Colour
    glow: Colour
    face: Colour


class Pen:
    """Draws in a figure's own square: x from 0 to 1, y from 0 at the foot to 1 at the top."""

    def __init__(self, canvas: ImageDraw.ImageDraw, side: float, inks: "Inks") -> None:
        self._canvas = canvas
        self._side = side
        self.ink = inks.body
        self.glow = inks.glow
        self.face = inks.face

    def polygon(self, *points: Point, fill: Colour | None = None) -> None:
        """Fill a polygon."""
        self._canvas.polygon([self._at(*each) for each in points], fill=fill or self.ink)

    def oval(
        self, left: float, bottom: float, right: float, top: float, fill: Colour | None = None
    ) -> None:
        """Fill an ellipse."""
        box = (*self._at(left, top), *self._at(right, bottom))
        self._canvas.ellipse(box, fill=fill or self.ink)

    def box(
        self, left: float, bottom: float, right: float, top: float, fill: Colour | None = None
    ) -> None:
        """Fill a rectangle."""
        box = (*self._at(left, top), *self._at(right, bottom))
        self._canvas.rectangle(box, fill=fill or self.ink)

    def line(self, points: Sequence[Point], thick: float) -> None:
        """Draw a line; `thick` as a share of the square's side."""
        width = max(1, round(thick * self._side))
        self._canvas.line([self._at(*each) for each in points], self.ink, width, joint="curve")

    def _at(self, x: float, y: float) -> Point:
        return x * self._side, (1 - y) * self._side


def draw_figure(image: Image.Image, name: str, inks: Inks) -> None:
    """Draw a figure by its name over the whole of a square picture."""
    _DRAWN[name](Pen(ImageDraw.Draw(image), image.width, inks))


def _lighthouse(pen: Pen) -> None:
    pen.polygon((0.05, 0), (0.22, 0.08), (0.8, 0.08), (0.98, 0))
    pen.polygon((0.36, 0.06), (0.64, 0.06), (0.57, 0.76), (0.43, 0.76))
    pen.box(0.39, 0.76, 0.61, 0.79)
    pen.box(0.44, 0.79, 0.56, 0.89, fill=pen.glow)
    pen.polygon((0.41, 0.89), (0.59, 0.89), (0.5, 1.0))


def _boat(pen: Pen) -> None:
    pen.polygon((0.08, 0.14), (0.92, 0.14), (0.8, 0), (0.2, 0))
    pen.line([(0.48, 0.12), (0.48, 0.95)], 0.02)
    pen.polygon((0.5, 0.2), (0.5, 0.94), (0.86, 0.22))
    pen.polygon((0.45, 0.24), (0.45, 0.8), (0.18, 0.24))


def _castle(pen: Pen) -> None:
    for left, right, top in ((0.1, 0.28, 0.6), (0.72, 0.9, 0.6), (0.4, 0.6, 0.78)):
        pen.box(left, 0, right, top)
        pen.polygon((left - 0.03, top), (right + 0.03, top), ((left + right) / 2, top + 0.22))
    pen.box(0.2, 0, 0.8, 0.4)
    for left in (0.3, 0.42, 0.54, 0.66):
        pen.box(left, 0.4, left + 0.06, 0.46)
    for left, bottom in ((0.17, 0.44), (0.79, 0.44), (0.48, 0.6), (0.34, 0.2), (0.62, 0.2)):
        pen.box(left, bottom, left + 0.04, bottom + 0.08, fill=pen.glow)


def _house(pen: Pen) -> None:
    pen.box(0.16, 0, 0.84, 0.42)
    pen.polygon((0.06, 0.4), (0.94, 0.4), (0.72, 0.78), (0.28, 0.78))
    pen.box(0.66, 0.6, 0.76, 0.95)
    for left in (0.26, 0.6):
        pen.box(left, 0.14, left + 0.14, 0.3, fill=pen.glow)


def _cat(pen: Pen) -> None:
    pen.oval(0.24, 0, 0.7, 0.58)
    pen.oval(0.32, 0.46, 0.66, 0.8)
    pen.polygon((0.34, 0.68), (0.36, 0.96), (0.48, 0.76))
    pen.polygon((0.64, 0.68), (0.62, 0.96), (0.5, 0.76))
    pen.line([(0.64, 0.06), (0.84, 0.08), (0.92, 0.26), (0.84, 0.42)], 0.07)
    for left in (0.4, 0.53):
        pen.oval(left, 0.6, left + 0.05, 0.66, fill=pen.glow)


def _dog(pen: Pen) -> None:
    pen.oval(0.2, 0.26, 0.74, 0.54)
    for left in (0.24, 0.34, 0.6, 0.68):
        pen.polygon((left, 0), (left + 0.05, 0), (left + 0.07, 0.4), (left - 0.02, 0.4))
    pen.polygon((0.62, 0.4), (0.8, 0.74), (0.9, 0.62), (0.76, 0.34))
    pen.oval(0.68, 0.54, 0.88, 0.76)
    pen.polygon((0.82, 0.68), (1.0, 0.58), (0.84, 0.56))
    pen.polygon((0.7, 0.7), (0.7, 0.9), (0.8, 0.74))
    pen.polygon((0.24, 0.44), (0.02, 0.62), (0.06, 0.36), (0.22, 0.32))


def _fox(pen: Pen) -> None:
    pen.oval(0.3, 0.2, 0.74, 0.46)
    for left in (0.34, 0.42, 0.6, 0.68):
        pen.polygon((left, 0), (left + 0.035, 0), (left + 0.05, 0.32), (left - 0.01, 0.32))
    pen.polygon((0.36, 0.4), (0.02, 0.3), (0.0, 0.14), (0.16, 0.12), (0.38, 0.26))
    pen.polygon((0.64, 0.36), (0.7, 0.62), (0.86, 0.6), (0.78, 0.3))
    pen.polygon((0.66, 0.68), (0.9, 0.62), (0.99, 0.46), (0.7, 0.46))
    for left in (0.67, 0.79):
        pen.polygon((left, 0.62), (left + 0.04, 0.84), (left + 0.1, 0.62))
    pen.oval(0.8, 0.55, 0.84, 0.59, fill=pen.glow)


def _owl(pen: Pen) -> None:
    pen.line([(0.08, 0.08), (0.92, 0.13)], 0.05)
    pen.oval(0.28, 0.06, 0.72, 0.74)
    pen.oval(0.27, 0.52, 0.73, 0.92)
    pen.polygon((0.29, 0.76), (0.27, 1.0), (0.46, 0.88))
    pen.polygon((0.71, 0.76), (0.73, 1.0), (0.54, 0.88))
    for left in (0.34, 0.52):
        pen.oval(left, 0.66, left + 0.14, 0.8, fill=pen.glow)
        pen.oval(left + 0.045, 0.705, left + 0.095, 0.755)


def _horse(pen: Pen) -> None:
    pen.oval(0.16, 0.34, 0.7, 0.62)
    for left in (0.2, 0.29, 0.56, 0.64):
        pen.polygon((left, 0), (left + 0.04, 0), (left + 0.06, 0.46), (left - 0.02, 0.46))
    pen.polygon((0.56, 0.44), (0.72, 0.92), (0.84, 0.88), (0.72, 0.4))
    pen.polygon((0.7, 0.94), (0.98, 0.76), (0.92, 0.68), (0.72, 0.78))
    pen.polygon((0.7, 0.9), (0.72, 1.0), (0.78, 0.92))
    pen.polygon((0.2, 0.56), (0.04, 0.2), (0.1, 0.18), (0.24, 0.44))


def _birds(pen: Pen) -> None:
    for x, y, size in ((0.1, 0.6, 0.28), (0.44, 0.8, 0.36), (0.7, 0.52, 0.24), (0.36, 0.42, 0.2)):
        wing = size / 2
        pen.line(
            [(x, y + wing * 0.4), (x + wing * 0.55, y + wing * 0.5), (x + wing, y)], size * 0.07
        )
        pen.line(
            [(x + wing, y), (x + wing * 1.45, y + wing * 0.5), (x + size, y + wing * 0.4)],
            size * 0.07,
        )


def _whale(pen: Pen) -> None:
    pen.oval(0.02, 0.04, 0.78, 0.5)
    pen.polygon((0.64, 0.36), (0.92, 0.52), (0.86, 0.3), (0.7, 0.16))
    pen.polygon((0.88, 0.46), (0.84, 0.72), (0.96, 0.62), (1.0, 0.78), (1.0, 0.5))
    for x in (0.18, 0.3):
        pen.line([(0.24, 0.5), (0.24, 0.68), (x, 0.84)], 0.02)


def _person(pen: Pen) -> None:
    pen.oval(0.36, 0.62, 0.64, 1.0)
    pen.polygon((0.24, 0.0), (0.29, 0.52), (0.43, 0.66), (0.57, 0.66), (0.71, 0.52), (0.76, 0.0))
    pen.box(0.46, 0.6, 0.54, 0.72, fill=pen.face)
    pen.polygon((0.43, 0.655), (0.57, 0.655), (0.5, 0.54), fill=pen.face)
    pen.oval(0.4, 0.66, 0.6, 0.94, fill=pen.face)
    pen.polygon((0.38, 0.8), (0.4, 0.96), (0.6, 0.96), (0.62, 0.8), (0.58, 0.88), (0.46, 0.9))


def _robot(pen: Pen) -> None:
    pen.box(0.3, 0.68, 0.7, 0.94)
    pen.line([(0.5, 0.94), (0.5, 1.0)], 0.03)
    pen.box(0.44, 0.6, 0.56, 0.7)
    pen.polygon((0.18, 0.6), (0.82, 0.6), (0.74, 0.14), (0.26, 0.14))
    pen.box(0.06, 0.22, 0.16, 0.58)
    pen.box(0.84, 0.22, 0.94, 0.58)
    pen.box(0.32, 0, 0.44, 0.14)
    pen.box(0.56, 0, 0.68, 0.14)
    for left in (0.38, 0.54):
        pen.oval(left, 0.78, left + 0.09, 0.87, fill=pen.glow)
    pen.oval(0.44, 0.36, 0.56, 0.48, fill=pen.glow)


def _balloon(pen: Pen) -> None:
    pen.oval(0.16, 0.34, 0.84, 1.0)
    pen.polygon((0.22, 0.54), (0.78, 0.54), (0.58, 0.2), (0.42, 0.2))
    pen.oval(0.36, 0.34, 0.64, 1.0, fill=pen.glow)
    pen.box(0.42, 0.02, 0.58, 0.14)
    pen.line([(0.43, 0.12), (0.4, 0.24)], 0.01)
    pen.line([(0.57, 0.12), (0.6, 0.24)], 0.01)


def _windmill(pen: Pen) -> None:
    pen.polygon((0.32, 0), (0.68, 0), (0.58, 0.6), (0.42, 0.6))
    pen.polygon((0.4, 0.58), (0.6, 0.58), (0.5, 0.72))
    for x, y in ((0.12, 0.96), (0.9, 0.98), (0.92, 0.22), (0.1, 0.26)):
        across = (0.05, 0.05) if (x - 0.5) * (y - 0.6) < 0 else (0.05, -0.05)
        pen.polygon((0.5, 0.6), (x, y), (x + across[0], y + across[1]), (0.52, 0.6))
    pen.box(0.46, 0, 0.54, 0.14, fill=pen.glow)


def _cactus(pen: Pen) -> None:
    pen.line([(0.5, 0.0), (0.5, 0.92)], 0.16)
    pen.oval(0.42, 0.84, 0.58, 1.0)
    pen.line([(0.5, 0.36), (0.24, 0.38), (0.24, 0.66)], 0.1)
    pen.oval(0.19, 0.6, 0.29, 0.72)
    pen.line([(0.5, 0.46), (0.76, 0.48), (0.76, 0.78)], 0.1)
    pen.oval(0.71, 0.72, 0.81, 0.84)


def _mushroom(pen: Pen) -> None:
    pen.polygon((0.4, 0), (0.6, 0), (0.56, 0.5), (0.44, 0.5))
    pen.oval(0.12, 0.3, 0.88, 0.96)
    for left, bottom, size in ((0.26, 0.6, 0.1), (0.48, 0.74, 0.12), (0.64, 0.54, 0.09)):
        pen.oval(left, bottom, left + size, bottom + size, fill=pen.glow)


def _flower(pen: Pen) -> None:
    pen.line([(0.5, 0), (0.48, 0.3), (0.5, 0.62)], 0.04)
    pen.polygon((0.5, 0.14), (0.78, 0.36), (0.6, 0.12))
    pen.polygon((0.49, 0.22), (0.2, 0.42), (0.4, 0.16))
    for x, y in ((0.5, 0.84), (0.34, 0.76), (0.66, 0.76), (0.4, 0.6), (0.6, 0.6)):
        pen.oval(x - 0.13, y - 0.13, x + 0.13, y + 0.13)
    pen.oval(0.42, 0.63, 0.58, 0.79, fill=pen.glow)


def _car(pen: Pen) -> None:
    pen.polygon((0.02, 0.1), (0.98, 0.1), (0.96, 0.3), (0.8, 0.34), (0.04, 0.34))
    pen.polygon((0.2, 0.32), (0.32, 0.52), (0.62, 0.52), (0.78, 0.32))
    pen.polygon((0.27, 0.35), (0.35, 0.48), (0.46, 0.48), (0.46, 0.35), fill=pen.glow)
    pen.polygon((0.49, 0.35), (0.49, 0.48), (0.6, 0.48), (0.7, 0.35), fill=pen.glow)
    for left in (0.14, 0.68):
        pen.oval(left, 0, left + 0.18, 0.18)


def _vase(pen: Pen) -> None:
    pen.oval(0.26, 0.02, 0.74, 0.52)
    pen.box(0.34, 0, 0.66, 0.08)
    pen.polygon((0.42, 0.44), (0.58, 0.44), (0.62, 0.68), (0.38, 0.68))
    for x, y in ((0.36, 0.94), (0.52, 1.0), (0.66, 0.9)):
        pen.line([(0.5, 0.64), (x, y - 0.06)], 0.015)
        pen.oval(x - 0.07, y - 0.13, x + 0.07, y + 0.0, fill=pen.glow)


def _tree(pen: Pen) -> None:
    pen.polygon((0.42, 0), (0.6, 0), (0.54, 0.44), (0.48, 0.44))
    pen.line([(0.5, 0.3), (0.3, 0.52)], 0.04)
    pen.line([(0.52, 0.34), (0.72, 0.54)], 0.04)
    for x, y, size in ((0.3, 0.6, 0.2), (0.5, 0.78, 0.24), (0.7, 0.6, 0.2), (0.5, 0.58, 0.22)):
        pen.oval(x - size, y - size * 0.85, x + size, y + size * 0.85)


_DRAWN: dict[str, Callable[[Pen], None]] = {
    "lighthouse": _lighthouse,
    "boat": _boat,
    "castle": _castle,
    "house": _house,
    "cat": _cat,
    "dog": _dog,
    "fox": _fox,
    "owl": _owl,
    "horse": _horse,
    "birds": _birds,
    "whale": _whale,
    "person": _person,
    "robot": _robot,
    "balloon": _balloon,
    "windmill": _windmill,
    "cactus": _cactus,
    "mushroom": _mushroom,
    "flower": _flower,
    "car": _car,
    "vase": _vase,
    "tree": _tree,
}
