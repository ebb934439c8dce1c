"""Subscribers for tests, and what they have been sent."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Lab, Letter, Method, Pace, Person, Post, Subscriber, Subscription
from tests.builders import NOW


def a_subscriber(
    session: Session,
    name: str = "sam",
    pace: Pace = Pace.AT_ONCE,
    *,
    lang: str = "sv",
    lab: Lab | None = None,
    method: Method | None = None,
    person: Person | None = None,
) -> Subscriber:
    """Somebody who follows one thing or, unless told otherwise, the whole diary."""
    subscriber = Subscriber(
        email=f"{name}@example.org", lang=lang, pace=pace, confirmed_at=NOW, subscriptions=[]
    )
    follow(subscriber, lab, method, person)
    session.add(subscriber)
    session.flush()
    return subscriber


def follow(
    subscriber: Subscriber,
    lab: Lab | None = None,
    method: Method | None = None,
    person: Person | None = None,
) -> None:
    """Have somebody follow one thing more."""
    subscriber.subscriptions.append(
        Subscription(
            lab_id=lab.id if lab else None,
            method_id=method.id if method else None,
            person_id=person.id if person else None,
        )
    )


def letters_about(session: Session, post: Post) -> Counter[str]:
    """The names of those who have a letter about a post."""
    statement = select(Subscriber.email).join(Letter, Letter.subscriber_id == Subscriber.id)
    found = session.scalars(statement.where(Letter.post_id == post.id))
    return Counter(email.partition("@")[0] for email in found)


def dues(session: Session) -> dict[str, datetime]:
    """When everybody's letter is due; each has one."""
    statement = select(Subscriber.email, Letter.due_at).join(
        Letter, Letter.subscriber_id == Subscriber.id
    )
    return {email.partition("@")[0]: due for email, due in session.execute(statement)}
