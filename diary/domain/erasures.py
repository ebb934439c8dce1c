"""What was forgotten, kept beside the files: a backup that comes back must forget it, too."""

import json
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
    try:
        before = store.get(KEY)
    except NotStored:
        before = b""
    line = json.dumps({"at": now.isoformat(), "kind": kind, "uid": str(uid)})
    store.put(KEY, before + line.encode() + b"\n", "application/jsonl")
