"""How ways of working travelled between places: where each was tried when, and which posts say
that the idea came from elsewhere. No query here reads more than a bounded number of rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from diary.models import Origin, Post, Provenance, Revision, RevisionLink, Tally
from diary.models import RevisionMethod as Named
from diary.queries.posts import PUBLIC, those

LOOKED_AT = 500
"""How many links are looked at, those written first, and how many words of what inspired a post:
later ones do not say how something came."""


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


@dataclass(frozen=True, slots=True)
class Step:
    """A post of one lab that names one of another, both about a method: as what inspired it, or by
    a link."""

    method_id: int
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
    """How each method came from one lab to another: the earliest post about it that names one about
    it as what inspired it, else the earliest that links to one. In order of their day."""
    rows = session.execute(_earliest()).all()
    told = _told(session, {post_id for row in rows for post_id in (row.follower, row.source)})
    found = (
        Step(one.method_id, told[one.follower], told[one.source], one.inspired) for one in rows
    )
    return tuple(sorted(found, key=lambda one: (one.follower.dated, one.follower.slug)))


def _earliest() -> Select[Any]:
    """The ids of both posts, for each method and way from one lab to another."""
    naming, follower, source = _naming(), aliased(Post), aliased(Post)
    own, other = aliased(Named), aliased(Named)
    place = func.row_number().over(
        partition_by=(own.method_id, source.lab_id, follower.lab_id),
        order_by=(
            naming.c.inspired.desc(), follower.dated, follower.sequence, source.sequence
        ),
    )  # fmt: skip
    placed = (
        select(
            own.method_id,
            follower.id.label("follower"),
            source.id.label("source"),
            naming.c.inspired,
            place.label("place"),
        )
        .select_from(naming)
        .join(follower, follower.live_id == naming.c.revision_id)
        .join(source, source.id == naming.c.post_id)
        .join(own, own.revision_id == follower.live_id)
        .join(other, other.revision_id == source.live_id)
        .where(own.method_id == other.method_id, follower.lab_id != source.lab_id)
        .subquery()
    )
    return select(placed).where(placed.c.place == 1)


def _naming() -> Subquery:
    """Which public texts name which public post, and whether as what inspired them."""
    linked = (
        select(RevisionLink.revision_id, RevisionLink.post_id, literal(False).label("inspired"))
        .where(*_both_public(RevisionLink.revision_id, RevisionLink.post_id))
        .order_by(RevisionLink.revision_id, RevisionLink.post_id)
        .limit(LOOKED_AT)
    )
    inspired = (
        select(Revision.id, Revision.inspired_by_id, literal(True))
        .where(Revision.inspired_by_id > 0)  # as NULL is not; so SQLite too goes by the index
        .where(*_both_public(Revision.id, Revision.inspired_by_id))
        .order_by(Revision.inspired_by_id, Revision.id)
        .limit(LOOKED_AT)
    )
    return union_all(select(linked.subquery()), select(inspired.subquery())).subquery()


def _both_public(revision_id: Any, post_id: Any) -> tuple[ColumnElement[bool], ...]:
    """Asked link by link: else a database may begin with all that is public."""
    public = select(PUBLIC)
    follower, source = public.where(Post.live_id == revision_id), public.where(Post.id == post_id)
    return follower.scalar_subquery(), source.scalar_subquery()


def _told(session: Session, ids: Collection[int]) -> dict[int, Told]:
    if not ids:
        return {}
    statement = (
        those(ids)
        .outerjoin(Provenance, Provenance.post_id == Post.id)
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
        key: Told(slug or "", heading, lang, dated, precision, lab or 0, bool(example))
        for key, slug, heading, lang, dated, precision, lab, example in session.execute(statement)
    }
