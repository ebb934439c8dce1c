"""The journey: all published posts in order of their day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from diary.models import (
    Byline,
    Kind,
    Lab,
    Method,
    Origin,
    Post,
    Precision,
    Provenance,
    Revision,
    RevisionMethod,
    ShownPicture,
    Voice,
)
from diary.queries.posts import PUBLIC, Among, cards, fetch, published, shown_pictures
from diary.queries.rows import Neighbour, PictureView, PostCard, Slice

WHOLE_PROJECT = ""
LONGEST_SILENCE = 6  # months drawn one by one
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
class Month:
    """A month of the journey; one without posts is silent."""

    year: int
    month: int
    squares: tuple[Square, ...]
    picture: PictureView | None = None
    quiet: int = 0
    """How many silent months before it are told by their number alone: a long silence would
    push the months apart."""

    @property
    def first(self) -> date:
        """The month's first day."""
        return date(self.year, self.month, 1)

    def of(self, lab_slug: str) -> tuple[Square, ...]:
        """The squares of one lab."""
        return tuple(square for square in self.squares if square.lab_slug == lab_slug)


def filtered(filters: Filters, among: Among = published) -> Select[Post, Revision]:
    """The published posts that a filter lets through; an unknown word lets none through."""
    statement = among()
    if filters.lab == NO_LAB:
        statement = statement.where(Post.lab_id.is_(None))
    elif filters.lab:
        statement = statement.where(Post.lab_id.in_(select(Lab.id).where(Lab.slug == filters.lab)))
    if filters.method:
        named = select(RevisionMethod.revision_id).join(Method)
        statement = statement.where(Post.live_id.in_(named.where(Method.slug == filters.method)))
    if filters.voice:
        known = filters.voice in set(Voice)
        statement = statement.where(Revision.voice == filters.voice if known else false())
    if filters.kind:
        known = filters.kind in set(Kind)
        signed = select(Byline.revision_id).where(Byline.kind == filters.kind if known else false())
        statement = statement.where(Post.live_id.in_(signed))
    return statement


def walk(
    session: Session,
    chosen: Select[Post, Revision],
    *,
    after: tuple[date, int] | None = None,
    size: int = 20,
    lang: str = "sv",
) -> Slice:
    """Posts of a select in order of their day, after a cursor `(dated, sequence)`."""
    statement = chosen.order_by(Post.dated, Post.sequence).limit(size + 1)
    if after is not None:
        statement = statement.where(_later_than(*after))
    found = fetch(session, statement)
    more = len(found) > size
    found = found[:size]
    last = found[-1][0] if found else None
    cursor = f"{last.dated:%Y-%m-%d}.{last.sequence}" if more and last else None
    return Slice(cards(session, found, lang), cursor)


def _later_than(dated: date, sequence: int) -> ColumnElement[bool]:
    return or_(Post.dated > dated, and_(Post.dated == dated, Post.sequence > sequence))


def _earlier_than(dated: date, sequence: int) -> ColumnElement[bool]:
    return or_(Post.dated < dated, and_(Post.dated == dated, Post.sequence < sequence))


def parse_cursor(text: str) -> tuple[date, int]:
    """Read `<dated>.<sequence>`; raises ValueError for anything else."""
    dated, _, sequence = text.partition(".")
    if len(sequence) > 9:
        raise ValueError("No sequence is that large.")
    return date.fromisoformat(dated), int(sequence)


def number(session: Session, dated: date, sequence: int) -> int:
    """A post's place in the journey today, from 1."""
    earlier = select(func.count()).where(PUBLIC, _earlier_than(dated, sequence))
    return (session.scalar(earlier) or 0) + 1


def neighbours(
    session: Session, dated: date, sequence: int
) -> tuple[Neighbour | None, Neighbour | None]:
    """The posts before and after a place in the journey."""
    earlier = (
        _headings()
        .where(_earlier_than(dated, sequence))
        .order_by(Post.dated.desc(), Post.sequence.desc())
    )
    later = _headings().where(_later_than(dated, sequence)).order_by(Post.dated, Post.sequence)
    return _one(session, earlier), _one(session, later)


def _headings() -> Select[str | None, str, date, Precision, str]:
    return published().with_only_columns(
        Post.slug, Revision.heading, Post.dated, Post.precision, Revision.lang
    )


