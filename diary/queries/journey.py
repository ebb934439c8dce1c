"""The journey: all published posts in order of their day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Row,
    Select,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    null,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from diary.models import (
    Byline,
    Kind,
    Lab,
    Method,
    Post,
    Revision,
    RevisionMethod,
    Voice,
)
from diary.queries import tally
from diary.queries.cards import Rows, cards, rows
from diary.queries.kept import kept
from diary.queries.plain import Query, at_most
from diary.queries.posts import PUBLIC, Among, headings, published
from diary.queries.rows import Neighbour, Slice

NO_LAB = "-"
"""What a filter says for posts about the whole project; no slug is a dash alone."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the journey to show: slugs and words, empty for all."""

    lab: str = ""
    method: str = ""
    voice: str = ""
    kind: str = ""

    def __bool__(self) -> bool:
        return bool(self.lab or self.method or self.voice or self.kind)


EVERYTHING = Filters()


@lru_cache
def filtered(filters: Filters, among: Among = published) -> Select[Post, Revision]:
    """The published posts that a filter lets through; an unknown word lets none through."""
    return among().where(*conditions(filters))


def conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    """What a filter asks of a post."""
    if filters.lab == NO_LAB:
        yield Post.lab_id.is_(None)
    elif filters.lab:
        yield Post.lab_id == select(Lab.id).where(Lab.slug == filters.lab).scalar_subquery()
    # Asked post by post: a list of all that say so would be as long as the journey.
    if filters.method:
        named = exists().where(RevisionMethod.revision_id == Post.live_id)
        yield named.where(RevisionMethod.method_id == Method.id, Method.slug == filters.method)
    if filters.voice:
        known = filters.voice in set(Voice)
        spoken = exists().where(Revision.id == Post.live_id).correlate(Post)
        yield spoken.where(Revision.voice == filters.voice if known else false())
    if filters.kind:
        known = filters.kind in set(Kind)
        signed = exists().where(Byline.revision_id == Post.live_id)
        yield signed.where(Byline.kind == filters.kind if known else false())


def walk(
    session: Session,
    chosen: Select[Post, Revision],
    *,
    after: tuple[date, int] | None = None,
    size: int = 20,
    lang: str = "sv",
) -> Slice:
    """Posts of a select in order of their day, after a cursor `(dated, sequence)`."""
    found = _walked(session, chosen, after, size + 1)
    shown = cards(session, found[:size], lang)
    last = shown[-1] if len(found) > size else None
    return Slice(shown, f"{last.stands_on:%Y-%m-%d}.{last.sequence}" if last else None)


@kept
def _walked(
    session: Session, chosen: Select[Post, Revision], after: tuple[date, int] | None, size: int
) -> Rows:
    statement = chosen.order_by(Post.dated, Post.sequence).limit(at_most(size))
    if after is not None:
        statement = statement.where(later_than(*after))
    return rows(session, statement)


AT = bindparam("dated", type_=Date), bindparam("sequence", type_=Integer)
"""A place in the journey that a statement built once is asked with."""


def later_than(dated: Any, sequence: Any) -> ColumnElement[bool]:
    """Whether a post comes after a place in the journey."""
    return tuple_(Post.dated, Post.sequence) > tuple_(dated, sequence)


def earlier_than(dated: Any, sequence: Any) -> ColumnElement[bool]:
    """Whether it comes before."""
    return tuple_(Post.dated, Post.sequence) < tuple_(dated, sequence)


def parse_cursor(text: str) -> tuple[date, int]:
    """Read `<dated>.<sequence>`; raises ValueError for anything else."""
    dated, _, sequence = text.partition(".")
    if len(sequence) > 9:
        raise ValueError("No sequence is that large.")
    return date.fromisoformat(dated), int(sequence)


@dataclass(frozen=True, slots=True)
class Around:
    """A post's number in the whole journey today, from 1, and its neighbours there or in a part."""

    number: int
    earlier: Neighbour | None
    later: Neighbour | None


def around(dated: date, sequence: int, filters: Filters = EVERYTHING) -> Query[Around]:
    """What stands around a place in the journey."""
    named = {"month": dated.replace(day=1), "dated": dated, "sequence": sequence}
    return Query(_around(filters), named, _read_around)


def _read_around(found: Iterable[Sequence[Any]]) -> Around:
    number, sides = 1, dict[bool, Neighbour]()
    for slug, *rest, is_later, before in found:
        if is_later is None:
            number += int(before)
        else:
            sides[is_later] = Neighbour(slug or "", *rest)
    return Around(number, sides.get(False), sides.get(True))


