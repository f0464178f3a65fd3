"""Days of the gallery: their names, and their numbers as pictures come and go."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from civitai_desktop.domain.generation import SortOrder
from civitai_desktop.ui.gallery.days import Days, day_title

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.fixture(autouse=True)
def english():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2026, 11, 22), "Today"),
        (date(2026, 11, 21), "Yesterday"),
        (date(2026, 11, 20), "Friday"),
        (date(2026, 11, 16), "Monday"),
        (date(2026, 11, 15), "15 November"),
        (date(2025, 12, 1), "1 December 2025"),
        (date(2026, 11, 23), "23 November"),
    ],
)
def test_a_day_is_called_as_one_says_it(day, title):
    assert day_title(day, TODAY) == title


@given(st.lists(st.integers(0, 9)), st.sampled_from(SortOrder))
def test_days_added_one_by_one_stand_in_order_with_their_numbers(offsets, order):
    days = Days(order=order)
    for offset in offsets:
        days.add(TODAY - timedelta(days=offset))

    in_order = sorted(set(offsets), reverse=order is SortOrder.OLDEST)
    assert [days.day(nr) for nr in range(len(days))] == [
        TODAY - timedelta(days=offset) for offset in in_order
    ]
    assert days.counts == [offsets.count(offset) for offset in in_order]


@given(st.lists(st.integers(1, 4), min_size=1), st.data())
def test_a_picture_is_taken_from_its_own_day(counts, data):
    listed = [(TODAY - timedelta(days=nr), count) for nr, count in enumerate(counts)]
    days = Days(listed)
    picture = data.draw(st.integers(0, sum(counts) - 1))
    owners = [day for day, count in listed for _ in range(count)]

    days.take(picture)

    left = [*owners[:picture], *owners[picture + 1 :]]
    assert [days.day(nr) for nr in range(len(days)) for _ in range(days.counts[nr])] == left
    assert all(days.counts)


def test_a_new_day_has_no_pictures_but_a_place():
    days = Days([(TODAY, 3), (TODAY - timedelta(days=2), 4)])

    assert days.pictures_of(TODAY) == range(3)
    assert days.pictures_of(TODAY - timedelta(days=1)) == range(3, 3)
    assert days.pictures_of(TODAY - timedelta(days=2)) == range(3, 7)
