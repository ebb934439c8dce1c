"""Whole months, and the quarters and years they make."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

ALL = "all"
"""The key of a whole period."""
LONGEST = 240
"""How many months a period may have."""
_WRITTEN = re.compile(r"((?:19|20)\d\d)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class Span:
    """A month, or what a period has of a quarter or a year: its first and its last day."""

    key: str
    first: date
    last: date


def keys(year: int, month: int) -> tuple[str, str, str, str]:
    """The keys of a month and of the quarter, the year and the whole that it belongs to."""
    return f"{year}-{month:02}", f"{year}-Q{(month + 2) // 3}", f"{year}", ALL


def last_day(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, from the first one's first day to the last one's last day."""

    first: date
    last: date

    @property
    def months(self) -> tuple[Span, ...]:
        """Each month."""
        spans: list[Span] = []
        first = self.first
        while first <= self.last:
            spans.append(Span(keys(first.year, first.month)[0], first, last_day(first)))
            first = spans[-1].last + timedelta(days=1)
        return tuple(spans)

    @property
    def quarters(self) -> tuple[Span, ...]:
        """Each quarter, as far as it lies in the period."""
        return _joined(self.months, lambda day: keys(day.year, day.month)[1])

    @property
    def years(self) -> tuple[Span, ...]:
        """Each year, as far as it lies in the period."""
        return _joined(self.months, lambda day: keys(day.year, day.month)[2])

    @property
    def is_too_long(self) -> bool:
        """Whether it has more months than fit into one report."""
        return len(self.months) > LONGEST

    def columns(self, year: Span) -> tuple[Span, ...]:
        """The columns of a year's table: its months, after each quarter's the quarter itself."""
        part = Period(year.first, year.last)
        every = [*part.months, *part.quarters]
        return tuple(sorted(every, key=lambda span: (span.last, -span.first.toordinal())))


def _joined(months: Iterable[Span], key: Callable[[date], str]) -> tuple[Span, ...]:
    grouped = [(name, list(group)) for name, group in groupby(months, key=lambda m: key(m.first))]
    return tuple(Span(name, group[0].first, group[-1].last) for name, group in grouped)


def read(text: str) -> Period:
    """Read `2019-05`, `2019-Q2` or `2019`; raises ValueError for anything else."""
    match = _WRITTEN.fullmatch(text.strip().upper())
    if match is None:
        raise ValueError(f"{text} is no month, quarter or year.")
    year, quarter, month = (int(part) if part else 0 for part in match.groups())
    first = month or quarter * 3 - 2 if month or quarter else 1
    last = month or quarter * 3 or 12
    return Period(date(year, first, 1), last_day(date(year, last, 1)))


def between(first: str, last: str, otherwise: Period) -> Period:
    """From the beginning of one text to the end of another, in whichever order they come.

    Where one is empty, `otherwise` begins or ends it. Raises ValueError as `read` does.
    """
    ends = (
        read(first) if first else Period(otherwise.first, otherwise.first),
        read(last) if last else Period(otherwise.last, otherwise.last),
    )
    return Period(min(one.first for one in ends), max(one.last for one in ends))
