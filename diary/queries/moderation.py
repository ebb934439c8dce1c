"""The queue, one post as it will look, and the journal."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from statistics import median

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from diary.models import (
    Account,
    Claim,
    Consent,
    Decision,
    Event,
    Given,
    Message,
    Person,
    Picture,
    Post,
    Revision,
    ShownPicture,
    Status,
    Use,
)
from diary.queries.cards import cards, cards_of, rows
from diary.queries.posts import PUBLIC, Scope, fetch, visible_to
from diary.queries.rows import PostCard, Slice

ON_THE_DESK = PUBLIC | Post.status.in_((Status.SUBMITTED, Status.HELD))
"""Where a revision can wait for a decision."""
QUEUE_SHOWN = 30
EVENTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Queued:
    """A line of the queue: a post as it will look, and since when it waits."""

    card: PostCard
    since: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as a moderator reads it: who sent it, their how many-eth it is, since when it waits.

    Its card is made from the waiting revision, else from the live one, else from the newest.
    `nth` is None where nobody here has written it, as with an import.
    """

    card: PostCard
    author: str
    owner_id: int | None
    lab_id: int | None
    """Where it stands now; what waits may move it."""
    nth: int | None
    since: datetime
    waits: bool
    unread: bool
    """A trusted author has let it out, and no moderator has read it yet."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the writer says about the people in a picture, and what a moderator has decided.

    `from_whom` to `until` belong to a yes; `ended`: it was taken back or its last day is over.
    """

    claim: Claim
    by: str
    at: datetime
    decision: Decision | None
    decided_at: datetime | None
    decided_by: str
    from_whom: str
    given: Given | None
    use: Use | None
    until: date | None
    ended: bool

    @property
    def sign(self) -> str:
        """The key of the sentence that holds now."""
        if self.ended:
            return "ended"
        if self.decision is Decision.NO and self.decided_at and self.at > self.decided_at:
            return self.claim  # the writer has asked since
        return f"decided_{self.decision}" if self.decision else self.claim


@dataclass(frozen=True, slots=True)
class Said:
    """An event as the journal's page shows it, with the words that belong to it."""

    at: datetime
    action: str
    actor: str
    reason: str
    words: str
    about: str
    """The person whose account it was about."""
    post_id: int | None
    revision_id: int | None
    heading: str
    open: bool
    """The post can be looked at: it is there, and not a draft."""
    event_id: int


def _read_by(scope: Scope) -> ColumnElement[bool]:
    """What is read as a moderator: one's own posts as any other, by their lab."""
    return visible_to(Scope(scope.everything, None, scope.lab_ids))


def _waits(scope: Scope) -> ColumnElement[bool]:
    return _read_by(scope) & Post.waiting_id.is_not(None) & ON_THE_DESK


def count_waiting(session: Session, scope: Scope) -> int:
    """How many posts wait for a moderator with this scope."""
    return session.scalar(select(func.count()).select_from(Post).where(_waits(scope))) or 0


def counts_by_lab(session: Session, scope: Scope) -> dict[int | None, int]:
    """How many posts wait per lab."""
    statement = select(Post.lab_id, func.count()).where(_waits(scope)).group_by(Post.lab_id)
    return dict(list(session.execute(statement)))


def oldest(session: Session, scope: Scope, *, put_off: bool = True) -> datetime | None:
    """Since when the post that has waited longest waits; with those `put_off` or without."""
    waiting = _waits(scope) if put_off else _waits(scope) & (Post.status != Status.HELD)
    return session.scalar(select(func.min(Post.submitted_at)).where(waiting))


def usual_wait(session: Session, decisions: int = 20, least: int = 3) -> int | None:
    """Within how many days posts are usually read: the median of the last decisions, rounded up.

    None while there are too few to tell.
    """
    statement = (
        select(Event.at, Revision.made_at)
        .join(Revision, Event.revision_id == Revision.id)
        .where(Event.action.in_(("publish", "return")))
        .order_by(Event.id.desc())
        .limit(decisions)
    )
    waits = [(at - made_at).total_seconds() for at, made_at in session.execute(statement)]
    return max(1, ceil(median(waits) / 86_400)) if len(waits) >= least else None


