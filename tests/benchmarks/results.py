"""What a benchmark has measured, as a line or as a row of the README's table."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

_COLUMNS = ("What", "Measured", "Against", "Ratio", "Goal", "Met")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measurement beside what it is held against, which was measured in the same run.

    Attributes:
        measured: In `unit`.
        against: What it is held against, in words.
        limit: The figure of that, in `unit`.
        goal: In words, such as "at most 1.5x".
        is_met: Whether the goal is reached; None where there is none.
    """

    name: str
    measured: float
    unit: str
    against: str
    limit: float
    goal: str
    is_met: bool | None

    def cells(self) -> tuple[str, ...]:
        """Return the texts of `_COLUMNS`."""
        return (
            self.name,
            f"{_figure(self.measured)} {self.unit}",
            f"{self.against}, {_figure(self.limit)} {self.unit}",
            f"{self.measured / self.limit:.2f}",
            self.goal,
            {True: "yes", False: "no", None: ""}[self.is_met],
        )


def against_limit(
    name: str, measured: float, unit: str, against: str, limit: float, times: float | None
) -> Result:
    """Judge by a ratio that must not be exceeded; None sets no goal."""
    return Result(
        name=name,
        measured=measured,
        unit=unit,
        against=against,
        limit=limit,
        goal="" if times is None else f"at most {times:g}x",
        is_met=None if times is None else measured <= times * limit,
    )


def measured(benchmark: str) -> list[Result]:
    """Run one benchmark by its name."""
    return list(import_module(f"tests.benchmarks.bench_{benchmark}").run())


def line(result: Result) -> str:
    """Return a result as people read it in a terminal."""
    name, measured, against, ratio, goal, met = result.cells()
    verdict = f" | {goal}: {'met' if met == 'yes' else 'NOT MET'}" if goal else ""
    return f"{name}: {measured} | {against} | ratio {ratio}{verdict}"


def table(results: Iterable[Result]) -> str:
    """Return the results as a table in Markdown."""
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *(result.cells() for result in results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _figure(value: float) -> str:
    """Return three significant digits, and never an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
