"""What feeds hold: the newest posts, older ones that have changed lately, and which have gone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from diary.models import Post, Revision
from diary.queries.cards import Rows, cards, newest, rows
from diary.queries.plain import at_most, told
from diary.queries.posts import GONE, PUBLIC, Among, gone, published
from diary.queries.rows import PostCard

SIZE = 20
"""How many sequences a document holds: an archive document is cut by them (RFC 5005)."""
TOLD_FOR = timedelta(days=30)
"""How long the newest document tells of an old post that was corrected, or has gone."""
BURIED_FOR = timedelta(days=365)
"""How long an archive document keeps the tombstone of a post that has gone."""

Chosen = Callable[[Among], Select[Post, Revision]]
"""The posts that a feed follows, of those that are out or of those that have gone."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A post that has gone, and when; nothing of its words."""

    uid: UUID
    published_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a feed: `after` is the cursor of what follows, `updated` when it changed."""

    posts: tuple[PostCard, ...]
    gone: tuple[Gone, ...] = ()
    after: str | None = None
    updated: datetime | None = None


_SINCE = bindparam("since", type_=Post.updated_at.type)


def document(
    session: Session, chosen: Chosen, before: int | None, now: datetime, lang: str
) -> Document:
    """The newest posts by `sequence`, with what has changed lately; or a page of older ones."""
    found, after = newest(session, chosen(published), before, SIZE)
    left: tuple[Gone, ...] = ()
    if before is None:
        known = {row.id for row in found}
        found = [*found, *_corrected(session, chosen, known, now - TOLD_FOR)]
        left = _gone(session, chosen(gone), {"since": now - TOLD_FOR})
    return Document(cards(session, found, lang), left, after, _newest(found, left))


def _corrected(session: Session, chosen: Chosen, known: set[int], since: datetime) -> Rows:
    """Found by when they changed before anything else is asked: mostly there are none."""
    ids = {one for (one,) in told(session, _lately(), {"since": since})} - known
    if not ids:
        return []
    return rows(session, chosen(published).where(Post.id.in_(ids)).order_by(Post.sequence.desc()))


@lru_cache
def _left(which: Select[Post, Revision]) -> Select[*tuple[Any, ...]]:
    left = which.with_only_columns(Post.uid, Post.published_at, Post.updated_at)
    return left.where(Post.updated_at > _SINCE).order_by(Post.sequence.desc())


@cache
def _lately() -> Select[int]:
    return select(Post.id).where(
        PUBLIC, Post.updated_at > _SINCE, Post.updated_at > Post.published_at
    )


def _gone(
    session: Session, which: Select[Post, Revision], asked: Mapping[str, Any]
) -> tuple[Gone, ...]:
    found = told(session, _left(which), asked)
    return tuple(Gone(uid, published_at, at) for uid, published_at, at in found if at)


def _newest(found: Rows, left: tuple[Gone, ...]) -> datetime | None:
    moments = [*(row.updated_at for row in found), *(one.at for one in left)]
    return max((moment for moment in moments if moment), default=None)


def archived(session: Session, number: int, now: datetime, lang: str) -> Document:
    """The archive document of sequences 20(n-1)+1 to 20n of the whole diary, gaps included.

    A tombstone that ends leaves `updated` as it is.
    """
    within = Post.sequence.between(SIZE * (number - 1) + 1, SIZE * number)
    found = rows(session, published().where(within).order_by(Post.sequence.desc()))
    left = _gone(session, gone().where(within), {"since": datetime.fromtimestamp(0, UTC)})
    kept = tuple(one for one in left if one.at > now - BURIED_FOR)
    return Document(cards(session, found, lang), kept, updated=_newest(found, left))


def newer(session: Session, chosen: Chosen, before: int) -> int | None:
    """The cursor of the page before the one that `before` leads to; None for the first."""
    ahead = chosen(published).with_only_columns(Post.sequence).where(Post.sequence >= before)
    return session.scalar(ahead.order_by(Post.sequence).offset(at_most(SIZE)).limit(at_most(1)))


_SPANS = (
    (PUBLIC & (Post.updated_at > Post.published_at), TOLD_FOR),
    (GONE, TOLD_FOR),
    (GONE, BURIED_FOR),
)


def next_end(session: Session, now: datetime) -> datetime | None:
    """When feeds next stop telling of something."""
    ends = []
    for which, span in _SPANS:
        since = Post.updated_at > now - span
        first = session.scalar(select(func.min(Post.updated_at)).where(which, since))
        ends += [first + span] if first else []
    return min(ends, default=None)


def has_ended(session: Session, since: datetime, now: datetime) -> bool:
    """Whether feeds have stopped telling of something from `since` to `now`."""
    return any(
        session.scalar(
            select(Post.id).where(which, Post.updated_at.between(since - span, now - span)).limit(1)
        )
        for which, span in _SPANS
    )