def queue(
    session: Session,
    scope: Scope,
    lang: str,
    *,
    lab_ids: Collection[int | None] | None = None,
    size: int = QUEUE_SHOWN,
) -> tuple[Queued, ...]:
    """The posts that wait, the oldest first, those put on hold last.

    `lab_ids` narrows them to some labs; None among these is the whole project.
    """
    statement = (
        select(Post, Revision)
        .join(Revision, Post.waiting_id == Revision.id)
        .where(_waits(scope))
        .order_by(Post.submitted_at, Post.id)
    )
    if lab_ids is not None:
        whole = Post.lab_id.is_(None) if None in lab_ids else false()
        labs = [lab_id for lab_id in lab_ids if lab_id is not None]
        statement = statement.where(or_(whole, Post.lab_id.in_(labs)))
    # A question per status: each is answered along its index, however much waits.
    sent, edited, held = (
        fetch(session, statement.where(status).limit(size))
        for status in (Post.status == Status.SUBMITTED, PUBLIC, Post.status == Status.HELD)
    )
    in_line = sorted(sent + edited, key=lambda found: (_since(*found), found[0].id))
    found = (in_line + held)[:size]
    return _queued(session, found, lang)


def to_read_afterwards(session: Session, scope: Scope, lang: str) -> tuple[Queued, ...]:
    """What trusted authors have let out and no moderator has read, the oldest first."""
    statement = (
        select(Post, Revision)
        .join(Revision, Post.live_id == Revision.id)
        .where(Post.id.in_(_unread(scope)))
        .order_by(Post.submitted_at, Post.id)
        .limit(QUEUE_SHOWN)
    )
    return _queued(session, fetch(session, statement), lang)


def _unread(scope: Scope) -> Select[int]:
    """The ids of posts that are out and nobody but their writer has read: that is no reading."""
    others = Post.owner_id != scope.owner_id if scope.owner_id else Post.owner_id.is_not(None)
    unread = func.coalesce(Post.read_id, 0) != Post.live_id
    return select(Post.id).where(PUBLIC, _read_by(scope), others, unread)


def of_trusted(session: Session, scope: Scope, lang: str, *, own_too: bool) -> tuple[Queued, ...]:
    """What waits of authors who are trusted by now, the oldest first: it can go out together."""
    statement = (
        select(Post, Revision)
        .join(Revision, Post.waiting_id == Revision.id)
        .join(Account, Post.owner_id == Account.id)
        .where(_waits(scope), Account.trusted, Post.status != Status.HELD)
        .order_by(Post.submitted_at, Post.id)
        .limit(QUEUE_SHOWN)
    )
    if not own_too:
        statement = statement.where(Post.owner_id != scope.owner_id)
    return _queued(session, fetch(session, statement), lang)


def scheduled(session: Session, scope: Scope, lang: str) -> tuple[Queued, ...]:
    """The posts that go out by themselves, the next first; `since` is when."""
    statement = (
        select(Post, Revision)
        .join(Revision, Post.waiting_id == Revision.id)
        .where(_read_by(scope), Post.status == Status.SCHEDULED)
        .order_by(Post.publish_at, Post.id)
        .limit(QUEUE_SHOWN)
    )
    return _queued(session, fetch(session, statement), lang)


def _queued(session: Session, found: list[tuple[Post, Revision]], lang: str) -> tuple[Queued, ...]:
    shown = cards_of(session, found, lang, withheld=True)
    return tuple(
        Queued(card, post.publish_at or _since(post, revision))
        for (post, revision), card in zip(found, shown, strict=True)
    )


def _since(post: Post, revision: Revision) -> datetime:
    return post.submitted_at or revision.made_at


def shown(session: Session, scope: Scope, post_id: int, lang: str) -> Shown | None:
    """A post that a moderator may read; a draft is nobody's but its writer's."""
    newest = select(func.max(Revision.id)).where(Revision.post_id == post_id).scalar_subquery()
    wanted = func.coalesce(Post.waiting_id, Post.live_id, newest)
    statement = (
        select(Post, Revision)
        .join(Revision, Revision.post_id == Post.id)
        .where(Post.id == post_id, _read_by(scope), Revision.id == wanted)
    )
    found = fetch(session, statement)
    if not found:
        return None
    post, revision = found[0]
    author = session.scalar(select(Person.name).join(Account).where(Account.id == post.owner_id))
    return Shown(
        card=cards_of(session, found, lang, withheld=True)[0],
        author=author or "",
        owner_id=post.owner_id,
        lab_id=post.lab_id,
        nth=_nth(session, post),
        since=_since(post, revision),
        waits=post.waiting_id is not None,
        unread=session.scalar(_unread(scope).where(Post.id == post.id)) is not None,
    )


