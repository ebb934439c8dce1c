"""Writing the journal, and raising the version of what is public, in the deed's transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import indexing
from diary.models import Event, Message, State
from diary.queries.feeds import TOLD_FOR

indexing.watch()


def record(
    session: Session,
    action: str,
    now: datetime,
    *,
    actor_id: int | None,
    post_id: int | None = None,
    revision_id: int | None = None,
    account_id: int | None = None,
    picture_id: int | None = None,
    subject_id: int | None = None,
    other_id: int | None = None,
    reason: str | None = None,
    words: str = "",
) -> None:
    """Append a deed. Free `words` about a post stand in a row that can be emptied.

    `subject_id` is of the lab, method, person or other thing that the action names, `other_id`
    of the second where there are two; of a post that was let out the first is the revision
    that was read.
    """
    message_id = None
    if words and post_id is not None:
        message = Message(post_id=post_id, author_id=actor_id, at=now, words=words)
        session.add(message)
        session.flush()
        message_id = message.id
    session.add(
        Event(
            uid=new_uid(),
            at=now,
            action=action,
            actor_id=actor_id,
            post_id=post_id,
            revision_id=revision_id,
            account_id=account_id,
            message_id=message_id,
            picture_id=picture_id,
            subject_id=subject_id,
            other_id=other_id,
            reason=reason,
        )
    )


def locked_state(session: Session) -> State:
    """The one row that counts, locked until the transaction ends."""
    return session.scalars(select(State).with_for_update()).one()


def show_change(session: Session, now: datetime, *, adds: bool = False) -> State:
    """Raise the version: something a visitor can see has changed.

    With `adds` a post that nobody has seen is added, and no other one's card becomes another.
    """
    state = locked_state(session)
    state.version += 1
    if not adds:
        state.cards_since = state.version
    state.changed_at = now
    return state


def show_news(session: Session, now: datetime) -> None:
    """Raise the version for what feeds tell of for a while, and note when that is over."""
    state, over = show_change(session, now), now + TOLD_FOR
    state.due = min(state.due or over, over)
