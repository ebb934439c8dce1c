"""Whether the journey has ended, for every rule that lets something new in or out."""

from datetime import datetime

from sqlalchemy.orm import Session

from diary.domain.errors import Ended
from diary.models import Setting

KEY = "ended_at"
"""The setting that says when; there is none while the journey goes on."""


def ended_at(session: Session) -> datetime | None:
    """When the journey ended; None while it goes on."""
    kept = session.get(Setting, KEY, populate_existing=True)
    return None if kept is None else datetime.fromisoformat(kept.value["value"])


def ensure_goes_on(session: Session) -> None:
    """Raises Ended; whoever has locked `State` before finds what holds until they commit."""
    if ended_at(session) is not None:
        raise Ended