def _one(
    session: Session, chosen: Select[str | None, str, date, Precision, str]
) -> Neighbour | None:
    row = session.execute(chosen.limit(1)).one_or_none()
    return None if row is None else Neighbour(row[0] or "", *row[1:])


def first(session: Session) -> Neighbour | None:
    """Where reading from the beginning begins."""
    return _one(session, _headings().order_by(Post.dated, Post.sequence))


def by_residents(session: Session) -> int:
    """How many published posts a resident has signed."""
    signed = select(Byline.revision_id).where(Byline.kind == Kind.RESIDENT)
    return session.scalar(select(func.count()).where(PUBLIC, Post.live_id.in_(signed))) or 0


def calendar(session: Session, chosen: Select[Post, Revision]) -> tuple[Month, ...]:
    """The months from the first post's to the last's, those of a short silence among them."""
    statement = (
        chosen.outerjoin(Lab, Post.lab_id == Lab.id)
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
    squares = [Square(*row) for row in session.execute(statement)]
    return _with_silent_months(squares)


def _with_silent_months(squares: list[Square]) -> tuple[Month, ...]:
    months: list[Month] = []
    for (year, month), group in groupby(squares, key=lambda s: (s.dated.year, s.dated.month)):
        quiet = 0
        if months:
            last = months[-1]
            quiet = (year - last.year) * 12 + month - last.month - 1
        if quiet <= LONGEST_SILENCE:
            while quiet:
                months.append(Month(*_month_after(months[-1].year, months[-1].month), ()))
                quiet -= 1
        months.append(Month(year, month, tuple(group), quiet=quiet))
    return tuple(months)


def _month_after(year: int, month: int) -> tuple[int, int]:
    return (year + month // 12, month % 12 + 1)


def with_pictures(session: Session, months: Iterable[Month]) -> tuple[Month, ...]:
    """The months, each with the first picture of its posts."""
    months = tuple(months)
    firsts = _first_pictured(session)
    pictures = shown_pictures(session, firsts.values())
    return tuple(
        replace(month, picture=next(iter(pictures[firsts[key]]), None)) if key in firsts else month
        for month in months
        for key in [(month.year, month.month)]
    )


def _first_pictured(session: Session) -> dict[tuple[int, int], int]:
    """Per month, the revision of its first post that shows a picture."""
    shows = select(ShownPicture.revision_id)
    statement = (
        select(Post.dated, Post.live_id)
        .where(PUBLIC, Post.live_id.in_(shows))
        .order_by(Post.dated.desc(), Post.sequence.desc())
    )
    return {(dated.year, dated.month): live for dated, live in session.execute(statement) if live}


def month_bounds(year: int, month: int) -> tuple[date, date]:
    """First day of a month and first day of the next; raises ValueError if there is none."""
    return date(year, month, 1), date(*_month_after(year, month), 1)


def months_beside(session: Session, first: date) -> tuple[date | None, date | None]:
    """The nearest months with posts before and after the month beginning on `first`."""
    next_first = month_bounds(first.year, first.month)[1]
    before = session.scalar(select(func.max(Post.dated)).where(PUBLIC, Post.dated < first))
    after = session.scalar(select(func.min(Post.dated)).where(PUBLIC, Post.dated >= next_first))
    return before and before.replace(day=1), after and after.replace(day=1)


def between(start: date, end: date) -> Select[Post, Revision]:
    """The published posts about days from `start` up to, not including, `end`."""
    return published().where(Post.dated >= start, Post.dated < end)


def more_from_lab(
    session: Session, card: PostCard, lang: str, size: int = 3
) -> tuple[PostCard, ...]:
    """Other posts of the same lab: those just before this one, then those just after."""
    if card.lab is None or card.sequence is None:
        return ()
    place = (card.dated, card.sequence)
    others = published().where(Post.lab_id == card.lab.id)
    before = others.where(_earlier_than(*place)).order_by(Post.dated.desc(), Post.sequence.desc())
    found = fetch(session, before.limit(size))
    if len(found) < size:
        after = others.where(_later_than(*place)).order_by(Post.dated, Post.sequence)
        found += fetch(session, after.limit(size - len(found)))
    return cards(session, found, lang)
