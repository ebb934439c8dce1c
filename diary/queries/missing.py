"""What is missing of a journey that is rebuilt, and who has sent something in."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.models import Origin, Post, Provenance, Sender, Tally
from diary.queries import tally
from diary.queries.journey import Filters, filtered
from diary.queries.site import site

OF_THE_JOURNEY = frozenset({Origin.MOVED, Origin.FULL, Origin.TEASER, Origin.TITLE})
"""What was found again; neither examples nor what was written or sent in since."""


@dataclass(frozen=True, slots=True)
class Missing:
    """How many of the journey's posts are here, how many of these only in part; what was written
    since, and examples, apart.

    `traced` are the first days of the months of which anything is left.
    """

    found: int
    partly: int
    since: int
    traced: frozenset[date]


def missing(session: Session) -> Missing:
    """The published posts counted by how much is left of them."""
    counts = tally.by_origin(session)
    partly = counts.get(Origin.TEASER, 0) + counts.get(Origin.TITLE, 0)
    found = sum(counts.get(origin, 0) for origin in OF_THE_JOURNEY)
    traced = tally.traced(session, OF_THE_JOURNEY)
    return Missing(found, partly, counts.get(Origin.WRITTEN, 0), traced)


def examples(session: Session, filters: Filters, span: tuple[date, date] | None = None) -> int:
    """How many example posts a filter lets through, of the months of a span."""
    if not filters:
        within = (Tally.month >= span[0], Tally.month < span[1]) if span else ()
        return tally.total(session, Tally.origin == Origin.EXAMPLE, *within)
    made_up = filtered(filters).join(Provenance, Provenance.post_id == Post.id)
    counted = made_up.where(Provenance.origin == Origin.EXAMPLE).with_only_columns(func.count())
    return session.scalar(counted) or 0


def sender(session: Session, post_id: int) -> Sender | None:
    """Who sent a post in, as far as they said; None for a post that came in another way."""
    return session.scalar(select(Sender).where(Sender.post_id == post_id))


def is_found(session: Session, post_id: int) -> bool | None:
    """Whether a moderator has said of a post that it is one of the journey's.

    None where there is nothing to say: of an example, of what was imported, in a living diary.
    """
    if not site(session).journey_posts:
        return None
    known = session.get(Provenance, post_id)
    if known and (known.key or known.origin not in {Origin.WRITTEN, Origin.FULL}):
        return None
    return known is not None and known.origin is Origin.FULL
