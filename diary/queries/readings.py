"""What somebody was asked to read, and what readers have said of a revision."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from diary.models import Account, Person, Post, Reading, Revision
from diary.queries.cards import cards, rows
from diary.queries.moderation import ON_THE_DESK
from diary.queries.rows import PostCard


@dataclass(frozen=True, slots=True)
class Asked:
    """One post that somebody was asked to read, as it will look, and what they have said of it."""

    id: int
    card: PostCard
    by: str
    read: bool
    gist: str
    note: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader was asked, and has said: `read_at` is None until they have."""

    reader_id: int
    name: str
    asked_at: datetime
    read_at: datetime | None
    fine: bool
    gist: str
    note: str


def open_to(account_id: int) -> Select[Reading]:
    """What somebody was asked to read and nobody has decided about yet: more they do not see."""
    wanted = func.coalesce(Post.waiting_id, Post.live_id)
    return (
        select(Reading)
        .join(Post, Reading.post_id == Post.id)
        .where(Reading.reader_id == account_id, Reading.revision_id == wanted, ON_THE_DESK)
        .where(func.coalesce(Post.read_id, 0) != Reading.revision_id)
    )


def waiting(session: Session, account_id: int) -> int | None:
    """The id of what somebody is to read first."""
    unread = open_to(account_id).where(Reading.read_at.is_(None)).order_by(Reading.asked_at)
    return session.scalar(unread.with_only_columns(Reading.id).limit(1))


def count_waiting(session: Session, account_id: int) -> int:
    """How many posts somebody is asked to read."""
    unread = open_to(account_id).where(Reading.read_at.is_(None))
    return session.scalar(unread.with_only_columns(func.count())) or 0


def asked(session: Session, account_id: int, reading_id: int, lang: str) -> Asked | None:
    """One post that an account was asked to read, with the pictures that may be shown."""
    found = session.scalar(open_to(account_id).where(Reading.id == reading_id))
    if found is None:
        return None
    statement = (
        select(Post, Revision)
        .join(Revision, Revision.post_id == Post.id)
        .where(Revision.id == found.revision_id)
    )
    by = select(Person.name).join(Account).where(Account.id == found.asked_by_id)
    return Asked(
        id=found.id,
        card=cards(session, rows(session, statement), lang)[0],
        by=session.scalar(by) or "",
        read=found.read_at is not None,
        gist=found.gist,
        note=found.note,
    )


def of_revision(session: Session, revision_id: int) -> tuple[Read, ...]:
    """Who was asked to read a revision, and what they have said."""
    reader = aliased(Account)
    statement = (
        select(Reading, Person.name)
        .join(reader, Reading.reader_id == reader.id)
        .join(Person, reader.person_id == Person.id)
        .where(Reading.revision_id == revision_id)
        .order_by(Reading.id)
    )
    return tuple(
        Read(
            reader_id=one.reader_id,
            name=name,
            asked_at=one.asked_at,
            read_at=one.read_at,
            fine=one.fine is not False,
            gist=one.gist,
            note=one.note,
        )
        for one, name in session.execute(statement)
    )
