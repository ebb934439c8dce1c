"""The queue, one post as it will look, and the journal."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from diary.models import (
    Account,
    Claim,
    Consent,
    Event,
    Message,
    Person,
    Picture,
    Post,
    Revision,
    ShownPicture,
    Status,
)
from diary.queries.posts import Scope, cards, fetch, reached_by
from diary.queries.rows import PostCard

WAITING = (Status.SUBMITTED, Status.HELD, Status.PUBLISHED)
EVENTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post in the queue: as it will look, who wrote it and since when it waits."""

    card: PostCard
    author: str
    author_posts: int
    since: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the writer says about the people in a picture."""

    claim: Claim
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """An event as the journal's page shows it, with the words that belong to it."""

    at: datetime
    action: str
    actor: str
    reason: str
    words: str
    post_id: int | None
    heading: str
    event_id: int


def _waits(scope: Scope) -> ColumnElement[bool]:
    reads = reached_by(Scope(scope.everything, None, scope.lab_ids))
    return reads & Post.waiting_id.is_not(None) & Post.status.in_(WAITING)


def count_waiting(session: Session, scope: Scope) -> int:
    """How many posts wait for a moderator with this scope."""
    return session.scalar(select(func.count()).select_from(Post).where(_waits(scope))) or 0


def counts_by_lab(session: Session, scope: Scope) -> dict[int | None, int]:
    """How many posts wait per lab."""
    statement = select(Post.lab_id, func.count()).where(_waits(scope)).group_by(Post.lab_id)
    return dict(list(session.execute(statement)))


def oldest(session: Session, scope: Scope) -> datetime | None:
    """Since when the post that has waited longest waits."""
    return session.scalar(select(func.min(Post.submitted_at)).where(_waits(scope)))


def _waiting() -> Select[Post, Revision]:
    return select(Post, Revision).join(Revision, Post.waiting_id == Revision.id)


def queue(
    session: Session, scope: Scope, lang: str, *, lab_id: int | None = None, size: int = 20
) -> tuple[PostCard, ...]:
    """The posts that wait, the oldest first, those put on hold last."""
    statement = (
        _waiting()
        .where(_waits(scope))
        .order_by(Post.status == Status.HELD, Post.submitted_at, Post.id)
        .limit(size)
    )
    if lab_id is not None:
        statement = statement.where(Post.lab_id == lab_id)
    return cards(session, fetch(session, statement), lang)


def shown(session: Session, scope: Scope, post_id: int, lang: str) -> Waiting | None:
    """A post that a moderator may read: its waiting revision, else its live one."""
    statement = (
        select(Post, Revision)
        .join(Revision, Revision.id == func.coalesce(Post.waiting_id, Post.live_id))
        .where(Post.id == post_id, reached_by(Scope(scope.everything, None, scope.lab_ids)))
    )
    found = fetch(session, statement)
    if not found:
        return None
    post, revision = found[0]
    author = session.scalar(select(Person.name).join(Account).where(Account.id == post.owner_id))
    sent = select(func.count()).where(
        Post.owner_id == post.owner_id, Post.submitted_at.is_not(None)
    )
    return Waiting(
        card=cards(session, found, lang)[0],
        author=author or "",
        author_posts=session.scalar(sent) or 0,
        since=post.submitted_at or revision.made_at,
        own=post.owner_id is not None and post.owner_id == scope.owner_id,
    )


def claims(session: Session, revision_id: int) -> dict[str, Claimed]:
    """What the writers say of a revision's pictures, by token."""
    statement = (
        select(Picture.token, Consent, Person.name)
        .join(Consent, Consent.picture_id == Picture.id)
        .join(ShownPicture, ShownPicture.picture_id == Picture.id)
        .outerjoin(Account, Consent.claimed_by_id == Account.id)
        .outerjoin(Person, Account.person_id == Person.id)
        .where(ShownPicture.revision_id == revision_id)
    )
    return {
        token: Claimed(consent.claim, name or "", consent.claimed_at)
        for token, consent, name in session.execute(statement)
    }


def events(
    session: Session,
    scope: Scope,
    *,
    post_id: int | None = None,
    before: int | None = None,
    size: int = EVENTS_SHOWN,
) -> tuple[Said, ...]:
    """The newest events that `scope` may read, of one post or of all, before an event's id."""
    statement = (
        select(Event, Person.name, Message.words, Revision.heading)
        .outerjoin(Account, Event.actor_id == Account.id)
        .outerjoin(Person, Account.person_id == Person.id)
        .outerjoin(Message, Event.message_id == Message.id)
        .outerjoin(Revision, Event.revision_id == Revision.id)
        .order_by(Event.id.desc())
        .limit(size)
    )
    if not scope.everything:
        statement = statement.where(Event.post_id.in_(select(Post.id).where(reached_by(scope))))
    if post_id is not None:
        statement = statement.where(Event.post_id == post_id)
    if before is not None:
        statement = statement.where(Event.id < before)
    return tuple(
        Said(
            at=event.at,
            action=event.action,
            actor=name or "",
            reason=event.reason or "",
            words=words or "",
            post_id=event.post_id,
            heading=heading or "",
            event_id=event.id,
        )
        for event, name, words, heading in session.execute(statement)
    )
