"""What was forgotten, kept beside the files: a backup that comes back must forget it, too."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from diary.domain import errands
from diary.media.storage import Storage
from diary.models import Task

KEY = "erasures.jsonl"


def append(session: Session, kind: str, uid: UUID, now: datetime) -> None:
    """Have a line added: it waits in the database, committed with the deed, until it is there."""
    errands.note(session, Task.LINE, [line(kind, uid, now)], now)


def line(kind: str, uid: UUID, now: datetime) -> str:
    """One line of the list (JSON Lines, UTF-8): when, what kind of thing, its uid."""
    return json.dumps({"at": now.isoformat(), "kind": kind, "uid": str(uid)})


def last(listed: bytes, kind: str) -> dict[UUID, datetime]:
    """When each of a kind was erased last; raises ValueError for a damaged list."""
    found = (json.loads(line) for line in listed.splitlines())
    return {
        UUID(one["uid"]): datetime.fromisoformat(one["at"]) for one in found if one["kind"] == kind
    }


def uids(listed: bytes, kind: str) -> tuple[UUID, ...]:
    """The uids of all of a kind that were ever erased; raises ValueError for a damaged list."""
    found = (json.loads(line) for line in listed.splitlines())
    return tuple({UUID(one["uid"]) for one in found if one["kind"] == kind})


def lines(store: Storage) -> bytes:
    """The list as it stands in the store."""
    return store.lines(KEY)


def merge(store: Storage, others: Iterable[bytes]) -> None:
    """Add the lines of other lists that this one lacks. Raises ValueError for a damaged one."""
    here = lines(store).splitlines()
    known = dict.fromkeys((*here, *others))
    for one in known:
        UUID(json.loads(one)["uid"])
    for one in list(known)[len(set(here)) :]:
        store.add(KEY, one)
