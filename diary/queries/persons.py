"""Persons as the lead looks after them, with or without an account."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from diary.models import Account, Byline, Kind, Lab, Person, Post, Revision, Status

PERSONS_SHOWN = 50
SIGNED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, the posts that carry their name, and their account if they have one."""

    id: int
    name: str
    role: str
    kind: Kind
    place: str
    page: str
    minor: bool
    account_id: int | None
    username: str
    posts: int
    archived: bool


def listed(
    session: Session, *, name: str = "", after: int | None = None, size: int = PERSONS_SHOWN
) -> tuple[tuple[Somebody, ...], int | None]:
    """Persons by name whose name has some letters in it, after a person's id; where it goes on."""
    statement = select(Person.id).where(Person.name != "").order_by(Person.name, Person.id)
    if name:
        statement = statement.where(Person.name.icontains(name, autoescape=True))
    last = session.get(Person, after or 0)
    if last is not None:
        later = (Person.name == last.name) & (Person.id > last.id)
        statement = statement.where(or_(Person.name > last.name, later))
    ids = list(session.scalars(statement.limit(size + 1)))
    more = ids[size - 1] if len(ids) > size else None
    return _somebodies(session, ids[:size]), more


def one(session: Session, person_id: int) -> Somebody | None:
    """One person; none who was forgotten or merged into another."""
    return next(iter(_somebodies(session, [person_id])), None)


def _somebodies(session: Session, ids: list[int]) -> tuple[Somebody, ...]:
    counts = _posts(session, ids)
    statement = (
        select(Person, Lab.name, Account.id, Account.username)
        .outerjoin(Lab, Person.lab_id == Lab.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id.in_(ids), Person.name != "")
        .order_by(Person.name, Person.id)
    )
    return tuple(
        Somebody(
            id=person.id,
            name=person.name,
            role=person.role,
            kind=person.kind,
            place=place or "",
            page=person.slug or "",
            minor=person.minor,
            account_id=account_id,
            username=username or "",
            posts=counts.get(person.id, 0),
            archived=person.archived_at is not None,
        )
        for person, place, account_id, username in session.execute(statement)
    )


def _posts(session: Session, ids: list[int]) -> dict[int, int]:
    statement = (
        select(Byline.person_id, func.count(Revision.post_id.distinct()))
        .join(Revision, Byline.revision_id == Revision.id)
        .where(Byline.person_id.in_(ids))
        .group_by(Byline.person_id)
    )
    return dict(list(session.execute(statement)))


@dataclass(frozen=True, slots=True)
class Signed:
    """A post that carries somebody's name, as it stands there."""

    post_id: int
    heading: str
    lang: str
    dated: date
    place: str
    name: str
    role: str


def signed(
    session: Session, person_id: int, *, before: int | None = None, size: int = SIGNED_SHOWN
) -> tuple[tuple[Signed, ...], int | None]:
    """The posts that carry a person's name, the one begun last first, before a post's id; and
    where the list goes on. A draft is its owner's alone."""
    newest = (
        select(func.max(Byline.revision_id))
        .join(Revision, Byline.revision_id == Revision.id)
        .join(Post, Revision.post_id == Post.id)
        .where(Byline.person_id == person_id, Post.status != Status.DRAFT)
        .group_by(Revision.post_id)
        .order_by(Revision.post_id.desc())
        .limit(size + 1)
    )
    if before is not None:
        newest = newest.where(Revision.post_id < before)
    statement = (
        select(Revision, func.coalesce(Lab.name, ""), Byline.name, Byline.role)
        .join(Byline, (Byline.revision_id == Revision.id) & (Byline.person_id == person_id))
        .outerjoin(Lab, Revision.lab_id == Lab.id)
        .where(Revision.id.in_(newest))
        .order_by(Revision.post_id.desc(), Byline.position.desc())
    )
    found = {
        revision.post_id: Signed(
            revision.post_id, revision.heading, revision.lang, revision.dated, place, name, role
        )
        for revision, place, name, role in session.execute(statement)
    }
    rows = tuple(found.values())
    return rows[:size], rows[size - 1].post_id if len(rows) > size else None
