"""Posts that other posts name: as what inspired them, or by a link in their text."""

from collections.abc import Collection
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from diary.addresses import post_named, short_path
from diary.models import Alias, Lab, Method, Post, Precision, Revision, RevisionMethod
from diary.queries.aliases import of_kind
from diary.queries.kept import kept
from diary.queries.plain import told
from diary.queries.posts import headings, published
from diary.queries.rows import Neighbour

MOST = 12
"""How many followers of a post are told, and how many posts a form offers."""
LOOKED_AT = 500
"""Texts that say so of a post, the newest, among which the public ones are looked for."""


def post_at(session: Session, address: str, but: int | None = None) -> int | None:
    """The id of the post at an address, present or old, if it is or was public and not `but`."""
    named = post_named(address)
    if named is None:
        return None
    kind, name = named
    if kind == "posts":
        found = posts_at(session, {name})
    else:
        short = select(Post.id).where(Post.short == name, Post.sequence.is_not(None))
        found = set(session.scalars(short))
    return next(iter(found - {but}), None)


def settled(session: Session, address: str) -> str:
    """The short address, which stays, for any address of a post; what leads nowhere as it is."""
    found = post_at(session, address)
    short = session.scalar(select(Post.short).where(Post.id == found)) if found else None
    return short_path(short) if short else address


def called(session: Session, address: str) -> Neighbour | None:
    """What the published post at an address is called."""
    row = session.execute(headings().where(Post.id == post_at(session, address))).one_or_none()
    return Neighbour(row[0] or "", *row[1:]) if row else None


def posts_at(session: Session, slugs: Collection[str]) -> set[int]:
    """The ids of the posts that are or were public at these addresses, present or old."""
    if not slugs:
        return set()
    moved = select(Alias.target_id).where(of_kind(Post), Alias.slug.in_(slugs))
    known = select(Post.id).where(
        or_(Post.slug.in_(slugs), Post.id.in_(moved)), Post.sequence.is_not(None)
    )
    return set(session.scalars(known))


@kept
def inspired(session: Session, post_id: int) -> tuple[Neighbour, ...]:
    """The published posts that say so of a post, the newest first."""
    found = told(session, _inspired(), {"post": post_id})
    return tuple(Neighbour(slug or "", *rest) for slug, *rest in found)


@cache
def _inspired() -> Select[str | None, str, date, Precision, str]:
    # Found first and ordered then: else SQLite would go through the whole stream for them.
    found = (
        select(Revision.id)
        .where(Revision.inspired_by_id == bindparam("post"))
        .order_by(Revision.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    theirs = headings().join(found, found.c.id == Post.live_id)
    return theirs.order_by(Post.sequence.desc()).limit(MOST)


def offered(
    session: Session, methods: Collection[str], but: int | None
) -> tuple[tuple[str, str], ...]:
    """The newest posts that one may have been inspired by, those of the same methods if any are
    named: the short address of each and what it is called."""
    chosen = published().where(Post.id != (but or 0))
    if methods:
        same = select(RevisionMethod.revision_id).join(Method).where(Method.slug.in_(methods))
        chosen = chosen.where(Post.live_id.in_(same))
    newest = chosen.outerjoin(Lab, Post.lab_id == Lab.id).order_by(Post.sequence.desc())
    rows = newest.limit(MOST).with_only_columns(Post.short, Revision.heading, Lab.name)
    return tuple(
        (short_path(short), f"{heading} ({place})" if place else heading)
        for short, heading, place in session.execute(rows)
    )
