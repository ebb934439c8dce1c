"""Which posts belong to a post, and which are about this day in other years.

Related are, in this order: what its text or another's links to the other, or gave the idea to it;
posts of the same place and way of working; of the same place; of the same way of working. Within
each a real post comes before an example, then the nearest in time.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Row,
    Select,
    Subquery,
    bindparam,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from diary.models import (
    Origin,
    Post,
    Precision,
    Provenance,
    Revision,
    RevisionLink,
    RevisionMethod,
)
from diary.queries.cards import cards_at
from diary.queries.journey import AT, earlier_than, later_than
from diary.queries.kept import kept
from diary.queries.plain import Query, answer, at_most
from diary.queries.posts import PUBLIC
from diary.queries.rows import PostCard

MOST = 3
NAMED = 0
"""The rank of posts that a text names, or whose texts name it; the others follow."""
LOOKED_AT = 7
"""Posts of each kind that are looked at, before and after; one each may be left out."""
ALIKE_AMONG, FIRST_AMONG = 200, 20
"""Among how many posts before and after one with the same way of working is looked for: a rare one
would have the whole journey read. And among how many first: mostly there are enough."""
MOST_NAMED = 100
"""Texts that name a post, the newest, of links and of what gave the idea each."""
DAYS_NEAR = 3
"""Where nothing is about this very day: how many days before and after it are looked at."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Revisions of posts with their slugs, those that belong most first, and whether any is named
    by the post's texts or names it."""

    best: tuple[tuple[int, str], ...]
    named: bool


def weighed(post: Row[Any], methods: tuple[int, ...], *, close: bool = True) -> Query[Weighed]:
    """Those that belong to a post with these methods: the close ones, mostly enough, or all."""
    named = {"post": post.id, "revision": post.revision_id, "lab": post.lab_id, "methods": methods}
    place = {"dated": post.stands_on, "sequence": post.sequence}
    statement = _weighed_all(post.lab_id is not None, bool(methods), close)
    return Query(statement, named | place, partial(_weigh, post.stands_on))


def most_related(
    session: Session,
    post: Row[Any],
    methods: tuple[int, ...],
    found: Weighed,
    lang: str,
    *,
    without: Iterable[str] = (),
    size: int = MOST,
) -> tuple[PostCard, ...]:
    """At most `size` posts that belong to a post most, none of those with a slug of `without`.

    `found` are those that are close; where they are too few, one more query looks further.
    """
    but = {post.slug, *without}
    best = _without(but, found)
    if len(best) < size:
        best = _without(but, _all(session, post, methods))
    return cards_at(session, best[:size], lang)


def _without(slugs: Collection[str], found: Weighed) -> list[int]:
    return [revision for revision, slug in found.best if slug not in slugs]


@kept
def _all(session: Session, post: Row[Any], methods: tuple[int, ...]) -> Weighed:
    return answer(session, weighed(post, methods, close=False))


def _weigh(day: date, rows: Iterable[Sequence[Any]]) -> Weighed:
    best: dict[tuple[int, str], tuple[int, bool, int, int]] = {}
    for revision, slug, dated, sequence, rank, example in rows:
        weight = (rank, bool(example), abs((dated - day).days), sequence)
        best[revision, slug] = min(weight, best.get((revision, slug), weight))
    named = any(rank == NAMED for rank, *_ in best.values())
    return Weighed(tuple(sorted(best, key=best.__getitem__)), named)


@cache
def _weighed_all(in_lab: bool, methods: bool, close: bool) -> Select[Any]:
    """What is asked for, built once: that took longer than the asking.

    Whether the post stands in a lab and has methods, and only those that are close are asked for.
    """
    others, among = _ROWS.where(PUBLIC), FIRST_AMONG if close else ALIKE_AMONG
    here = others.where(Post.lab_id == bindparam("lab") if in_lab else Post.lab_id.is_(None))
    named = _ROWS.where(Post.id.in_(_naming()), PUBLIC.is_(True))
    found = union_all(
        _ranked(named, NAMED),
        *(_near(_ranked(here, 1), alike_among=among) if methods else ()),
        *(() if close else _near(_ranked(here, 2))),
        *(_near(_ranked(others, 3), alike_among=among) if methods and not close else ()),
    ).subquery()
    origin = select(Provenance.origin == Origin.EXAMPLE).where(Provenance.post_id == found.c.id)
    _, *shown = found.c
    return select(*shown, origin.scalar_subquery())


