"""Which posts belong to a post, and which are about this day in other years.

Related are, in this order: what its text or another's links to the other, or gave the idea to it;
posts of the same place and way of working; of the same place; of the same way of working. Within
each a real post comes before an example, then the nearest in time.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
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
from diary.queries.posts import cards, fetch, published
from diary.queries.rows import PostCard

MOST = 3
LOOKED_AT = 6
"""Posts of each kind that are weighed, before and after."""
DAYS_NEAR = 3
"""Where nothing is about this very day: how many days before and after it are looked at."""


def related(
    session: Session, card: PostCard, lang: str, *, without: Iterable[str] = (), size: int = MOST
) -> tuple[PostCard, ...]:
    """The posts that belong to a post most, at most `size`, none of those with a slug of `without`.

    It takes six queries, however many posts there are.
    """
    others = published().where(Post.slug.not_in([card.slug, *without]))
    parts = [
        part for rank, kind in enumerate(_kinds(card, others)) for part in _near(kind, card, rank)
    ]
    best: dict[int, tuple[int, bool, int, int]] = {}
    weighed = session.execute(union_all(*parts))
    for post_id, dated, sequence, example, rank in weighed:
        weight = (rank, bool(example), abs((dated - card.dated).days), sequence)
        best[post_id] = min(weight, best.get(post_id, weight))
    chosen = sorted(best, key=best.__getitem__)[:size]
    found = fetch(session, published().where(Post.id.in_(chosen))) if chosen else []
    found.sort(key=lambda pair: chosen.index(pair[0].id))
    return cards(session, found, lang)


def _kinds(card: PostCard, others: Select[Post, Revision]) -> Iterator[Select[Post, Revision]]:
    """What may belong to a post, the nearest kind first."""
    yield others.where(_named(card))
    here = Post.lab_id == card.lab.id if card.lab else Post.lab_id.is_(None)
    methods = [method.id for method in card.methods]
    alike = Post.live_id.in_(
        select(RevisionMethod.revision_id).where(RevisionMethod.method_id.in_(methods))
    )
    if methods:
        yield others.where(here, alike)
    yield others.where(here)
    if methods:
        yield others.where(alike)


def _named(card: PostCard) -> ColumnElement[bool]:
    """The posts that its live text names, and those whose live text names it."""
    links, ideas = RevisionLink, select(Revision.inspired_by_id)
    return or_(
        Post.id.in_(select(links.post_id).where(links.revision_id == card.revision_id)),
        Post.id.in_(ideas.where(Revision.id == card.revision_id)),
        Post.live_id.in_(select(links.revision_id).where(links.post_id == card.id)),
        Post.live_id.in_(select(Revision.id).where(Revision.inspired_by_id == card.id)),
    )


def _near(
    kind: Select[Post, Revision], card: PostCard, rank: int
) -> Iterator[Select[int, date, int, bool, int]]:
    """The nearest before and after a post, with what they are weighed by."""
    example = func.coalesce(
        select(Provenance.origin == Origin.EXAMPLE)
        .where(Provenance.post_id == Post.id)
        .scalar_subquery(),
        False,
    )
    rows = kind.with_only_columns(
        Post.id,
        Post.dated,
        Post.sequence,
        example.label("example"),
        literal(rank).label("rank"),
    )
    here, at = tuple_(Post.dated, Post.sequence), tuple_(card.dated, card.sequence)
    sides = (
        rows.where(here < at).order_by(Post.dated.desc(), Post.sequence.desc()),
        rows.where(here > at).order_by(Post.dated, Post.sequence),
    )
    for side in sides:
        nearest = side.limit(LOOKED_AT).subquery()
        yield select(*nearest.c)


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
    statement = published().where(Post.dated.in_(every), Post.precision == Precision.DAY)
    found = fetch(session, statement.order_by(rank, Post.dated, Post.sequence).limit(size))
    very = [pair for pair in found if pair[0].dated in days[0]]
    return bool(very), cards(session, very or found, lang)


def _same_day(today: date, year: int, offset: int) -> date | None:
    """The day `offset` days from this calendar day in another year; none for 29 February."""
    try:
        return today.replace(year=year) + timedelta(days=offset)
    except ValueError:
        return None
