"""How ways of working travelled between places: where each was tried when, and which posts say
that the idea came from elsewhere. No query here reads more than a bounded number of rows."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from diary.models import Origin, Post, Provenance, Revision, RevisionLink, Tally
from diary.models import RevisionMethod as Named
from diary.queries.posts import published

LOOKED_AT = 10_000
TOLD = 500
"""How many names of other posts are looked at, the oldest first, and how many are told of: later
ones do not say how something came."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A month in which a method was tried in a lab (None: by the whole project): in how many posts,
    and the day of the first. Posts that are dated no closer than a year have no month."""

    method_id: int
    lab_id: int | None
    year: int | None
    month: int | None
    count: int
    first: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """A post that names another or is named."""

    slug: str
    heading: str
    lang: str
    dated: date
    precision: str
    lab_id: int
    example: bool
    method_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Step:
    """A post of one lab that names one of another: as what inspired it, or by a link."""

    follower: Told
    source: Told
    inspired: bool


def tried(session: Session) -> tuple[Tried, ...]:
    """Which methods were tried where, month by month."""
    rows = session.scalars(select(Tally).where(Tally.method_id != 0))
    return tuple(
        Tried(
            one.method_id, one.lab_id or None, one.month.year, one.month.month, one.posts, one.first
        )
        if one.closely
        else Tried(one.method_id, one.lab_id or None, None, None, one.posts, None)
        for one in rows
    )


def steps(session: Session) -> tuple[Step, ...]:
    """Which posts name one of another lab, in order of their day."""
    inspired = (
        select(Revision.id.label("revision_id"), Revision.inspired_by_id.label("post_id"))
        .where(Revision.inspired_by_id > 0)  # as NULL is not; so SQLite too goes by the index
        .order_by(Revision.inspired_by_id)
        .limit(LOOKED_AT)
        .subquery()
    )
    linked = (
        select(RevisionLink.revision_id, RevisionLink.post_id)
        .order_by(RevisionLink.revision_id, RevisionLink.post_id)
        .limit(LOOKED_AT)
        .subquery()
    )
    pairs = {True: _pairs(session, inspired), False: _pairs(session, linked)}
    told = _told(session, {one for both in pairs.values() for pair in both for one in pair})
    found = (
        Step(told[follower], told[source], inspired=is_inspired)
        for is_inspired, both in pairs.items()
        for follower, source in both
    )
    return tuple(sorted(found, key=lambda one: (one.follower.dated, one.follower.slug)))


def _pairs(session: Session, naming: Subquery) -> list[tuple[int, int]]:
    """The ids of published posts and of those of other labs that their live revision names."""
    source = published().with_only_columns(Post.id, Post.lab_id).subquery()
    statement = (
        published()
        .join(naming, naming.c.revision_id == Post.live_id)
        .join(source, source.c.id == naming.c.post_id)
        .where(Post.lab_id != source.c.lab_id)
        .with_only_columns(Post.id, source.c.id)
        .order_by(Post.dated, Post.sequence)
        .limit(TOLD)
    )
    return [(follower, named) for follower, named in session.execute(statement)]


def _told(session: Session, ids: Collection[int]) -> dict[int, Told]:
    if not ids:
        return {}
    naming = published().join(Named, Named.revision_id == Post.live_id).where(Post.id.in_(ids))
    methods = defaultdict[int, set[int]](set)
    for post_id, method_id in session.execute(naming.with_only_columns(Post.id, Named.method_id)):
        methods[post_id].add(method_id)
    statement = (
        published()
        .outerjoin(Provenance, Provenance.post_id == Post.id)
        .where(Post.id.in_(ids))
        .with_only_columns(
            Post.id,
            Post.slug,
            Revision.heading,
            Revision.lang,
            Post.dated,
            Post.precision,
            Post.lab_id,
            func.coalesce(Provenance.origin, Origin.WRITTEN) == Origin.EXAMPLE,
        )
    )
    return {
        key: Told(slug or "", heading, lang, dated, precision, lab or 0, bool(example), ways)
        for key, slug, heading, lang, dated, precision, lab, example in session.execute(statement)
        for ways in [frozenset(methods[key])]
    }
