"""What others do with somebody's words: changing them, bringing older ones back.

Each makes a new revision; none is ever changed or lost.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from diary.domain import moderation, policy, readers
from diary.domain.calls import soonest
from diary.domain.content import Content, from_json, same
from diary.domain.due import expect
from diary.domain.errors import NotFound, NotPossible, Overtaken
from diary.domain.journal import record
from diary.domain.moderation import Verdict
from diary.domain.policy import Actor, Facts, House
from diary.domain.publishing import touch
from diary.domain.revisions import content_of, snapshot
from diary.domain.telling import overtake
from diary.domain.workflow import REFUSED, Step
from diary.domain.writing import editable, may_write, owned, send, working_copy
from diary.models import Picture, Post, Revision, Status, WorkingCopy
from diary.queries import revisions
from diary.queries.posts import NOT_TAKEN_AWAY
from diary.queries.revisions import Edited

BRING_BACK = "bring_back"
EDIT = "edit"
ACCEPT = "accept_edit"
REFUSE = "refuse_edit"


def change(session: Session, actor: Actor, post: Post, now: datetime) -> None:
    """Let wait what a moderator has written on somebody's post, in the place of what waits.

    Words that read the same change nothing. Raises NotPossible where the post is not theirs to
    change now, or nothing would be left of it.
    """
    if post.owner_id == actor.account_id or not editable(post, actor):
        raise NotPossible("Its words cannot be changed now.")
    copy = working_copy(session, actor, post)
    content = from_json(copy.content)
    if content.is_empty:
        raise NotPossible("An empty post cannot be sent.")
    before = session.get_one(Revision, post.waiting_id or post.live_id)
    if not same(content, content_of(session, before)):
        revision = _put_forward(session, actor, post, content, now)
        _record(session, EDIT, actor, post, now, revision.id, before.id)
    session.execute(delete(WorkingCopy).where(WorkingCopy.id == copy.id))


def accept(session: Session, actor: Actor, post_id: int, revision_id: int, now: datetime) -> None:
    """The writer is fine with what was made of their words; raises as `refuse` does."""
    post, _ = _asked(session, actor, post_id, revision_id)
    _record(session, ACCEPT, actor, post, now, revision_id, None)


def refuse(session: Session, actor: Actor, post_id: int, revision_id: int, now: datetime) -> Post:
    """The writer wants their own words back: those wait to be read.

    What they refuse is shown to nobody: if it is out, the post waits unseen until somebody
    decides. Where their own words are out still, they stay out. Raises NotFound for somebody
    else's post, Overtaken where other words stand there by now.
    """
    post, edited = _asked(session, actor, post_id, revision_id)
    overtake(session, post.id)
    own_words = session.get_one(Revision, edited.before_id)
    if post.live_id in edited.ids:
        touch(session, post, now)
    if post.live_id in {None, *edited.ids}:
        post.status, post.live_id, post.publish_at = REFUSED[post.status], None, None
    if post.live_id == own_words.id:
        post.waiting_id, back_id = None, own_words.id
    else:
        revision = _put_forward(session, actor, post, _as_it_can_be_shown(session, own_words), now)
        back_id = revision.id
    _record(session, REFUSE, actor, post, now, back_id, revision_id)
    return post


def _asked(session: Session, actor: Actor, post_id: int, revision_id: int) -> tuple[Post, Edited]:
    """The actor's own post, locked, and what they answer to."""
    post = owned(session, actor, post_id, to_change=True)
    edited = revisions.edited(session, post)
    if edited is None or edited.newest_id != revision_id:
        raise Overtaken
    return post, edited


def _record(
    session: Session,
    action: str,
    actor: Actor,
    post: Post,
    now: datetime,
    revision_id: int,
    other_id: int | None,
) -> None:
    record(
        session,
        action,
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=revision_id,
        other_id=other_id,
    )


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
    may_publish = policy.may(
        actor, Step.PUBLISH, Facts(post.owner_id, post.lab_id), house
    ) and not readers.unread(session, actor, revision.id, house)
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
    expect(session, soonest(session, now))
    return revision
