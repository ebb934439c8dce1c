"""What the tests of the lead's pages look at."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Event, State

ENGLISH = {"Accept-Language": "en"}


def deeds(db: Session) -> list[str]:
    """The journal's actions in order."""
    return list(db.scalars(select(Event.action).order_by(Event.id)))


def version(db: Session) -> int:
    """The version of all that is public."""
    return db.scalars(select(State.version)).one()


def wrong_fields(text: str) -> set[str]:
    """The fields with a reason beside them."""
    return set(re.findall(r'class="wrong" id="([\w-]+)-wrong"', text))
