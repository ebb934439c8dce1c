"""Telling a hub which feeds have changed (WebSub, section 6): queued with the deed, sent later."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from diary.domain.journal import locked_state
from diary.hub import NotTold, Tell
from diary.models import (
    HAS_HUB,
    Byline,
    Lab,
    Method,
    Person,
    Ping,
    Revision,
    RevisionMethod,
    begin_writing,
)

WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240))
"""Until the next try; the last one again and again. Telling takes less than the first."""
SEEN_AFTER = timedelta(seconds=1)
"""By then every server shows what has changed; a hub that came sooner would get the old feed."""
GIVE_UP_AFTER = timedelta(days=1)
"""By then most readers have come by themselves."""

log = logging.getLogger(__name__)


def queue(session: Session, revision_ids: Iterable[int | None], now: datetime) -> None:
    """Note that the feeds in which these revisions stand, or stood, have changed.

    One ping for each, however often it changes until it is sent; none where no hub is set.
    """
    if not session.info.get(HAS_HUB):
        return
    locked_state(session)  # nobody queues the same feed at once
    paths = _paths(session, [one for one in revision_ids if one is not None])
    statement = select(Ping).where(Ping.path.in_(paths)).with_for_update()
    waiting = {ping.path: ping for ping in session.scalars(statement)}
    due = now + SEEN_AFTER
    for path in sorted(paths - waiting.keys()):
        session.add(Ping(path=path, queued_at=now, due_at=due))
    for ping in waiting.values():
        # Whoever is sending it sees by these that it changed meanwhile.
        ping.queued_at, ping.due_at, ping.tries = now, due, 0
    session.flush()


def _paths(session: Session, revision_ids: list[int]) -> set[str]:
    """The feeds of the diary, and of the place, the ways of working and the authors."""
    labs = select(Lab.slug).join(Revision, Revision.lab_id == Lab.id)
    labs = labs.where(Revision.id.in_(revision_ids))
    methods = select(Method.slug).join(RevisionMethod)
    methods = methods.where(RevisionMethod.revision_id.in_(revision_ids))
    authors = select(Person.slug).join(Byline, Byline.person_id == Person.id)
    authors = authors.where(Byline.revision_id.in_(revision_ids))
    authors = authors.where(Person.slug.is_not(None), Person.archived_at.is_(None))
    return {
        "/feed",
        *(f"/labs/{slug}/feed" for slug in session.scalars(labs)),
        *(f"/methods/{slug}/feed" for slug in session.scalars(methods)),
        *(_of_author(slug) for slug in session.scalars(authors)),
    }


def forget_author(session: Session, person: Person) -> None:
    """Tell nobody of the feed of somebody who is to be forgotten: its address is their name."""
    if person.slug:
        session.execute(delete(Ping).where(Ping.path == _of_author(person.slug)))


def _of_author(slug: str | None) -> str:
    return f"/authors/{slug}/feed"


def deliver(
    sessions: sessionmaker[Session],
    tell: Tell,
    clock: Callable[[], datetime],
    enough: Callable[[], bool] = lambda: False,
) -> int:
    """Tell the hub of what is due until `enough`; several may do so at once. Returns how many.

    A ping is claimed by putting off its next try; no transaction is open while it is sent. If the
    hub does not take one, the others are left for later.
    """
    told = 0
    while not enough() and (ping := _claim(sessions, clock())) is not None:
        try:
            tell(ping.path)
        except NotTold as error:
            if clock() - ping.queued_at > GIVE_UP_AFTER:
                log.warning("The hub is not told of %s: %s.", ping.path, error)
                _remove(sessions, ping)
            else:
                log.info("The hub is told of %s later: %s.", ping.path, error)
            break
        told += 1
        _remove(sessions, ping)
    return told


def _claim(sessions: sessionmaker[Session], now: datetime) -> Ping | None:
    statement = select(Ping).where(Ping.due_at <= now).order_by(Ping.due_at, Ping.id)
    with sessions() as session:
        begin_writing(session)
        ping = session.scalar(statement.limit(1).with_for_update(skip_locked=True))
        if ping is not None:
            ping.due_at = now + WAITS[min(ping.tries, len(WAITS) - 1)]
            ping.tries += 1
        session.commit()
    return ping


def _remove(sessions: sessionmaker[Session], ping: Ping) -> None:
    """Remove a ping, unless its feed has changed again since it was claimed."""
    same = (Ping.path == ping.path, Ping.queued_at == ping.queued_at, Ping.tries == ping.tries)
    with sessions() as session:
        begin_writing(session)
        session.execute(delete(Ping).where(*same))
        session.commit()
