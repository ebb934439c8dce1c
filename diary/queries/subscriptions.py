"""Who follows by mail: one by their link, and how many in all. Nobody lists the addresses."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.models import Lab, Method, Person, Subscriber, Subscription


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that a subscriber follows: its name, empty for everything."""

    id: int
    name: str


def subscriber(session: Session, uid: uuid.UUID) -> Subscriber | None:
    """Whose links carry this uid."""
    return session.scalar(select(Subscriber).where(Subscriber.uid == uid))


def followed(session: Session, subscriber_id: int) -> tuple[Followed, ...]:
    """What somebody follows, each thing once."""
    statement = (
        select(Subscription.id, Lab.name, Method.name, Person.name)
        .outerjoin(Lab, Lab.id == Subscription.lab_id)
        .outerjoin(Method, Method.id == Subscription.method_id)
        .outerjoin(Person, Person.id == Subscription.person_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(Subscription.id)
    )
    return tuple(
        Followed(found, lab or method or person or "")
        for found, lab, method, person in session.execute(statement)
    )


def count(session: Session, *, stopped: bool = False) -> int:
    """How many follow by mail; with `stopped` how many addresses refuse letters."""
    which = Subscriber.stopped_at.is_not(None) if stopped else Subscriber.stopped_at.is_(None)
    return session.scalar(select(func.count()).select_from(Subscriber).where(which)) or 0
