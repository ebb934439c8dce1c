"""Which posts belong to a post, and which are about this day in other years.

Related are, in this order: what its text or another's links to the other, or gave the idea to it;
posts of the same place and way of working; of the same place; of the same way of working. Within
each a real post comes before an example, then the nearest in time.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import (
    Select,
    case,
    exists,
    func,
    literal,
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
from diary.queries.posts import PUBLIC, cards, fetch, published
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

    It takes seven queries, however many posts there are.
    """
    others = published().where(Post.slug.not_in([card.slug, *without]))
    parts = [
        part
        for rank, kind in enumerate(_kinds(card, others, _named(session, card)))
        for part in _near(kind, card, rank)
    ]
    best: dict[int, tuple[int, bool, int, int]] = {}
    weighed = session.execute(union_all(*parts))
    for post_id, dated, sequence, example, rank in weighed:
        weight = (rank, bool(example), abs((dated - card.dated).days), sequence)
        best[post_id] = min(weight, best.get(post_id, weight))
    return _cards(session, sorted(best, key=best.__getitem__)[:size], lang)


def _cards(session: Session, ids: list[int], lang: str) -> tuple[PostCard, ...]:
    found = fetch(session, published().where(Post.id.in_(ids))) if ids else []
    return cards(session, sorted(found, key=lambda pair: ids.index(pair[0].id)), lang)


def _kinds(
    card: PostCard, others: Select[Post, Revision], named: Sequence[int]
) -> Iterator[Select[Post, Revision]]:
    """What may belong to a post, the nearest kind first."""
    if named:
        yield others.where(Post.id.in_(named))
    here = Post.lab_id == card.lab.id if card.lab else Post.lab_id.is_(None)
    methods = [method.id for method in card.methods]
    # Asked post by post: there are soon enough of them, and a list of all would be long.
    alike = exists().where(
        RevisionMethod.revision_id == Post.live_id, RevisionMethod.method_id.in_(methods)
    )
    if methods:
        yield others.where(here, alike)
    yield others.where(here)
    if methods:
        yield others.where(alike)


def _named(session: Session, card: PostCard) -> Sequence[int]:
    """The posts that its live text names, and those whose live text names it."""
    links = RevisionLink
    live = select(Post.id).where(PUBLIC)
    return session.scalars(
        union_all(
            select(links.post_id).where(links.revision_id == card.revision_id),
            select(Revision.inspired_by_id).where(Revision.id == card.revision_id),
            live.join(links, links.revision_id == Post.live_id).where(links.post_id == card.id),
            live.join(Revision, Revision.id == Post.live_id).where(
                Revision.inspired_by_id == card.id
            ),
        )
    ).all()


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
    written = select(Post.id, Post.dated).where(PUBLIC, Post.dated.in_(every))
    known = written.where(Post.precision == Precision.DAY)
    found = session.execute(known.order_by(rank, Post.dated, Post.sequence).limit(size)).all()
    very = [post_id for post_id, dated in found if dated in days[0]]
    return bool(very), _cards(session, very or [post_id for post_id, _ in found], lang)


def _same_day(today: date, year: int, offset: int) -> date | None:
    """The day `offset` days from this calendar day in another year; none for 29 February."""
    try:
        return today.replace(year=year) + timedelta(days=offset)
    except ValueError:
        return None
