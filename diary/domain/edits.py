"""What others do with somebody's words: changing them, bringing older ones back.

Each makes a new revision; none is ever changed or lost.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import moderation, policy
from diary.domain.content import Content
from diary.domain.errors import NotFound, NotPossible, Overtaken
from diary.domain.journal import record
from diary.domain.moderation import Verdict
from diary.domain.policy import Actor, Facts, House
from diary.domain.revisions import content_of, snapshot
from diary.domain.workflow import Step
from diary.domain.writing import editable, may_write, send
from diary.models import Picture, Post, Revision, Status
from diary.queries.posts import NOT_TAKEN_AWAY

BRING_BACK = "bring_back"


def bring_back(
    session: Session,
    actor: Actor,
    post_id: int,
    revision_id: int,
    present_id: int,
    now: datetime,
    house: House,
) -> Post:
    """Bring an older revision back as a new one, without the pictures taken away since.

    From the writer it is sent as anything of theirs. From a moderator it waits; it is out at once
    where something is out, nothing waits, and they may publish it. `present_id` is what waited, or
    was out, when they decided (0 for nothing). Raises NotFound, Overtaken, NotPossible.
    """
    post = session.get(Post, post_id, with_for_update=True)
    old = session.get(Revision, revision_id)
    if post is None or old is None or old.post_id != post.id or not may_write(actor, post):
        raise NotFound
    before, waited = post.waiting_id or post.live_id, post.waiting_id is not None
    if present_id != (before or 0):
        raise Overtaken
    content = _as_it_can_be_shown(session, old)
    if not editable(post, actor) or revision_id == before or content.is_empty:
        raise NotPossible("It cannot be brought back now.")
    if post.owner_id == actor.account_id:
        revision = send(session, actor, post, content, now, house)
    else:
        revision = _put_forward(session, actor, post, content, now)
    record(
        session,
        BRING_BACK,
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=revision.id,
        other_id=before,
        subject_id=revision_id,
    )
    may_publish = policy.may(actor, Step.PUBLISH, Facts(post.owner_id, post.lab_id), house)
    if post.waiting_id and post.status is Status.PUBLISHED and not waited and may_publish:
        verdict = Verdict(Step.PUBLISH, revision.id)
        moderation.decide(session, actor, post.id, verdict, now, house)
    return post


def _as_it_can_be_shown(session: Session, old: Revision) -> Content:
    """Its content without pictures that were recalled or hidden since."""
    content = content_of(session, old)
    there = select(Picture.token).where(Picture.post_id == old.post_id, *NOT_TAKEN_AWAY)
    kept = set(session.scalars(there))
    return content.with_pictures(one for one in content.pictures if one.token in kept)


def _put_forward(
    session: Session, actor: Actor, post: Post, content: Content, now: datetime
) -> Revision:
    """Let a content wait to be read, in the place of what waits."""
    revision = snapshot(session, post, content, now, account_id=actor.account_id)
    if post.waiting_id is None:
        post.submitted_at = now
    post.waiting_id = revision.id
    return revision
