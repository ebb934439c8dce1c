"""What is written to a subscriber."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Letter, Post, Revision
from diary.queries.posts import fetch, published


def carried(session: Session, outgoing_id: int) -> list[tuple[Post, Revision]]:
    """What a mail tells of, as it is out now, in the order it came out."""
    letters = select(Letter.post_id).where(
        Letter.outgoing_id == outgoing_id, Letter.sent_at.is_(None)
    )
    return fetch(session, published().where(Post.id.in_(letters)).order_by(Post.sequence))
