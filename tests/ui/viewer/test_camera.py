"""Where the picture stands in the viewer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from civitai_desktop.ui.viewer.camera import Camera

sides = st.integers(1, 8000)
points = st.builds(QPointF, st.floats(-500, 3000), st.floats(-500, 3000))


def camera(picture=(2000, 1000), window=(1000, 800)) -> Camera:
    made = Camera()
    made.resize(QSizeF(*window))
    made.show(QSizeF(*picture))
    return made


def test_a_large_picture_is_fitted_and_in_the_middle():
    made = camera()
    assert made.scale == 0.5
    assert made.target() == QRectF(0, 150, 1000, 500)
    assert not made.can_pan


def test_a_small_picture_fills_the_window_too():
    assert camera((100, 80)).scale == 10


def test_a_fitted_picture_follows_the_window():
    made = camera()
    made.resize(QSizeF(500, 800))
    assert made.target() == QRectF(0, 275, 500, 250)


@pytest.mark.parametrize("at", [QPointF(500, 400), QPointF(120, 300), QPointF(990, 500)])
def test_what_is_under_the_pointer_stays_there(at):
    made = camera()
    before = (at - made.target().topLeft()) / made.scale
    made.zoom_by(3, at)
    after = (at - made.target().topLeft()) / made.scale

    assert made.scale == 1.5
    assert (after - before).manhattanLength() < 1e-6


def test_zooming_in_and_out_again_ends_fitted():
    made = camera()
    for factor in (1.25, 1.25, 1 / 1.25, 1 / 1.25):
        made.zoom_by(factor, QPointF(10, 10))
    assert made.is_fitted


def test_a_small_picture_shrinks_to_its_own_size_and_no_further():
    made = camera((100, 80))
    for _ in range(40):
        made.zoom_by(1 / 1.25, QPointF(500, 400))
    assert made.scale == 1
    assert made.target() == QRectF(450, 360, 100, 80)


def test_there_is_an_end_to_zooming_in():
    made = camera()
    for _ in range(100):
        made.zoom_by(1.25, QPointF(500, 400))
    assert made.scale == 16


def test_the_picture_cannot_be_pushed_out_of_the_window():
    made = camera()
    made.zoom_to(1, QPointF(500, 400))
    made.pan(QPointF(9999, 9999))
    assert made.target().topLeft() == QPointF(0, 0)
    made.pan(QPointF(-9999, -9999))
    assert made.target().bottomRight() == QPointF(1000, 800)


@given(picture=st.tuples(sides, sides), window=st.tuples(sides, sides), at=points, by=points)
def test_wherever_it_is_moved_it_leaves_no_gap(picture, window, at, by):
    made = camera(picture, window)
    made.zoom_by(2.5, at)
    made.pan(by)
    target = made.target()

    for low, high, room in (
        (target.left(), target.right(), window[0]),
        (target.top(), target.bottom(), window[1]),
    ):
        if high - low >= room:
            assert low <= 1e-3
            assert high >= room - 1e-3
        else:
            assert abs(low + high - room) < 1e-3


def test_without_a_picture_or_a_window_nothing_is_divided_by_nothing():
    made = Camera()
    made.zoom_by(2, QPointF(3, 3))
    made.pan(QPointF(3, 3))
    assert made.target().isEmpty()
