"""Persons as the lead looks after them, with or without an account."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain.accounts import MAX_NAME, name_shown
from diary.domain.content import line_problems
from diary.domain.errors import Invalid, NotFound, Problem
from diary.domain.journal import record, show_change
from diary.domain.policy import Actor
from diary.domain.taxonomy import change_copies, ensure_lead, signed_by_another
from diary.models import Account, Byline, Kind, Person, Post, Revision, Status, WorkingCopy
from diary.text.plain import tidy_line


@dataclass(frozen=True, slots=True)
class Details:
    """What the lead says of a person."""

    name: str
    role: str
    kind: Kind


def found(session: Session, person_id: int) -> Person:
    """A person; raises NotFound for one who was forgotten or merged into another."""
    person = session.get(Person, person_id)
    if person is None or not person.name:
        raise NotFound
    return person


def save(session: Session, actor: Actor, person_id: int, details: Details, now: datetime) -> None:
    """Change what a person is called from now on; what they have signed keeps the name of then.

    Raises NotAllowed, NotFound, or Invalid per field.
    """
    ensure_lead(actor)
    person = found(session, person_id)
    wrong = (
        *line_problems("name", details.name, MAX_NAME, needed=True),
        *line_problems("byline_role", details.role, MAX_NAME),
    )
    if wrong:
        raise Invalid(wrong)
    person.name = name_shown(details.name, minor=person.minor)
    person.role, person.kind = tidy_line(details.role), details.kind
    record(session, "save_person", now, actor_id=actor.account_id, subject_id=person.id)
    show_change(session, now)  # an author's page carries the name


def split(
    session: Session,
    actor: Actor,
    person_id: int,
    name: str,
    post_ids: Collection[int],
    now: datetime,
) -> Person:
    """Make a new person of those who signed some of somebody's posts; no word of them changes.

    Raises NotAllowed, NotFound, or Invalid for a name that cannot be and where no post of these
    carries the person's name (any more: two do the same at once).
    """
    ensure_lead(actor)
    show_change(session, now)  # locks
    before = found(session, person_id)
    signed = session.scalars(
        select(Byline)
        .join(Revision, Byline.revision_id == Revision.id)
        .join(Post, Revision.post_id == Post.id)
        .where(Byline.person_id == before.id, Revision.post_id.in_(post_ids))
        .where(Post.status != Status.DRAFT)
    ).all()
    wrong = (
        *line_problems("name", name, MAX_NAME, needed=True),
        *(() if signed else (Problem("posts", "no_posts"),)),
    )
    if wrong:
        raise Invalid(wrong)
    person = Person(
        uid=new_uid(),
        name=name_shown(name, minor=before.minor),
        role=signed[-1].role,
        kind=signed[-1].kind,
        lab_id=before.lab_id,
        minor=before.minor,
        created_at=now,
    )
    session.add(person)
    session.flush()
    for byline in signed:
        byline.person_id = person.id
    change_copies(
        session,
        lambda content: signed_by_another(content, before.id, person.id),
        WorkingCopy.post_id.in_(post_ids),
    )
    by = actor.account_id
    record(session, "split", now, actor_id=by, subject_id=before.id, other_id=person.id)
    return person


def archive(session: Session, actor: Actor, person_id: int, now: datetime, *, used: bool) -> None:
    """Put a person away, or bring them back: without a page, not offered; what they signed stays.

    Raises NotAllowed, NotFound, or Invalid for somebody who logs in.
    """
    ensure_lead(actor)
    show_change(session, now)
    person = found(session, person_id)
    if (person.archived_at is None) == used:
        return
    logs_in = select(Account.id).where(Account.person_id == person.id, Account.closed_at.is_(None))
    if not used and session.scalar(logs_in):
        raise Invalid((Problem("use", "logs_in"),))
    person.archived_at = None if used else now
    deed, what = "bring_into_use" if used else "archive", "person"
    record(session, deed, now, actor_id=actor.account_id, subject_id=person.id, reason=what)
