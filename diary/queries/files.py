"""Which files of the store the rows name."""

from collections.abc import Collection

from sqlalchemy import select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from diary.models import Picture, Rendition, StandingConsent

NAMES: tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ...] = (
    Picture.original_key,
    Rendition.key,
    StandingConsent.scan_key,
)
"""Every column that holds the key of a file; empty or null: no file."""


def named(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these keys that a row names."""
    found = session.scalars(union(*(select(name).where(name.in_(keys)) for name in NAMES)))
    return {key for key in found if key}