def _nth(session: Session, post: Post) -> int | None:
    """Which of its writer's posts it is, among those ever sent, in the order they were begun."""
    if post.owner_id is None:
        return None
    # Not by `submitted_at`: an edit sent later raises that of a first post.
    earlier = select(func.count()).where(
        Post.owner_id == post.owner_id,
        Post.submitted_at.is_not(None),
        Post.created_at < post.created_at,
    )
    return (session.scalar(earlier) or 0) + 1


def once_public(
    session: Session, scope: Scope, lang: str, *, before: int | None = None, size: int = 30
) -> Slice:
    """The posts that are out or were taken down, the newest first, before a sequence."""
    statement = (
        select(Post, Revision)
        .join(Revision, Post.live_id == Revision.id)
        .where(_read_by(scope), PUBLIC | (Post.status == Status.WITHDRAWN))
        .order_by(Post.sequence.desc())
        .limit(size + 1)
    )
    if before is not None:
        statement = statement.where(Post.sequence < before)
    found = rows(session, statement)
    after = str(found[size - 1].sequence) if len(found) > size else None
    return Slice(cards(session, found[:size], lang), after)


def claims(session: Session, revision_id: int) -> dict[str, Claimed]:
    """What is said and decided of a revision's pictures, by token."""
    decider, theirs = aliased(Person), aliased(Account)
    statement = (
        select(Picture.token, Consent, Person.name, decider.name)
        .join(Consent, Consent.picture_id == Picture.id)
        .join(ShownPicture, ShownPicture.picture_id == Picture.id)
        .outerjoin(Account, Consent.claimed_by_id == Account.id)
        .outerjoin(Person, Account.person_id == Person.id)
        .outerjoin(theirs, Consent.decided_by_id == theirs.id)
        .outerjoin(decider, theirs.person_id == decider.id)
        .where(ShownPicture.revision_id == revision_id)
    )
    return {
        token: Claimed(
            claim=consent.claim,
            by=name or "",
            at=consent.claimed_at,
            decision=consent.decision,
            decided_at=consent.decided_at,
            decided_by=by or "",
            from_whom=consent.from_whom,
            given=consent.given,
            use=consent.use,
            until=consent.until,
            ended=consent.withdrawn_at is not None,
        )
        for token, consent, name, by in session.execute(statement)
    }


def events(
    session: Session,
    scope: Scope,
    *,
    post_id: int | None = None,
    before: int | None = None,
    size: int = EVENTS_SHOWN,
) -> tuple[Said, ...]:
    """The newest events that `scope` may read, of one post or of all, before an event's id.

    What was done with a draft is told to all of them, what it is called and says to its owner.
    """
    whom, theirs = aliased(Person), aliased(Account)
    statement = (
        select(Event, Person.name, Message.words, Revision.heading, whom.name, Post)
        .outerjoin(Account, Event.actor_id == Account.id)
        .outerjoin(Person, Account.person_id == Person.id)
        .outerjoin(Message, Event.message_id == Message.id)
        .outerjoin(Revision, Event.revision_id == Revision.id)
        .outerjoin(Post, Event.post_id == Post.id)
        .outerjoin(theirs, Event.account_id == theirs.id)
        .outerjoin(whom, theirs.person_id == whom.id)
        .order_by(Event.id.desc())
        .limit(size)
    )
    if not scope.everything:
        statement = statement.where(Event.post_id.in_(select(Post.id).where(visible_to(scope))))
    if post_id is not None:
        statement = statement.where(Event.post_id == post_id)
    if before is not None:
        statement = statement.where(Event.id < before)
    return tuple(_said(scope, *row) for row in session.execute(statement))


def _said(
    scope: Scope,
    event: Event,
    actor: str | None,
    words: str | None,
    heading: str | None,
    about: str | None,
    post: Post | None,
) -> Said:
    out = post is not None and post.status is not Status.DRAFT
    own = post is not None and scope.owner_id is not None and post.owner_id == scope.owner_id
    told = out or own or event.post_id is None
    return Said(
        at=event.at,
        action=event.action,
        actor=actor or "",
        reason=event.reason or "",
        words=words or "" if told else "",
        about=about or "",
        post_id=event.post_id,
        revision_id=event.revision_id,
        heading=heading or "" if told else "",
        open=out,
        event_id=event.id,
    )
