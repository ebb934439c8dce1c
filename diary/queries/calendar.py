"""The journey as a calendar: its months by place, the silent ones among them, a picture for each.

What is drawn is counted first: a short journey is drawn post by post, of a long one each month of
a place is one block with its number.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Date, and_, column, func, select, values
from sqlalchemy.orm import Session

from diary.models import UNDATED, Lab, Origin, Post, Provenance, Revision
from diary.queries.cards import shown_pictures
from diary.queries.journey import (
    EVERYTHING,
    Filters,
    conditions,
    filtered,
    month_bounds,
    tallied,
)
from diary.queries.kept import kept
from diary.queries.posts import PICTURED, PUBLIC
from diary.queries.rows import LabRef, PictureView

WHOLE_PROJECT = ""
LONGEST_SILENCE = 6  # months drawn one by one
MOST_SQUARES = 400
"""Posts of a calendar that are drawn one by one."""
MOST_IN_CELL = 24
"""Posts of a place in a month that are drawn one by one."""

Counts = Mapping[str, int]
"""Numbers of posts by the slug of their lab, of the whole project's by WHOLE_PROJECT."""


@dataclass(frozen=True, slots=True)
class Square:
    """A post as the calendar draws it."""

    slug: str
    heading: str
    lang: str
    dated: date
    precision: str
    lab_slug: str
    provenance: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of one place: its posts, or of too many their number alone."""

    first: date
    lab: LabRef | None
    count: int
    squares: tuple[Square, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the journey; one without posts is silent."""

    first: date
    counts: Counts
    squares: tuple[Square, ...] = ()
    """All its posts in order of their day; none where there are too many of them."""
    picture: PictureView | None = None
    quiet: int = 0
    """How many silent months before it are told by their number alone: a long silence would
    push the months apart."""
    reason: str = ""
    """Why it is silent, or why those were that are told by their number."""

    @property
    def total(self) -> int:
        """How many posts it has."""
        return sum(self.counts.values())

    def cell(self, lab: LabRef | None) -> Cell:
        """What it has of one place."""
        slug = lab.slug if lab else WHOLE_PROJECT
        count = self.counts.get(slug, 0)
        squares = tuple(square for square in self.squares if square.lab_slug == slug)
        return Cell(self.first, lab, count, squares if count <= MOST_IN_CELL else ())


