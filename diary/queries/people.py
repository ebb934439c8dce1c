"""People: one's own posts, and the accounts and invitations the lead looks after."""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, selectinload

from diary.models import (
    Account,
    Card,
    Event,
    Invitation,
    Kind,
    Lab,
    Message,
    Person,
    Picture,
    Post,
    Revision,
    Role,
    Status,
    WorkingCopy,
)
from diary.queries.cards import cards, cards_of, rows, without_words
from diary.queries.posts import NOT_TAKEN_AWAY, fetch
from diary.queries.rows import PictureView, PostCard
from diary.text.markdown import heading_of


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
    answered: str
    """What its writer has answered to that."""


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OWN_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list of one's own posts: in addresses `<microseconds>.<post id>`."""

    at: datetime
    post_id: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}.{self.post_id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The place that an address names; None, the beginning, for anything unreadable."""
        found = re.fullmatch(r"([0-9]{1,16})\.([0-9]{1,9})", text)
        if found is None:
            return None
        return cls(EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))


_At = InstrumentedAttribute[datetime] | ColumnElement[Any]
_SENT_AT = func.coalesce(Post.submitted_at, Post.created_at)


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


def name_of(session: Session, account_id: int | None) -> str:
    """What whoever has an account is called; nothing for nobody."""
    statement = select(Person.name).join(Account, Account.person_id == Person.id)
    return session.scalar(statement.where(Account.id == account_id)) or ""


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


def drafts(
    session: Session, account_id: int, *, before: Cursor | None = None, size: int = OWN_SHOWN
) -> tuple[tuple[Draft, ...], Cursor | None]:
    """An account's posts that are drafts, the one saved last first, and where the list goes on."""
    statement = (
        select(Post, WorkingCopy)
        .join(WorkingCopy, WorkingCopy.post_id == Post.id)
        .where(Post.owner_id == account_id, WorkingCopy.account_id == account_id)
        .where(Post.status == Status.DRAFT, _below(WorkingCopy.saved_at, before))
        .order_by(WorkingCopy.saved_at.desc(), Post.id.desc())
        .limit(size + 1)
    )
    found = tuple(
        Draft(
            post_id=post.id,
            heading=heading_of(copy.content["title"], copy.content["body"]),
            lang=copy.content["lang"],
            saved_at=copy.saved_at,
            pictures=len(copy.content["pictures"]),
        )
        for post, copy in session.execute(statement)
    )
    last = found[size - 1] if len(found) > size else None
    return found[:size], Cursor(last.saved_at, last.post_id) if last else None


def _below(column: _At, before: Cursor | None) -> ColumnElement[bool]:
    if before is None:
        return true()
    return or_(column < before.at, and_(column == before.at, Post.id < before.post_id))


def sent(
    session: Session,
    account_id: int,
    lang: str,
    *,
    returned: bool = False,
    before: Cursor | None = None,
    size: int = OWN_SHOWN,
) -> tuple[tuple[Sent, ...], Cursor | None]:
    """An account's posts that came back, or the others that were sent: by their newest revision,
    the one sent last first; and where the list goes on."""
    back = Post.status == Status.RETURNED
    statement = (
        _sent_by(account_id)
        .where(back if returned else ~back, Post.status != Status.DRAFT)
        .where(_below(_SENT_AT, before))
        .order_by(_SENT_AT.desc(), Post.id.desc())
        .limit(size + 1)
    )
    found = fetch(session, statement)
    last = found[size - 1][0] if len(found) > size else None
    after = Cursor(last.submitted_at or last.created_at, last.id) if last else None
    return _as_sent(session, account_id, found[:size], lang), after


def sent_one(session: Session, account_id: int, post_id: int, lang: str) -> Sent | None:
    """One of an account's posts, if it was sent."""
    statement = _sent_by(account_id).where(Post.id == post_id, Post.status != Status.DRAFT)
    return next(iter(_as_sent(session, account_id, fetch(session, statement), lang)), None)


def _sent_by(account_id: int) -> Select[Post, Revision]:
    newest = select(func.max(Revision.id)).where(Revision.post_id == Post.id)
    return (
        select(Post, Revision)
        .join(Revision, Revision.id == newest.correlate(Post).scalar_subquery())
        .where(Post.owner_id == account_id)
    )


def _as_sent(
    session: Session, account_id: int, found: list[tuple[Post, Revision]], lang: str
) -> tuple[Sent, ...]:
    begun = select(WorkingCopy.post_id).where(WorkingCopy.account_id == account_id)
    written_on = set(session.scalars(begun))
    talks = _talks(session, [post.id for post, _ in found])
    rows = []
    for (post, _), card in zip(found, cards_of(session, found, lang, withheld=True), strict=True):
        asked = _open_question(post, talks[post.id][0])
        rows.append(
            Sent(
                card=card,
                waits=post.waiting_id is not None,
                written_on=post.id in written_on,
                question=asked,
                answered=talks[post.id][1] if asked else "",
            )
        )
    return tuple(rows)


def question(session: Session, post_id: int) -> Question | None:
    """The question a post came back with, until it is sent again."""
    return questions(session, [session.get_one(Post, post_id)])[post_id]


def count_back(session: Session, account_id: int) -> int:
    """How many of an account's posts have come back with a question."""
    back = select(func.count()).where(Post.owner_id == account_id, Post.status == Status.RETURNED)
    return session.scalar(back) or 0


def questions(session: Session, posts: Collection[Post]) -> dict[int, Question | None]:
    """The word from a moderator that some posts came back with or were taken down with, by post."""
    talks = _talks(session, [post.id for post in posts])
    return {post.id: _open_question(post, talks[post.id][0]) for post in posts}


def _open_question(post: Post, last: Question | None) -> Question | None:
    if last is None or post.waiting_id is not None:
        return None
    asked_since = post.submitted_at is None or last.at >= post.submitted_at
    return last if asked_since and post.status not in ANSWERED[last.action] else None


ANSWERED = {"return": {Status.WITHDRAWN}, "withdraw": set(Status) - {Status.WITHDRAWN}}
"""Where a word from a moderator has had its day."""


def _talks(session: Session, post_ids: list[int]) -> defaultdict[int, tuple[Question | None, str]]:
    """Per post the last word from a moderator, and what its writer answered since."""
    statement = (
        select(Event, Message.words)
        .outerjoin(Message, Event.message_id == Message.id)
        .where(Event.post_id.in_(post_ids))
        .where(Event.action.in_((*ANSWERED, "answer", "withdraw_own")))
        .order_by(Event.id)
    )
    talks: defaultdict[int, tuple[Question | None, str]] = defaultdict(lambda: (None, ""))
    for event, words in session.execute(statement):
        post_id = event.post_id or 0
        if event.action == "answer":
            talks[post_id] = (talks[post_id][0], words or "")
        elif event.action == "withdraw_own":
            talks[post_id] = (None, "")
        else:
            said = Question(event.action, event.reason or "", words or "", event.at)
            talks[post_id] = (said, "")
    return talks


def taken_down(session: Session, lang: str) -> tuple[PostCard, ...]:
    """The posts their writers have taken down and no lead has seen yet."""
    last = (
        select(Event.action)
        .where(Event.post_id == Post.id, Event.action.in_(("withdraw", "withdraw_own", "seen")))
        .order_by(Event.id.desc())
        .limit(1)
    )
    statement = (
        select(Post, Revision)
        .join(Revision, Post.live_id == Revision.id)
        .where(Post.status == Status.WITHDRAWN)
        .where(last.correlate(Post).scalar_subquery() == "withdraw_own")
        .order_by(Post.sequence.desc())
        .limit(OWN_SHOWN)
    )
    return cards(session, rows(session, statement), lang)


def moderators_reached(session: Session) -> tuple[Account, ...]:
    """All who look after posts and gave an address."""
    statement = (
        select(Account)
        .options(selectinload(Account.labs), selectinload(Account.person))
        .where(Account.role != Role.AUTHOR, Account.closed_at.is_(None))
        .where(Account.email.is_not(None))
        .order_by(Account.id)
    )
    return tuple(session.scalars(statement))


def leads_reached(session: Session, today: date) -> tuple[Account, ...]:
    """The leads, and who reads in a lead's place today, that gave an address."""
    lead = aliased(Account)
    deputies = select(lead.deputy_id).where(
        lead.role == Role.LEAD, lead.closed_at.is_(None), lead.deputy_until >= today
    )
    statement = (
        select(Account)
        .where(or_(Account.role == Role.LEAD, Account.id.in_(deputies)))
        .where(Account.closed_at.is_(None), Account.email.is_not(None))
        .order_by(Account.id)
    )
    return tuple(session.scalars(statement))


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who has asked to be forgotten, and when."""

    id: int
    name: str
    at: datetime


def asking_to_be_forgotten(session: Session) -> tuple[Asking, ...]:
    """Who has asked to be forgotten, closed accounts, too; the first first."""
    statement = (
        select(Account.id, Person.name, Account.forget_asked_at)
        .join(Account.person)
        .where(Account.forget_asked_at.is_not(None))
        .order_by(Account.forget_asked_at)
    )
    return tuple(Asking(who, name, at) for who, name, at in session.execute(statement) if at)


def accounts(session: Session) -> tuple[Account, ...]:
    """All accounts with their person and labs, by name; not those that were forgotten."""
    statement = (
        select(Account)
        .join(Person)
        .options(selectinload(Account.person), selectinload(Account.labs))
        .where(Person.name != "")
        .order_by(Account.closed_at.is_not(None), Person.name, Account.id)
    )
    return tuple(session.scalars(statement))


def with_card(session: Session) -> set[int]:
    """The ids of the accounts that have a card."""
    return set(session.scalars(select(Card.account_id).where(Card.revoked_at.is_(None))))


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
