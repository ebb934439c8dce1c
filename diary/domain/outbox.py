"""The outbox: mail waits in the deed's own transaction, and is sent when that is over."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from diary.domain import letters
from diary.mail import Mail, NoServer, NotSent, Refused, Send, Unanswered
from diary.models import Outgoing, begin_writing
from diary.text.plain import tidy_line

WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 24 * 60))
"""Until the next try; the last one again and again. Sending takes less than the first."""
GIVE_UP_AFTER = timedelta(days=5)
"""RFC 5321, section 4.5.4.1: four to five days at least."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the mails that were due, and how many are left."""

    sent: int
    failed: int
    waiting: int
    twice: int = 0
    """Sent, and they may have come before: a try was cut off, and nobody noted its end."""
    stopped: int = 0
    """Addresses of subscribers that were refused for good."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail in its words, and the posts it carries to a subscriber."""

    mail: Mail
    posts: tuple[int, ...] = ()


Compose = Callable[[Outgoing], Ready | None]
"""Makes the words of a subscriber's mail when it is sent; None if nothing is left to tell."""


def queue(
    session: Session,
    to: str,
    subject: str,
    body: str,
    lang: str,
    now: datetime,
    *,
    due_at: datetime | None = None,
    post_id: int | None = None,
) -> None:
    """Put a mail into the outbox: it goes if the transaction is committed, and only then.

    It can wait until `due_at`; one about a post is taken out again by whatever overtakes it.
    """
    session.add(
        Outgoing(
            recipient=to,
            subject=tidy_line(subject),
            body=body,
            lang=lang,
            queued_at=now,
            due_at=due_at or now,
            post_id=post_id,
        )
    )


def deliver(
    sessions: sessionmaker[Session],
    send: Send,
    clock: Callable[[], datetime],
    enough: Callable[[], bool] = lambda: False,
    compose: Compose | None = None,
) -> Delivered:
    """Send what is due until `enough`; several may do so at once. Letters wait without `compose`.

    A mail is claimed by putting off its next try, so that nobody else takes it while it is
    sent; no transaction is open meanwhile. If the server is away, the others are left for later.
    """
    done: Counter[str] = Counter()
    while not enough():
        mail = _claim(sessions, clock(), with_letters=compose is not None)
        if mail is None:
            if compose is None or not _gather(sessions, clock()):
                break
            continue
        ready = compose(mail) if compose and mail.subscriber_id else Ready(_as_it_stands(mail))
        try:
            if ready is not None:
                send(ready.mail)
        except NotSent as error:
            done += _note_failure(sessions, mail, error, clock())
            if isinstance(error, NoServer):
                break
        else:
            done += _note_end(sessions, mail, ready, clock())
    return Delivered(done["sent"], done["failed"], _count(sessions), done["twice"], done["stopped"])


def key(mail: Outgoing) -> str:
    """What a mail is called in its Message-ID, at every try."""
    # The number alone comes again when the outbox has been empty.
    return f"{mail.queued_at:%Y%m%d%H%M%S%f}.{mail.id}"


def _claim(
    sessions: sessionmaker[Session], now: datetime, *, with_letters: bool
) -> Outgoing | None:
    """The mail that goes next.

    Whoever asked for a password does not wait behind the letters. One that was tried stands behind
    those that were not, even if it ends the process each time.
    """
    to_subscriber = Outgoing.subscriber_id.is_not(None)
    statement = select(Outgoing).where(Outgoing.due_at <= now)
    statement = statement.order_by(to_subscriber, Outgoing.due_at, Outgoing.id)
    if not with_letters:
        statement = statement.where(~to_subscriber)
    with sessions() as session:
        begin_writing(session)
        mail = session.scalar(statement.limit(1).with_for_update(skip_locked=True))
        if mail is not None:
            mail.due_at = now + WAITS[min(mail.tries, len(WAITS) - 1)]
            mail.tries += 1
            mail.unnoted += 1
        session.commit()
    return mail


def _gather(sessions: sessionmaker[Session], now: datetime) -> int:
    with sessions() as session:
        begin_writing(session)
        mails = letters.gather(session, now)
        session.commit()
    return mails


def _as_it_stands(mail: Outgoing) -> Mail:
    return Mail(key(mail), mail.recipient, mail.subject, mail.body, mail.lang, mail.queued_at)


def _note_end(
    sessions: sessionmaker[Session], mail: Outgoing, ready: Ready | None, now: datetime
) -> Counter[str]:
    """It was taken, or there was nothing left to send."""
    with sessions() as session:
        begin_writing(session)
        letters.note_sent(session, mail, ready.posts if ready else (), now)
        session.execute(delete(Outgoing).where(Outgoing.id == mail.id))
        session.commit()
    if ready is None:
        return Counter()
    if mail.unnoted > 1:
        log.warning("Mail %s is sent at try %s; it may have come twice.", mail.id, mail.tries)
    return Counter(sent=1, twice=int(mail.unnoted > 1))


def _note_failure(
    sessions: sessionmaker[Session], mail: Outgoing, error: NotSent, now: datetime
) -> Counter[str]:
    """It waits, or it is given up; a subscriber's address that is refused is stopped."""
    refused = isinstance(error, Refused)
    over = refused or now - mail.queued_at > GIVE_UP_AFTER
    with sessions() as session:
        begin_writing(session)
        if over and mail.subscriber_id is not None:
            letters.give_up(session, mail)
        if refused and mail.subscriber_id is not None:
            letters.stop(session, mail.subscriber_id, now)
        if over:
            session.execute(delete(Outgoing).where(Outgoing.id == mail.id))
        elif not isinstance(error, Unanswered):
            this = update(Outgoing).where(Outgoing.id == mail.id)
            session.execute(this.values(unnoted=Outgoing.unnoted - 1))
        session.commit()
    if over:
        log.warning("Mail %s is given up at try %s: %s.", mail.id, mail.tries, error)
    else:
        log.info("Mail %s waits after try %s: %s.", mail.id, mail.tries, error)
    return Counter(failed=1, stopped=int(refused and mail.subscriber_id is not None))


def _count(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Outgoing)) or 0
