"""What the queue costs with ten thousand posts waiting, beside ten."""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.models import Base, Post, Revision
from diary.queries import moderation
from diary.queries.posts import Scope

FEW, MANY = 10, 10_000
ALL = Scope(everything=True)
TIMES = 5


@dataclass(frozen=True, slots=True)
class Queue:
    """Seconds of processor time for the queue's page, with few and with many waiting."""

    few: float
    many: float

    @property
    def ratio(self) -> float:
        """How much longer it takes with many."""
        return self.many / self.few


def measure(session: Session) -> Queue:
    """Fill a demonstration's queue, which has something waiting; nothing of it is kept."""
    fill(session, FEW)
    few = _seconds(session)
    fill(session, MANY - FEW)
    many = _seconds(session)
    session.rollback()
    return Queue(few, many)


def fill(session: Session, number: int) -> None:
    """Let so many more posts wait, each like the one that waits longest."""
    post = session.scalars(
        select(Post).where(Post.waiting_id.is_not(None)).order_by(Post.id).limit(1)
    ).one()
    revision = session.get_one(Revision, post.waiting_id)
    posts = [
        like(
            post,
            uid=new_uid(),
            short=secrets.token_hex(8),
            slug=None,
            form_key=None,
            waiting_id=None,
            submitted_at=(post.submitted_at or post.created_at) + timedelta(seconds=1 + later),
        )
        for later in range(number)
    ]
    ids = session.scalars(insert(Post).returning(Post.id), posts).all()
    revisions = session.execute(
        insert(Revision).returning(Revision.id, Revision.post_id),
        [like(revision, post_id=post_id) for post_id in ids],
    )
    for revision_id, post_id in revisions.all():
        session.execute(update(Post).where(Post.id == post_id).values(waiting_id=revision_id))


def like(row: Base, **others: Any) -> dict[str, Any]:
    """The values of a row for another one like it, but for its id and `others`."""
    columns = (column.key for column in row.__table__.columns)
    return {key: getattr(row, key) for key in columns if key != "id"} | others


def _seconds(session: Session) -> float:
    spent = []
    for _ in range(TIMES):
        began = time.process_time()
        waiting = moderation.queue(session, ALL, "sv")
        moderation.counts_by_lab(session, ALL)
        moderation.oldest(session, ALL)
        moderation.shown(session, ALL, waiting[0].card.id, "sv")
        spent.append(time.process_time() - began)
    return min(spent)
