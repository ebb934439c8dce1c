"""What was forgotten, kept beside the files: a backup that comes back must forget it, too."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from diary.domain.journal import locked_state
from diary.media.storage import Storage, StorageAway
from diary.models import Errand, Task

KEY = "erasures.jsonl"


def append(session: Session, store: Storage, kind: str, uid: UUID, now: datetime) -> None:
    """Add one line (JSON Lines, UTF-8): when, what kind of thing, its uid. Raises StorageFull.

    It stands there before the deed is committed: at worst something that somebody wanted
    forgotten is forgotten once more. Lines are added one after another, as the deed's
    transaction holds the diary's one row meanwhile. While the store is away the line waits in
    the database: a recall waits for nobody.
    """
    locked_state(session)
    line = json.dumps({"at": now.isoformat(), "kind": kind, "uid": str(uid)})
    try:
        store.add(KEY, line.encode())
    except StorageAway:
        session.add(Errand(task=Task.LINE, what=line, since=now))


def last(store: Storage, kind: str) -> dict[UUID, datetime]:
    """When each of a kind was erased last; raises ValueError for a damaged list."""
    found = (json.loads(line) for line in lines(store).splitlines())
    return {
        UUID(line["uid"]): datetime.fromisoformat(line["at"])
        for line in found
        if line["kind"] == kind
    }


def uids(store: Storage, kind: str) -> tuple[UUID, ...]:
    """The uids of all of a kind that were ever erased; raises ValueError for a damaged list."""
    found = (json.loads(line) for line in lines(store).splitlines())
    return tuple({UUID(line["uid"]) for line in found if line["kind"] == kind})


def lines(store: Storage) -> bytes:
    """The list as it stands in the store."""
    return store.lines(KEY)


def merge(store: Storage, others: Iterable[bytes]) -> None:
    """Add the lines of other lists that this one lacks. Raises ValueError for a damaged one."""
    here = lines(store).splitlines()
    known = dict.fromkeys((*here, *others))
    for line in known:
        UUID(json.loads(line)["uid"])
    for line in list(known)[len(set(here)) :]:
        store.add(KEY, line)
