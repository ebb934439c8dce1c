"""A post's revisions as they read, and which of them somebody has seen before another."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.models import Account, Event, Person, Post, Revision, Status
from diary.queries.cards import cards_of
from diary.queries.posts import Scope, fetch, visible_to
from diary.queries.rows import PostCard

CHANGED = ("edit", "bring_back")
"""Deeds that put other words in the place of some; `other_id` names those."""
LET_OUT = ("publish", "schedule")
"""`subject_id` names what was read, `revision_id` the same as it was filed."""
OVER = (Status.RETURNED, Status.WITHDRAWN, Status.DRAFT)
"""Where a post is with its writer again, or nowhere: there is nothing to answer."""
ANSWERED = ("accept_edit", "refuse_edit", "submit", "publish_own", "take_back")
"""Deeds of a writer after which nobody asks any more whether other words are fine."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What moderators have made of somebody's words since they last wrote or answered.

    `before_id` is the writer's own revision, `ids` those made of it, the newest last.
    """

    before_id: int
    ids: tuple[int, ...]
    by: str
    at: datetime

    @property
    def newest_id(self) -> int:
        """The revision to answer to."""
        return self.ids[-1]


@dataclass(frozen=True, slots=True)
class Version:
    """A revision as it read, with its words as they were typed, and who made it when."""

    card: PostCard
    body: str
    second_body: str
    made_at: datetime
    made_by: str

    @property
    def id(self) -> int:
        """The revision's."""
        return self.card.revision_id


def versions(
    session: Session,
    scope: Scope,
    post_id: int,
    lang: str,
    ids: Collection[int] | None = None,
) -> tuple[Version, ...]:
    """The revisions of a post that `scope` may see, the first first: all, or only some."""
    statement = (
        select(Post, Revision)
        .join(Revision, Revision.post_id == Post.id)
        .where(Post.id == post_id, visible_to(scope))
        .order_by(Revision.id)
    )
    if ids is not None:
        statement = statement.where(Revision.id.in_(ids))
    found = fetch(session, statement)
    makers = select(Account.id, Person.name).join(Account.person)
    made_by = {revision.made_by_id for _, revision in found}
    names = dict(list(session.execute(makers.where(Account.id.in_(made_by)))))
    shown = cards_of(session, found, lang, withheld=True)
    return tuple(
        Version(
            card=card,
            body=revision.body,
            second_body=revision.second_body,
            made_at=revision.made_at,
            made_by=names.get(revision.made_by_id or 0, ""),
        )
        for (_, revision), card in zip(found, shown, strict=True)
    )


def earlier(session: Session, post_id: int, revision_id: int) -> int | None:
    """The revision that was read before this one.

    That is the one that is out, else what was returned or changed by a moderator last; for one
    that is out already, what a moderator last let through.
    """
    post = session.get_one(Post, post_id)
    if post.live_id is not None:
        other = post.read_id if post.live_id == revision_id else post.live_id
        return other if other != revision_id else None
    last = session.execute(
        select(Event.action, Event.revision_id, Event.other_id)
        .where(Event.post_id == post_id, Event.action.in_(("return", *CHANGED)))
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    before = last.other_id if last.action in CHANGED else last.revision_id
    return before if before != revision_id else None


def edited(session: Session, post: Post) -> Edited | None:
    """What its writer is to answer to: other words than theirs that wait or are out."""
    statement = (
        select(Event, Person.name)
        .outerjoin(Account, Event.actor_id == Account.id)
        .outerjoin(Person, Account.person_id == Person.id)
        .where(Event.post_id == post.id, Event.action.in_((*CHANGED, *ANSWERED, *LET_OUT)))
        .order_by(Event.id)
    )
    found: Edited | None = None
    for event, name in session.execute(statement):
        if event.action in ANSWERED:
            found = None
        elif event.action in LET_OUT:
            if found and event.revision_id and event.subject_id == found.newest_id:
                found = replace(found, ids=(*found.ids, event.revision_id))
        elif event.actor_id != post.owner_id and event.revision_id and event.other_id:
            before_id, ids = (found.before_id, found.ids) if found else (event.other_id, ())
            found = Edited(before_id, (*ids, event.revision_id), name or "", event.at)
    stands = (
        post.status not in OVER and found and found.newest_id in {post.waiting_id, post.live_id}
    )
    return found if stands else None


def to_answer(session: Session, account_id: int, lang: str) -> tuple[tuple[PostCard, Edited], ...]:
    """An account's posts whose words somebody else has changed, and they have not answered."""
    statement = (
        select(Post, Revision)
        .join(Revision, Revision.id == func.coalesce(Post.waiting_id, Post.live_id))
        .where(Post.owner_id == account_id, Post.status.not_in(OVER))
        .where(Revision.made_by_id != account_id)
        .order_by(Revision.id.desc())
    )
    found = [(*row, edited(session, row[0])) for row in fetch(session, statement)]
    asked = [(post, revision, what) for post, revision, what in found if what]
    pairs = [(post, revision) for post, revision, _ in asked]
    shown = cards_of(session, pairs, lang, withheld=True)
    return tuple((card, what) for card, (*_, what) in zip(shown, asked, strict=True))
