"""What a deed asks of the store: noted with it, tried as soon as it is committed, then until done.

So no transaction is open while the store is asked, no deed waits for one that is away, and a kill
between the two loses nothing. At worst something is done twice, which nobody sees.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from diary.media.storage import Storage, StorageAway, StorageFull
from diary.models import Errand, Task, begin_writing
from diary.queries import files

NOTED = "errands"
"""In a session's `info`: it has noted some that were not tried yet."""
AT_ONCE = 200
Noted = Row[int, Task, str, datetime]


def note(session: Session, task: Task, what: Iterable[str], since: datetime) -> None:
    """Note errands in the deed's own transaction.

    A file stored after `since` may be somebody's who has just sent the same picture and whose row
    is still to come: it is left to mending.
    """
    for one in what:
        session.add(Errand(task=task, what=one, since=since))
        session.info[NOTED] = True


def commit(
    session: Session, store: Storage, gone: Iterable[str] = (), since: datetime | None = None
) -> None:
    """Commit a deed, then try what it has noted; `gone` are files that no row names any more."""
    if since:
        note(session, Task.FILE, gone, since)
    session.commit()
    if session.info.get(NOTED):
        run(session, store)


def waiting(session: Session) -> int:
    """How many there are."""
    return session.scalar(select(func.count(Errand.id))) or 0


def run(session: Session, store: Storage) -> int:
    """Do what can be done, oldest first; how many still wait. No transaction is open meanwhile."""
    session.info.pop(NOTED, None)
    oldest = select(Errand.id, Errand.task, Errand.what, Errand.since).order_by(Errand.id)
    while True:
        todo = session.execute(oldest.limit(AT_ONCE)).all()
        left = waiting(session)
        session.rollback()
        done = _try(session, store, todo)
        if done:
            begin_writing(session)
            session.execute(delete(Errand).where(Errand.id.in_(one.id for one in done)))
            session.commit()
        if not done or len(done) < len(todo):
            return left - len(done)


def _try(session: Session, store: Storage, todo: Sequence[Noted]) -> Sequence[Noted]:
    """Do one after another until the store does not take one; what was done."""
    for number, one in enumerate(todo):
        try:
            _do(session, store, one)
        except (StorageAway, StorageFull):
            return todo[:number]
    return todo


def _do(session: Session, store: Storage, one: Noted) -> None:
    from diary.domain import erasures, traces  # they note errands themselves

    if one.task is Task.LINE:
        store.add(erasures.KEY, one.what.encode())
    elif one.task is Task.FILE:
        _remove(session, store, one.what, one.since)
    else:
        traces.heed(session, store, one.since)


def _remove(session: Session, store: Storage, key: str, since: datetime) -> None:
    named = files.named(session, [key])
    session.rollback()
    if not named and any(one.key == key and one.modified < since for one in store.keys(key)):
        store.delete(key)
