"""How many pictures of the gallery belong to which day, and what the days are called."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import accumulate

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from civitai_desktop.domain.generation import SortOrder


class Days:
    """Days and their numbers of pictures, in the gallery's order."""

    def __init__(
        self, days: Iterable[tuple[date, int]] = (), order: SortOrder = SortOrder.NEWEST
    ) -> None:
        self._order = order
        self._dates: list[date] = []
        self.counts: list[int] = []
        for day, count in days:
            self._dates.append(day)
            self.counts.append(count)

    def __len__(self) -> int:
        return len(self._dates)

    def day(self, position: int) -> date:
        """Return the day at this position."""
        return self._dates[position]

    def pictures_of(self, day: date) -> range:
        """Return the positions of a day's pictures; empty, at the right place, if it has none."""
        position = self._position(day)
        start = sum(self.counts[:position])
        there = position < len(self._dates) and self._dates[position] == day
        return range(start, start + (self.counts[position] if there else 0))

    def add(self, day: date) -> None:
        """Count one more picture."""
        position = self._position(day)
        if position == len(self._dates) or self._dates[position] != day:
            self._dates.insert(position, day)
            self.counts.insert(position, 0)
        self.counts[position] += 1

    def take(self, picture: int) -> None:
        """Count one picture less, the one at this position; a day without pictures goes."""
        position = bisect_right(list(accumulate(self.counts)), picture)
        self.counts[position] -= 1
        if not self.counts[position]:
            del self._dates[position], self.counts[position]

    def _position(self, day: date) -> int:
        if self._order is SortOrder.OLDEST:
            return bisect_left(self._dates, day)
        return bisect_left(self._dates, -day.toordinal(), key=_newest_first)


def _newest_first(day: date) -> int:
    return -day.toordinal()


def day_title(day: date, today: date) -> str:
    """Name a day as one says it: today, yesterday, the weekday, and its date further back."""
    ago = (today - day).days
    if ago == 0:
        return QCoreApplication.translate("Gallery", "Today")
    if ago == 1:
        return QCoreApplication.translate("Gallery", "Yesterday")
    if 1 < ago < 7:
        return QLocale().standaloneDayName(day.isoweekday())
    shape = "d MMMM" if day.year == today.year else "d MMMM yyyy"
    return QLocale().toString(QDate(day.year, day.month, day.day), shape)
