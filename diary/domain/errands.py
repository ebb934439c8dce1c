"""What a store that was away is still to do: tried again until it is done."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from diary.media.storage import Storage, StorageAway
from diary.models import Errand, Task, begin_writing


def note(session: Session, task: Task, what: Iterable[str], now: datetime) -> None:
    """Note and commit errands; called after a commit."""
    session.rollback()
    begin_writing(session)
    session.add_all(Errand(task=task, what=one, since=now) for one in what)
    session.commit()


def waiting(session: Session) -> int:
    """How many there are."""
    return session.scalar(select(func.count(Errand.id))) or 0


def run(sessions: sessionmaker[Session], store: Storage) -> int:
    """Do what can be done, oldest first; how many still wait. No transaction is open meanwhile."""
    from diary.domain import erasures, forgetting, recall, traces  # they note errands themselves

    with sessions() as session:
        todo = session.scalars(select(Errand).order_by(Errand.id)).all()
        session.expunge_all()
        session.rollback()
        for done, errand in enumerate(todo):
            try:
                if errand.task is Task.LINE:
                    store.add(erasures.KEY, errand.what.encode())
                elif errand.task is Task.FILE:
                    forgetting.drop(session, store, errand.what, errand.since)
                else:
                    store.lines(erasures.KEY)
            except StorageAway:
                return len(todo) - done
            begin_writing(session)
            keys: tuple[str, ...] = ()
            if errand.task is Task.AGAIN:
                keys = (
                    *recall.again(session, store, errand.since),
                    *traces.again(session, store, errand.since),
                )
            session.delete(session.get_one(Errand, errand.id))
            session.commit()
            forgetting.drop_files(session, store, keys, errand.since)
    return 0
