"""Telling writers what became of their posts: by a letter or, without an address, by somebody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from diary.domain import outbox, policy
from diary.domain.errors import NotFound
from diary.domain.journal import record
from diary.domain.policy import Actor, Facts
from diary.domain.workflow import UNDONE_WITHIN, Step
from diary.models import Account, News, Outgoing, Post, Telling

NEWS = {
    Step.PUBLISH: News.OUT,
    Step.SCHEDULE: News.OUT,
    Step.RESTORE: News.OUT,
    Step.RETURN: News.QUESTION,
    Step.WITHDRAW: News.TAKEN_DOWN,
}
"""What a writer is told of a decision; that a post is put off is no news."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's words, and the language they are in."""

    subject: str
    body: str
    lang: str


def tell(
    session: Session, actor: Actor, post: Post, step: Step, at: datetime, letter: Letter | None
) -> None:
    """Have a post's writer told of somebody else's decision, which takes effect `at`.

    The letter waits until the decision can no longer be undone.
    """
    if step not in NEWS or post.owner_id in {None, actor.account_id}:
        return
    writer = session.get_one(Account, post.owner_id)
    if writer.closed_at is not None:
        return
    if not writer.email:
        telling = Telling(post_id=post.id, account_id=writer.id, news=NEWS[step], at=at)
        session.add(telling)
    elif letter:
        outbox.queue(
            session,
            writer.email,
            letter.subject,
            letter.body,
            letter.lang,
            at,
            due_at=at + UNDONE_WITHIN,
            post_id=post.id,
        )


def overtake(session: Session, post_id: int) -> None:
    """Something else has happened to a post: what its writer was still to be told is over."""
    session.execute(delete(Outgoing).where(Outgoing.post_id == post_id))
    session.execute(delete(Telling).where(Telling.post_id == post_id, Telling.told_at.is_(None)))


def tick(
    session: Session, actor: Actor, telling_id: int, now: datetime, *, told: bool = True
) -> None:
    """Note that somebody has told a writer, or has not after all; said twice, it is noted once.

    Raises NotFound for news of a post that is not this moderator's.
    """
    telling = session.get(Telling, telling_id, with_for_update=True)
    post = session.get(Post, telling.post_id) if telling else None
    if not telling or not post or not policy.reads(actor, Facts(post.owner_id, post.lab_id)):
        raise NotFound
    if told == (telling.told_at is not None):
        return
    telling.told_at, telling.told_by_id = (now, actor.account_id) if told else (None, None)
    record(
        session,
        "tell" if told else "untell",
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        account_id=telling.account_id,
    )
