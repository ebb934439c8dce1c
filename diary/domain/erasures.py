"""What was forgotten, kept beside the files: a backup that comes back must forget it, too."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from diary.domain.journal import locked_state
from diary.media.storage import NotStored, Storage

KEY = "erasures.jsonl"


def append(session: Session, store: Storage, kind: str, uid: UUID, now: datetime) -> None:
    """Add one line (JSON Lines, UTF-8): when, what kind of thing, its uid. Raises StorageFull.

    It stands there before the deed is committed: at worst something that somebody wanted
    forgotten is forgotten once more. Lines are added one after another, as the deed's
    transaction holds the diary's one row meanwhile; stores themselves know no adding.
    """
    locked_state(session)
    before = lines(store)
    line = json.dumps({"at": now.isoformat(), "kind": kind, "uid": str(uid)})
    store.put(KEY, before + line.encode() + b"\n", "application/jsonl")


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
    try:
        return store.get(KEY)
    except NotStored:
        return b""


def merge(store: Storage, others: Iterable[bytes]) -> None:
    """Add the lines of other lists that this one lacks. Raises ValueError for a damaged one."""
    known = dict.fromkeys((*lines(store).splitlines(), *others))
    for line in known:
        UUID(json.loads(line)["uid"])
    if known:
        store.put(KEY, b"".join(line + b"\n" for line in known), "application/jsonl")
