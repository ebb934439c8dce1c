"""What is missing of a journey that is rebuilt, and who has sent something in."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Origin, Sender
from diary.queries import tally


@dataclass(frozen=True, slots=True)
class Missing:
    """How many of the journey's posts are here, how many of these only in part; examples apart.

    `traced` are the first days of the months of which anything is left.
    """

    found: int
    partly: int
    examples: int
    traced: frozenset[date]


def missing(session: Session) -> Missing:
    """The published posts counted by how much is left of them."""
    counts = tally.by_origin(session)
    examples = counts.get(Origin.EXAMPLE, 0)
    partly = counts.get(Origin.TEASER, 0) + counts.get(Origin.TITLE, 0)
    return Missing(sum(counts.values()) - examples, partly, examples, tally.traced(session))


def sender(session: Session, post_id: int) -> Sender | None:
    """Who sent a post in, as far as they said; None for a post that came in another way."""
    return session.scalar(select(Sender).where(Sender.post_id == post_id))
