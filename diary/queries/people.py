"""People: one's own posts, and the accounts and invitations the lead looks after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from diary.models import (
    Account,
    Event,
    Invitation,
    Kind,
    Lab,
    Message,
    Person,
    Picture,
    Post,
    Revision,
    Status,
    WorkingCopy,
)
from diary.queries.posts import NOT_TAKEN_AWAY, cards, fetch, without_words
from diary.queries.rows import PictureView, PostCard
from diary.text.markdown import render
from diary.text.plain import first_words


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody with an account, as a writing form knows them; `lab` is a slug."""

    person_id: int
    name: str
    role: str
    kind: Kind
    lab: str
    trusted: bool
    promised: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A post that was not sent, by what its working copy says."""

    post_id: int
    heading: str
    lang: str
    saved_at: datetime
    pictures: int


@dataclass(frozen=True, slots=True)
class Question:
    """What a moderator has said: a ready question by its key, free words, or both."""

    action: str
    reason: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """An own post that was sent once, as its newest revision says."""

    card: PostCard
    waits: bool
    """Its newest revision waits to be read."""
    written_on: bool
    """Something was written on it since and not sent."""
    question: Question | None


def writer(session: Session, account_id: int) -> Writer:
    """What a new form knows of the one who writes."""
    account, person, lab = session.execute(
        select(Account, Person, Lab.slug)
        .join(Person, Account.person_id == Person.id)
        .outerjoin(Lab, Person.lab_id == Lab.id)
        .where(Account.id == account_id)
    ).one()
    return Writer(
        person_id=person.id,
        name=person.name,
        role=person.role,
        kind=person.kind,
        lab=lab or "",
        trusted=account.trusted,
        promised=account.promised_at is not None,
    )


def uploaded(session: Session, post_id: int) -> dict[str, PictureView]:
    """All pictures ever sent for a post that were not taken away, by token, without words."""
    statement = (
        select(Picture)
        .options(selectinload(Picture.renditions))
        .where(Picture.post_id == post_id, *NOT_TAKEN_AWAY)
    )
    return {
        picture.token: without_words(picture, picture.renditions)
        for picture in session.scalars(statement)
    }


def drafts(session: Session, account_id: int) -> tuple[Draft, ...]:
    """An account's posts that are drafts, the one saved last first."""
    statement = (
        select(Post, WorkingCopy)
        .join(WorkingCopy, WorkingCopy.post_id == Post.id)
        .where(Post.owner_id == account_id, WorkingCopy.account_id == account_id)
        .where(Post.status == Status.DRAFT)
        .order_by(WorkingCopy.saved_at.desc(), Post.id.desc())
    )
    return tuple(
        Draft(
            post_id=post.id,
            heading=_heading(copy.content),
            lang=copy.content["lang"],
            saved_at=copy.saved_at,
            pictures=len(copy.content["pictures"]),
        )
        for post, copy in session.execute(statement)
    )


def _heading(content: dict[str, Any]) -> str:
    return content["title"] or first_words(render(content["body"]), 70)


def sent(
    session: Session, account_id: int, lang: str, *, post_id: int | None = None
) -> tuple[Sent, ...]:
    """An account's posts that were sent, or one of them, by their newest revision."""
    own = select(Post.id).where(Post.owner_id == account_id)
    newest = select(func.max(Revision.id)).where(Revision.post_id.in_(own))
    newest = newest.group_by(Revision.post_id)
    statement = (
        select(Post, Revision)
        .join(Revision, Revision.post_id == Post.id)
        .where(Post.owner_id == account_id, Post.status != Status.DRAFT, Revision.id.in_(newest))
        .order_by(Post.submitted_at.desc(), Post.id.desc())
    )
    if post_id is not None:
        statement = statement.where(Post.id == post_id)
    found = fetch(session, statement)
    ids = [post.id for post, _ in found]
    begun = select(WorkingCopy.post_id).where(WorkingCopy.account_id == account_id)
    written_on = set(session.scalars(begun))
    questions = _questions(session, ids)
    return tuple(
        Sent(
            card=card,
            waits=post.waiting_id is not None,
            written_on=post.id in written_on,
            question=_open_question(post, questions.get(post.id)),
        )
        for (post, _), card in zip(found, cards(session, found, lang), strict=True)
    )


def question(session: Session, post_id: int) -> Question | None:
    """The question a post came back with, until it is sent again."""
    post = session.get_one(Post, post_id)
    return _open_question(post, _questions(session, [post_id]).get(post_id))


def _open_question(post: Post, last: Question | None) -> Question | None:
    if last is None or post.waiting_id is not None:
        return None
    asked_since = post.submitted_at is None or last.at >= post.submitted_at
    return last if asked_since and post.status not in ANSWERED[last.action] else None


ANSWERED = {"return": {Status.WITHDRAWN}, "withdraw": set(Status) - {Status.WITHDRAWN}}
"""Where a word from a moderator has had its day."""


def _questions(session: Session, post_ids: list[int]) -> dict[int, Question]:
    """The last question per post that came back or was taken down."""
    statement = (
        select(Event, Message.words)
        .outerjoin(Message, Event.message_id == Message.id)
        .where(Event.post_id.in_(post_ids), Event.action.in_(("return", "withdraw")))
        .order_by(Event.id)
    )
    return {
        event.post_id: Question(event.action, event.reason or "", words or "", event.at)
        for event, words in session.execute(statement)
        if event.post_id is not None
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
    """Invitations neither taken back nor used up (expired ones, too): all, or one account's."""
    statement = (
        select(Invitation)
        .options(selectinload(Invitation.labs))
        .where(Invitation.revoked_at.is_(None), Invitation.uses_left > 0)
        .order_by(Invitation.created_at.desc())
    )
    if account_id is not None:
        statement = statement.where(Invitation.created_by_id == account_id)
    return tuple(session.scalars(statement))
