"""Following by mail: confirming, changing, stopping. Nothing is kept of who has not confirmed."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from diary.domain import erasures
from diary.domain.accounts import MAX_EMAIL, normal
from diary.domain.content import line_problems
from diary.domain.errors import Problem
from diary.domain.journal import locked_state
from diary.models import Lab, Letter, Method, Outgoing, Pace, Person, Subscriber, Subscription
from diary.models.engine import Base

COLUMNS: dict[type[Base], str] = {Lab: "lab_id", Method: "method_id", Person: "person_id"}
STOPPED_KEPT = timedelta(days=30)
"""For how long the owner of an address that refuses letters can find it here."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants by mail, how often and in which language; `part` None is everything."""

    email: str
    part: Lab | Method | Person | None
    pace: Pace
    lang: str


def address_problems(email: str) -> Iterable[Problem]:
    """What is wrong with an e-mail address."""
    yield from line_problems("email", email, MAX_EMAIL, needed=True)
    if email.strip() and not _is_address(email.strip()):
        yield Problem("email", "not_an_address")


def _is_address(text: str) -> bool:
    """Whether it is one bare address (RFC 5322, section 3.4.1).

    Comments and quotes are none: `sam(1)@example.org` and `sam(2)@example.org` are two texts and
    one mailbox, and whoever counts the texts lets it be flooded.
    """
    try:
        text.rpartition("@")[2].encode("idna")
        return str(Address(addr_spec=text).addr_spec) == text
    except (ValueError, IndexError, MessageError):
        return False


def mailbox_of(email: str) -> str:
    """Whose letters these are, whatever follows a plus: `sam+diary@…` comes to `sam@…`."""
    name, at, host = normal(email).rpartition("@")
    return f"{name.partition('+')[0] or name}{at}{host}"


def confirm(session: Session, wish: Wish, now: datetime) -> Subscriber:
    """Let the owner of an address follow; done twice, it is done once.

    The pace and the language are those of the last time. Who follows everything follows each part
    of it, and gets each post once.
    """
    locked_state(session)  # two confirmations at once make one subscriber
    email = normal(wish.email)
    known = select(Subscriber).where(Subscriber.email == email)
    found = session.scalar(known.with_for_update())
    subscriber = found or Subscriber(email=email, uid=uuid.uuid4())
    subscriber.pace, subscriber.lang = wish.pace, wish.lang
    subscriber.confirmed_at, subscriber.stopped_at = now, None
    session.add(subscriber)
    wanted = {COLUMNS[type(wish.part)]: wish.part.id} if wish.part else {}
    if not any(_follows(one, wanted) for one in subscriber.subscriptions):
        subscriber.subscriptions.append(Subscription(**wanted))
    session.flush()
    return subscriber


def _follows(subscription: Subscription, wanted: dict[str, int]) -> bool:
    return all(getattr(subscription, name) == wanted.get(name) for name in COLUMNS.values())


def locked(session: Session, uid: uuid.UUID) -> Subscriber | None:
    """Whose links carry this uid, to be changed.

    The diary's one row comes first, as it does for whoever publishes and writes to them.
    """
    locked_state(session)
    return session.scalar(select(Subscriber).where(Subscriber.uid == uid).with_for_update())


def change(
    session: Session, subscriber: Subscriber, pace: Pace, lang: str, kept: Collection[int]
) -> None:
    """Change how often and in which language, and keep only some of what is followed."""
    subscriber.pace, subscriber.lang = pace, lang
    for one in list(subscriber.subscriptions):
        if one.id not in kept:
            subscriber.subscriptions.remove(one)
    session.flush()


def stop(session: Session, subscriber: Subscriber, now: datetime) -> None:
    """Forget an address, and every letter to it, also after a backup is put back."""
    erasures.append(session, "subscriber", subscriber.uid, now)
    remove(session, Subscriber.id == subscriber.id)


def remove(session: Session, which: ColumnElement[bool]) -> None:
    """Remove subscribers with all that is theirs."""
    session.flush()
    ids = select(Subscriber.id).where(which)
    for theirs in (Letter, Outgoing, Subscription):
        session.execute(delete(theirs).where(theirs.subscriber_id.in_(ids)))
    session.execute(delete(Subscriber).where(which))


def leave_nobody(session: Session, now: datetime) -> None:
    """Remove the addresses that have refused letters for long, and those that follow nothing."""
    refused = Subscriber.stopped_at < now - STOPPED_KEPT
    follows = select(Subscription.id).where(Subscription.subscriber_id == Subscriber.id)
    remove(session, or_(refused, ~follows.exists()))
