"""What becomes of one's own posts once they were sent: answering a question, taking down."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from diary.domain import policy
from diary.domain.errors import Invalid, NotAllowed, NotFound, NotPossible, Problem
from diary.domain.journal import record
from diary.domain.moderation import MAX_WORDS
from diary.domain.policy import Actor, Facts, House
from diary.domain.publishing import take_in
from diary.domain.revisions import newest_id
from diary.domain.telling import overtake
from diary.domain.workflow import Step, after
from diary.models import Event, Message, Post, Status
from diary.text.plain import has_control

ANSWER = "answer"
SEEN = "seen"
_TALKS = frozenset({Status.SUBMITTED, Status.HELD, Status.RETURNED, Status.PUBLISHED})


def answer(session: Session, actor: Actor, post: Post, words: str, now: datetime) -> None:
    """Keep the writer's answer to a question; the same words sent twice are kept once.

    Raises Invalid for words that cannot be kept, NotPossible where nobody would read them.
    """
    if has_control(words):
        raise Invalid((Problem("words", "control"),))
    if len(words) > MAX_WORDS:
        raise Invalid((Problem("words", "too_long", {"limit": MAX_WORDS}),))
    if post.status not in _TALKS:
        raise NotPossible("Nobody has asked anything of this post.")
    if words.strip() and words != _last_words(session, actor, post):
        revision_id = newest_id(session, post.id)
        record(
            session,
            ANSWER,
            now,
            actor_id=actor.account_id,
            post_id=post.id,
            revision_id=revision_id,
            words=words,
        )


def _last_words(session: Session, actor: Actor, post: Post) -> str | None:
    """What the actor answered last, unless something was asked since."""
    statement = (
        select(Event.action, Message.words)
        .outerjoin(Message, Event.message_id == Message.id)
        .where(Event.post_id == post.id, Event.action.in_((ANSWER, Step.RETURN)))
        .where(or_(Event.action != ANSWER, Event.actor_id == actor.account_id))
        .order_by(Event.id.desc())
    )
    last = session.execute(statement.limit(1)).first()
    return last[1] if last and last[0] == ANSWER else None


def take_down(session: Session, actor: Actor, post: Post, now: datetime) -> None:
    """Take down what is out: nobody sees it from now on, and only a moderator can restore it.

    Raises NotAllowed for a post of somebody else's, NotPossible for one that is not out.
    """
    if not policy.may(actor, Step.WITHDRAW_OWN, Facts(post.owner_id, post.lab_id), House()):
        raise NotAllowed
    post.status = after(post.status, Step.WITHDRAW_OWN)
    take_in(session, post, now)
    overtake(session, post.id)
    record(
        session,
        Step.WITHDRAW_OWN,
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=post.live_id,
    )


def seen(session: Session, actor: Actor, post_id: int, now: datetime) -> None:
    """Note that a lead knows of a post its writer has taken down."""
    if not policy.administers(actor):
        raise NotAllowed
    if session.get(Post, post_id) is None:
        raise NotFound
    record(session, SEEN, now, actor_id=actor.account_id, post_id=post_id)
