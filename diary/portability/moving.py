"""Moving house: what is not public goes along as a backup does, but asleep (docs/format.md).

Nothing by which anybody gets in or is written to is in it; who wrote what stays told.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.models import Event
from diary.portability.archive import Archive, Damaged, Reader
from diary.portability.backup import Done, Living, Part, Progress, make

FOLDER = "private"
README = Path(__file__).with_name("moving.txt")
AWAKE = frozenset(
    {
        *("cards", "devices", "invitations", "invitation_labs", "passkeys"),
        *("letters", "outbox", "pings", "subscribers", "subscriptions", "tellings"),
        *("objections", "senders"),
        *("errands", "public_files"),
    }
)
"""The tables of what lets somebody in, is sent to somebody, or holds where somebody is reached; and
of what lies in this house's stores."""
ASLEEP: Mapping[str, Mapping[str, Any]] = {
    "accounts": {
        **dict.fromkeys(("email", "password_hash", "closed_at", "deputy_id", "deputy_until")),
        "epoch": 0,
    },
    "state": {
        **dict.fromkeys(("reminded_at", "digest_at", "backed_up_at")),
        **dict.fromkeys(("version", "cards_since"), 1),
        "changed_at": "2000-01-01T00:00:00+00:00",
    },
}
"""What stands in some columns instead: what would let somebody in, and what every house counts for
itself. An import closes all accounts; the lead opens them at *People*."""
MOVING = Part(left=AWAKE, instead=ASLEEP, readme=README, secret=False)


def write(living: Living, folder: Path, progress: Progress) -> Done:
    """Write what is not public into a folder's private part.

    It is named by the diary's last deed, so that the same diary comes to the same bytes. Raises
    Damaged, StorageFull, OSError.
    """
    archive = Archive(folder / FOLDER)
    with Session(living.engine) as session:
        last = session.scalar(select(func.max(Event.at))) or datetime(2000, 1, 1, tzinfo=UTC)
    done = make(living, archive, last, progress, MOVING)
    (archive.root / "README.txt").write_bytes(README.read_bytes())
    (archive.root / ".lock").unlink()
    return done


def found(folder: Path) -> Path:
    """The private part of a folder. Raises Damaged if there is none, or one that is not asleep."""
    backup = Archive(folder / FOLDER).newest()
    if awake := AWAKE & Reader(backup).manifest.tables.keys():
        raise Damaged(f"{backup} is no full export: it has {', '.join(sorted(awake))}.")
    return backup
