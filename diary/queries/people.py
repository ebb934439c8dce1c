"""People: one's own posts, and the accounts and invitations the lead looks after."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from diary.models import Account, Event, Invitation, Message, Person, Post, Revision, WorkingCopy
from diary.queries.posts import cards, fetch
from diary.queries.rows import PostCard


@dataclass(frozen=True, slots=True)
class Draft:
    """A post that was never sent, by what its working copy says."""

    post_id: int
    title: str
    body: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """An own post that was sent once, with the question if it came back."""

    card: PostCard
    edited: bool
    reason: str
    words: str


def drafts(session: Session, account_id: int) -> tuple[Draft, ...]:
    """An account's posts without any revision that waits or is live, the newest first."""
    statement = (
        select(Post, WorkingCopy)
        .join(WorkingCopy, WorkingCopy.post_id == Post.id)
        .where(Post.owner_id == account_id, WorkingCopy.account_id == account_id)
        .where(Post.status == "draft")
        .order_by(WorkingCopy.saved_at.desc())
    )
    return tuple(
        Draft(post.id, copy.content["title"], copy.content["body"], copy.saved_at)
        for post, copy in session.execute(statement)
    )


def sent(session: Session, account_id: int, lang: str) -> tuple[Sent, ...]:
    """An account's posts that were sent, by their newest revision, the newest first."""
    latest = (
        select(Revision.id)
        .where(Revision.post_id == Post.id)
        .order_by(Revision.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(Post, Revision)
        .join(Revision, Revision.id == latest)
        .where(Post.owner_id == account_id, Post.status != "draft")
        .order_by(Post.submitted_at.desc(), Post.id.desc())
    )
    found = fetch(session, statement)
    questions = _questions(session, [post.id for post, _ in found])
    waiting = {post.id for post, _ in found if post.waiting_id and post.live_id}
    return tuple(
        Sent(card, card.id in waiting, *questions.get(card.id, ("", "")))
        for card in cards(session, found, lang)
    )


def _questions(session: Session, post_ids: list[int]) -> dict[int, tuple[str, str]]:
    """The last question per post that came back or was taken down."""
    statement = (
        select(Event.post_id, Event.reason, Message.words)
        .outerjoin(Message, Event.message_id == Message.id)
        .where(Event.post_id.in_(post_ids), Event.action.in_(("return", "withdraw")))
        .order_by(Event.id)
    )
    return {
        post_id: (reason or "", words or "")
        for post_id, reason, words in session.execute(statement)
        if post_id is not None
    }


def accounts(session: Session) -> tuple[Account, ...]:
    """All accounts with their person and labs, by name."""
    statement = (
        select(Account)
        .join(Person)
        .options(selectinload(Account.person), selectinload(Account.labs))
        .order_by(Account.closed_at.is_not(None), Person.name, Account.id)
    )
    return tuple(session.scalars(statement))


def invitations(session: Session, account_id: int | None = None) -> tuple[Invitation, ...]:
    """All invitations that could still be used, or those one account has made."""
    statement = (
        select(Invitation)
        .options(selectinload(Invitation.labs))
        .where(Invitation.revoked_at.is_(None), Invitation.uses_left > 0)
        .order_by(Invitation.created_at.desc())
    )
    if account_id is not None:
        statement = statement.where(Invitation.created_by_id == account_id)
    return tuple(session.scalars(statement))