def _ranked(rows: Select[*tuple[Any, ...]], rank: int) -> Select[*tuple[Any, ...]]:
    return rows.add_columns(literal_column(str(rank), Integer).label("rank"))


def _naming() -> CompoundSelect[Any]:
    """The posts that a post's live text names, and those whose live text names it."""
    links = RevisionLink
    post, revision = bindparam("post", type_=Integer), bindparam("revision", type_=Integer)
    theirs = (
        select(links.revision_id).where(links.post_id == post),
        select(Revision.id).where(Revision.inspired_by_id == post),
    )
    ordered = (one.order_by(one.selected_columns[0].desc()) for one in theirs)
    newest = (one.limit(at_most(MOST_NAMED)).subquery() for one in ordered)
    naming = (select(Post.id).where(PUBLIC).join(one, one.c[0] == Post.live_id) for one in newest)
    own = (
        select(links.post_id).where(links.revision_id == revision),
        select(Revision.inspired_by_id).where(Revision.id == revision),
    )
    return union_all(*own, *naming)


_ROWS = select(Post.id, Post.live_id, Post.slug, Post.dated, Post.sequence)


def _near(rows: Select[*tuple[Any, ...]], *, alike_among: int = 0) -> Iterator[Select[Any]]:
    """The nearest before and after a post, or the nearest of those with a method in common."""
    backwards = Post.dated.desc(), Post.sequence.desc()
    sides = (
        (rows.where(earlier_than(*AT)).order_by(*backwards), True),
        (rows.where(later_than(*AT)).order_by(Post.dated, Post.sequence), False),
    )
    for side, before in sides:
        nearest = side.limit(at_most(alike_among or LOOKED_AT)).subquery()
        yield select(_alike(nearest, before=before) if alike_among else nearest)


def _alike(nearest: Subquery, *, before: bool) -> Subquery:
    """Those of the nearest that name one of the post's methods."""
    # Counted, not asked whether they exist: PostgreSQL would join all that use the method first.
    named = select(func.count()).where(
        RevisionMethod.revision_id == nearest.c.live_id,
        RevisionMethod.method_id.in_(bindparam("methods", expanding=True)),
    )
    place = (nearest.c.dated, nearest.c.sequence)
    order = [one.desc() for one in place] if before else place
    alike = select(nearest).where(named.scalar_subquery() > 0).order_by(*order)
    return alike.limit(at_most(LOOKED_AT)).subquery()


def on_this_day(
    session: Session, today: date, years: tuple[int, int], lang: str, size: int = MOST
) -> tuple[bool, tuple[PostCard, ...]]:
    """Posts about this calendar day in other years, else about those nearest in the same week.

    `years` are the journey's first and last. Says also whether they are about this very day.
    """
    offsets = sorted(range(-DAYS_NEAR, DAYS_NEAR + 1), key=lambda offset: (abs(offset), offset))
    days = {
        offset: [
            day
            for year in range(years[0] - 1, years[1] + 2)  # a week may reach into the next
            if year != today.year and (day := _same_day(today, year, offset))
        ]
        for offset in offsets
    }
    every = [day for of in days.values() for day in of]
    if not every:
        return False, ()
    rank = case(*((Post.dated.in_(of), rank) for rank, of in enumerate(days.values())))
    written = select(Post.live_id, Post.dated).where(PUBLIC, Post.dated.in_(every))
    known = written.where(Post.precision == Precision.DAY)
    found = session.execute(known.order_by(rank, Post.dated, Post.sequence).limit(size)).all()
    shown = [(live, dated) for live, dated in found if live]
    very = [live for live, dated in shown if dated in days[0]]
    return bool(very), cards_at(session, very or [live for live, _ in shown], lang)


def _same_day(today: date, year: int, offset: int) -> date | None:
    """The day `offset` days from this calendar day in another year; none for 29 February."""
    try:
        return today.replace(year=year) + timedelta(days=offset)
    except ValueError:
        return None