@dataclass(frozen=True, slots=True)
class LabRow:
    """A place's months in a row; without a place, the whole project's."""

    lab: LabRef | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A calendar as it is printed: months in columns, places in rows."""

    months: tuple[Month, ...]
    rows: tuple[LabRow, ...]


MOST_COLUMNS = 30
"""Months that stand beside each other on one sheet; a longer journey has a sheet per year."""


Span = tuple[date, date]
"""A first day and the day after the last."""


def calendar(
    session: Session,
    filters: Filters = EVERYTHING,
    span: Span | None = None,
    reasons: Mapping[str, str] | None = None,
) -> tuple[Month, ...]:
    """The months from the first post's to the last's, those of a short silence among them.

    Undated posts come last, as a month that begins on UNDATED.
    `reasons` say why a month is silent, by its key such as `2019-07`.
    """
    counts = _counts(session, filters, span)
    few = sum(sum(of.values()) for of in counts.values()) <= MOST_SQUARES
    squares = _squares(session, filters, span) if few else {}
    found = [Month(first, of, squares.get(first, ())) for first, of in sorted(counts.items())]
    undated = [found.pop()] if found and found[-1].first == UNDATED else []
    return (*_with_silent_months(found, reasons or {}), *undated)


@kept
def _counts(
    session: Session, filters: Filters, span: Span | None
) -> Mapping[date, Mapping[str, int]]:
    """By month and lab. Where the tally does not know, days are counted, not months: of these no
    database knows much."""
    if (known := tallied(session, filters, span)) is not None:
        return known
    counted = (
        select(Post.dated, Lab.slug, func.count())
        .outerjoin(Lab, Post.lab_id == Lab.id)
        .where(PUBLIC, *conditions(filters), *_within(span))
        .group_by(Post.dated, Lab.slug)
    )
    counts: defaultdict[date, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for dated, slug, count in session.execute(counted):
        counts[dated.replace(day=1)][slug or WHOLE_PROJECT] += count
    return counts


def _within(span: Span | None) -> tuple[ColumnElement[bool], ...]:
    return (Post.dated >= span[0], Post.dated < span[1]) if span else ()


@kept
def _squares(
    session: Session, filters: Filters, span: Span | None
) -> dict[date, tuple[Square, ...]]:
    statement = (
        filtered(filters)
        .where(*_within(span))
        .outerjoin(Lab, Post.lab_id == Lab.id)
        .outerjoin(Provenance, Provenance.post_id == Post.id)
        .with_only_columns(
            func.coalesce(Post.slug, ""),
            Revision.heading,
            Revision.lang,
            Post.dated,
            Post.precision,
            func.coalesce(Lab.slug, WHOLE_PROJECT),
            func.coalesce(Provenance.origin, Origin.WRITTEN),
        )
        .order_by(Post.dated, Post.sequence)
    )
    squares: defaultdict[date, list[Square]] = defaultdict(list)
    for row in session.execute(statement):
        square = Square(*row)
        squares[square.dated.replace(day=1)].append(square)
    return {first: tuple(of) for first, of in squares.items()}


def _with_silent_months(months: Iterable[Month], reasons: Mapping[str, str]) -> Iterable[Month]:
    expected: date | None = None
    for month in months:
        silent: list[Month] = []
        while expected and expected < month.first:
            silent.append(Month(expected, {}, reason=reasons.get(f"{expected:%Y-%m}", "")))
            expected = _next(expected)
        if len(silent) <= LONGEST_SILENCE:
            yield from silent
            yield month
        else:
            said = dict.fromkeys(one.reason for one in silent if one.reason)
            yield replace(month, quiet=len(silent), reason=" · ".join(said))
        expected = _next(month.first)


def _next(first: date) -> date:
    return month_bounds(first.year, first.month)[1]


def with_pictures(
    session: Session, months: Iterable[Month], filters: Filters = EVERYTHING
) -> tuple[Month, ...]:
    """The months, each with the first picture of a chosen post that may be seen: two queries."""
    months = tuple(months)
    firsts = _first_pictured(session, filters, tuple(one.first for one in months if one.total))
    pictures = shown_pictures(session, tuple(firsts.values()))
    return tuple(
        replace(month, picture=next(iter(pictures[firsts[month.first]]), None))
        if month.first in firsts
        else month
        for month in months
    )


@kept
def _first_pictured(
    session: Session, filters: Filters, firsts: tuple[date, ...]
) -> dict[date, int]:
    """Per month, the revision of its first post that shows a picture."""
    if not firsts:
        return {}
    begins, ends = column("begins", Date), column("ends", Date)
    months = values(begins, ends).data([(first, _next(first)) for first in firsts]).cte("months")
    inside = and_(PUBLIC, Post.dated >= months.c.begins, Post.dated < months.c.ends)
    pictured = (
        select(Post.live_id)
        .where(inside, *conditions(filters), PICTURED)
        .order_by(Post.dated, Post.sequence)
        .limit(1)
        .scalar_subquery()
        .correlate(months)
    )
    rows = session.execute(select(months.c.begins, pictured))
    return {first: live for first, live in rows if live}


def most(months: Iterable[Month]) -> int:
    """The most posts of a place in a month: what blocks are measured by."""
    return max((count for month in months for count in month.counts.values()), default=1)


def sheets(months: tuple[Month, ...], labs: tuple[LabRef, ...]) -> tuple[Sheet, ...]:
    """The calendar's sheets: one, or of a long journey one per year."""
    if len(months) <= MOST_COLUMNS:
        return (_sheet(months, labs),) if months else ()
    years = dict.fromkeys(month.first.year for month in months)
    return tuple(
        _sheet(tuple(month for month in months if month.first.year == year), labs) for year in years
    )


def _sheet(months: tuple[Month, ...], labs: tuple[LabRef, ...]) -> Sheet:
    rows = (LabRow(lab, tuple(month.cell(lab) for month in months)) for lab in (*labs, None))
    return Sheet(months, tuple(row for row in rows if any(cell.count for cell in row.cells)))
