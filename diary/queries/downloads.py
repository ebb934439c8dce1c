"""What was made ahead for whoever takes the diary along."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Edition


def newest(session: Session) -> Edition | None:
    """The newest edition that is whole; None if none is, or if it was taken back."""
    made = select(Edition).where(Edition.made_at.is_not(None))
    return session.scalar(made.order_by(Edition.id.desc()).limit(1))
