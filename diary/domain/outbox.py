"""The outbox: mail waits in the deed's own transaction, and is sent when that is over."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from diary.mail import Mail, NoServer, NotSent, Refused, Send
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
) -> Delivered:
    """Send what is due until `enough`; several may do so at once.

    A mail is claimed by putting off its next try, so that nobody else takes it while it is
    sent; no transaction is open meanwhile. If the server is away, the others are left for later.
    """
    sent = failed = 0
    while not enough() and (mail := _claim(sessions, clock())) is not None:
        try:
            send(_as_sent(mail))
        except NotSent as error:
            failed += 1
            if isinstance(error, Refused) or clock() - mail.queued_at > GIVE_UP_AFTER:
                log.warning("Mail %s is given up at try %s: %s.", mail.id, mail.tries, error)
                _remove(sessions, mail)
            else:
                log.info("Mail %s waits after try %s: %s.", mail.id, mail.tries, error)
            if isinstance(error, NoServer):
                break
        else:
            sent += 1
            _remove(sessions, mail)
    return Delivered(sent, failed, _count(sessions))


def _claim(sessions: sessionmaker[Session], now: datetime) -> Outgoing | None:
    statement = select(Outgoing).where(Outgoing.due_at <= now).order_by(Outgoing.due_at)
    with sessions() as session:
        begin_writing(session)
        mail = session.scalar(statement.limit(1).with_for_update(skip_locked=True))
        if mail is not None:
            mail.due_at = now + WAITS[min(mail.tries, len(WAITS) - 1)]
            mail.tries += 1
        session.commit()
    return mail


def _as_sent(mail: Outgoing) -> Mail:
    # The number alone comes again when the outbox has been empty.
    key = f"{mail.queued_at:%Y%m%d%H%M%S%f}.{mail.id}"
    return Mail(key, mail.recipient, mail.subject, mail.body, mail.lang, mail.queued_at)


def _remove(sessions: sessionmaker[Session], mail: Outgoing) -> None:
    with sessions() as session:
        begin_writing(session)
        session.execute(delete(Outgoing).where(Outgoing.id == mail.id))
        session.commit()


def _count(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Outgoing)) or 0
