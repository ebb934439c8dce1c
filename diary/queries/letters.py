"""What is written to a subscriber, and why."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Lab, Letter, Method, Person, Post, Revision, Subscriber, Subscription
from diary.queries.posts import fetch, published


def carried(session: Session, outgoing_id: int) -> list[tuple[Post, Revision]]:
    """What a mail tells of, as it is out now, in the order it came out."""
    letters = select(Letter.post_id).where(
        Letter.outgoing_id == outgoing_id, Letter.sent_at.is_(None)
    )
    return fetch(session, published().where(Post.id.in_(letters)).order_by(Post.sequence))


@dataclass(frozen=True, slots=True)
class Following:
    """A subscriber, and the names of what they follow; none for the whole diary."""

    subscriber: Subscriber
    names: tuple[str, ...]


def following(session: Session, subscriber_id: int) -> Following | None:
    """A subscriber and what they follow, as it is called now."""
    subscriber = session.get(Subscriber, subscriber_id)
    if subscriber is None:
        return None
    statement = (
        select(Lab.name, Method.name, Person.name)
        .select_from(Subscription)
        .outerjoin(Lab, Lab.id == Subscription.lab_id)
        .outerjoin(Method, Method.id == Subscription.method_id)
        .outerjoin(Person, Person.id == Subscription.person_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(Subscription.id)
    )
    rows = session.execute(statement).all()
    if any(row == (None, None, None) for row in rows):
        return Following(subscriber, ())
    return Following(subscriber, tuple(name for row in rows for name in row if name))
