"""Persons as the lead looks after them, with or without an account."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from diary.domain.accounts import MAX_NAME, name_shown
from diary.domain.content import line_problems
from diary.domain.errors import Invalid, NotFound
from diary.domain.journal import record, show_change
from diary.domain.policy import Actor
from diary.domain.taxonomy import ensure_lead
from diary.models import Kind, Person
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
