"""What imports look up: the evidence kept with posts, and the places there are."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Lab, Method, Provenance


def evidence(session: Session) -> dict[int, list[dict[str, Any]]]:
    """What pages say, per post that was rebuilt from them."""
    rows = session.execute(select(Provenance.post_id, Provenance.evidence))
    return {post_id: kept for post_id, kept in rows if kept}


def known_places(session: Session) -> tuple[set[str], set[str]]:
    """The slugs of all labs and methods."""
    return set(session.scalars(select(Lab.slug))), set(session.scalars(select(Method.slug)))
