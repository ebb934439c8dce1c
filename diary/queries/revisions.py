"""A post's revisions as they read, and which of them somebody has seen before another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Account, Event, Person, Post, Revision
from diary.queries.posts import Scope, cards, fetch, visible_to
from diary.queries.rows import PostCard

CHANGED = ("edit", "bring_back")
"""Deeds that put other words in the place of some; `other_id` names those."""


@dataclass(frozen=True, slots=True)
class Version:
    """A revision as it read, with its words as they were typed, and who made it when."""

    card: PostCard
    body: str
    second_body: str
    made_at: datetime
    made_by: str

    @property
    def id(self) -> int:
        """The revision's."""
        return self.card.revision_id


def versions(
    session: Session,
    scope: Scope,
    post_id: int,
    lang: str,
    ids: Collection[int] | None = None,
) -> tuple[Version, ...]:
    """The revisions of a post that `scope` may see, the first first: all, or only some."""
    statement = (
        select(Post, Revision)
        .join(Revision, Revision.post_id == Post.id)
        .where(Post.id == post_id, visible_to(scope))
        .order_by(Revision.id)
    )
    if ids is not None:
        statement = statement.where(Revision.id.in_(ids))
    found = fetch(session, statement)
    makers = select(Account.id, Person.name).join(Account.person)
    made_by = {revision.made_by_id for _, revision in found}
    names = dict(list(session.execute(makers.where(Account.id.in_(made_by)))))
    shown = cards(session, found, lang, withheld=True)
    return tuple(
        Version(
            card=card,
            body=revision.body,
            second_body=revision.second_body,
            made_at=revision.made_at,
            made_by=names.get(revision.made_by_id or 0, ""),
        )
        for (_, revision), card in zip(found, shown, strict=True)
    )


def earlier(session: Session, post_id: int, revision_id: int) -> int | None:
    """The revision that was read before this one.

    That is the one that is out, else what was returned or changed by a moderator last; for one
    that is out already, what a moderator last let through.
    """
    post = session.get_one(Post, post_id)
    if post.live_id is not None:
        other = post.read_id if post.live_id == revision_id else post.live_id
        return other if other != revision_id else None
    last = session.execute(
        select(Event.action, Event.revision_id, Event.other_id)
        .where(Event.post_id == post_id, Event.action.in_(("return", *CHANGED)))
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    before = last.other_id if last.action in CHANGED else last.revision_id
    return before if before != revision_id else None