@lru_cache
def _around(filters: Filters) -> CompoundSelect[Any]:
    found, nothing = headings(filtered(filters)), literal_column("0", Integer).label("before")
    earlier = found.add_columns(false().label("is_later"), nothing).where(earlier_than(*AT))
    later = found.add_columns(true().label("is_later"), nothing).where(later_than(*AT))
    sides = (
        earlier.order_by(Post.dated.desc(), Post.sequence.desc()),
        later.order_by(Post.dated, Post.sequence),
    )
    return union_all(
        *(select(side.limit(at_most(1)).subquery()) for side in sides),
        select(*[null()] * (len(found.selected_columns) + 1), _count_before()),
    )


def _count_before() -> ColumnElement[int]:
    """How many public posts come before a place in the journey."""
    dated, sequence = AT
    month = bindparam("month", type_=Date)
    within = select(func.count()).where(PUBLIC, Post.dated == dated, Post.sequence < sequence)
    parts = *tally.before(month, dated), within
    return sum((one.scalar_subquery() for one in parts), literal_column("0", Integer))


def first(session: Session, chosen: Select[Post, Revision]) -> Neighbour | None:
    """Where reading from the beginning begins."""
    beginning = headings(chosen).order_by(Post.dated, Post.sequence).limit(at_most(1))
    row = session.execute(beginning).one_or_none()
    return None if row is None else Neighbour(row[0] or "", *row[1:])


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands in a part of the journey, from 1."""

    number: int
    total: int


def place(session: Session, filters: Filters, post: Row[Any]) -> Place | None:
    """A post's place among those that a filter lets through; None where it is not among them."""
    month, earlier = (
        post.stands_on.replace(day=1),
        earlier_than(post.stands_on, post.sequence),
    )
    counted = select(
        func.count(),
        func.count(case((earlier, Post.id))),
        func.count(case((Post.id == post.id, Post.id))),
    ).where(PUBLIC, *conditions(filters))
    counts = tallied(session, filters)
    if counts is not None:
        end = month_bounds(month.year, month.month)[1]
        counted = counted.where(Post.dated >= month, Post.dated < end)
    total, before, this = session.execute(counted).one()
    if counts is not None:
        posts = {first: sum(of.values()) for first, of in counts.items()}
        total = sum(posts.values())
        before += sum(count for first, count in posts.items() if first < month)
    return Place(before + 1, total) if this else None


def tallied(
    session: Session, filters: Filters, span: tuple[date, date] | None = None
) -> Mapping[date, Mapping[str, int]] | None:
    """What a filter lets through by month and lab; None as the tally knows neither voices nor
    kinds of writers. A lab or method is known by its address of today."""
    if filters.voice or filters.kind:
        return None
    lab = {"": None, NO_LAB: ""}.get(filters.lab, filters.lab)
    start, end = span or (date.min, date.max)
    return tally.months(session, lab=lab, method=filters.method, start=start, end=end)


def _month_after(year: int, month: int) -> tuple[int, int]:
    return (year + month // 12, month % 12 + 1)


def month_bounds(year: int, month: int) -> tuple[date, date]:
    """First day of a month and first day of the next; raises ValueError if there is none."""
    return date(year, month, 1), date(*_month_after(year, month), 1)


def beside(
    session: Session, start: date, end: date, chosen: Select[Post, Revision] | None = None
) -> tuple[date | None, date | None]:
    """The last day with posts before `start` and the first from `end` on, of all or the chosen."""
    days = (published() if chosen is None else chosen).with_only_columns(Post.dated)
    # Not by min and max: PostgreSQL would read all that is before or after.
    before = days.where(Post.dated < start).order_by(Post.dated.desc(), Post.sequence.desc())
    after = days.where(Post.dated >= end).order_by(Post.dated, Post.sequence)
    return session.scalar(before.limit(at_most(1))), session.scalar(after.limit(at_most(1)))


def between(start: date, end: date) -> Select[Post, Revision]:
    """The published posts about days from `start` up to, not including, `end`."""
    return inside(published(), start, end)


def inside(chosen: Select[Post, Revision], start: date, end: date) -> Select[Post, Revision]:
    """The chosen posts about days from `start` up to, not including, `end`."""
    return chosen.where(Post.dated >= start, Post.dated < end)
