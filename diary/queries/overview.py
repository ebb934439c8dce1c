"""What the lead should know at a glance."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from diary.models import Account, Objection, Outgoing, State
from diary.queries import moderation, objections, subscriptions
from diary.queries.posts import Scope


@dataclass(frozen=True, slots=True)
class Overview:
    """How much waits, since or until when, and whether the diary is safe."""

    waiting: int
    oldest: datetime | None
    requests: int
    answer_by: datetime | None
    """When the most urgent of the open requests is to be answered."""
    asking: int
    """How many ask to be forgotten."""
    followers: int
    """How many follow by mail."""
    refusing: int
    """How many of their addresses refuse letters."""
    letters: int
    failed: int
    """How many of the letters have been tried in vain."""
    backed_up_at: datetime | None


def overview(session: Session) -> Overview:
    """The whole diary, as its lead sees it."""
    everything = Scope(everything=True)
    tried = func.count(case((Outgoing.tries > 0, 1)))
    letters, failed = session.execute(select(func.count(Outgoing.id), tried)).one()
    asking = select(func.count()).where(Account.forget_asked_at.is_not(None))
    urgent = select(func.min(Objection.answer_by)).where(Objection.decided_at.is_(None))
    return Overview(
        waiting=moderation.count_waiting(session, everything),
        oldest=moderation.oldest(session, everything),
        requests=objections.count_open(session, everything),
        answer_by=session.scalar(urgent),
        asking=session.scalar(asking) or 0,
        followers=subscriptions.count(session),
        refusing=subscriptions.count(session, stopped=True),
        letters=letters,
        failed=failed,
        backed_up_at=session.scalars(select(State.backed_up_at)).one(),
    )
