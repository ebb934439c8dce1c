"""What is to be known before a journey ends: what still waits, and whether the diary is safe."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, load_only

from diary.models import Handout, Outgoing, Post, Revision, State, Status, WorkingCopy
from diary.queries import consents, objections
from diary.queries.posts import PUBLIC, Scope

EVERYTHING = Scope(everything=True)
SHOWN = 20
WAITS = or_(
    Post.status.in_((Status.SUBMITTED, Status.HELD, Status.SCHEDULED)),
    PUBLIC & Post.waiting_id.is_not(None),
)
"""What nobody has decided about, what has a time to go out, and changes to what is out."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that is not decided, by what it is called."""

    post_id: int
    heading: str
    lang: str
    status: Status


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is done and what waits before the journey ends."""

    waiting: int
    first: tuple[Waiting, ...]
    """The oldest of those that wait."""
    returned: int
    """Posts that lie with their writers, with a question."""
    drafts: int
    undecided: int
    """Pictures that nobody has decided about: they are not shown."""
    requests: int
    letters: int
    backed_up_at: datetime | None
    exported_at: datetime | None


def count_waiting(session: Session) -> int:
    """How many posts nobody has decided about."""
    return session.scalar(select(func.count()).select_from(Post).where(WAITS)) or 0


def waiting(session: Session, size: int = SHOWN) -> tuple[Waiting, ...]:
    """The posts that nobody has decided about, the oldest first."""
    statement = (
        select(Post, Revision)
        .options(load_only(Post.id, Post.status))
        .join(Revision, Revision.id == Post.waiting_id)
        .where(WAITS)
        .order_by(Post.submitted_at, Post.id)
        .limit(size)
    )
    return tuple(
        Waiting(post.id, revision.heading, revision.lang, post.status)
        for post, revision in session.execute(statement)
    )


def checklist(session: Session) -> Checklist:
    """All of it, as the lead sees it."""
    begun = exists().where(WorkingCopy.post_id == Post.id)
    return Checklist(
        waiting=count_waiting(session),
        first=waiting(session),
        returned=_count(session, Post.status == Status.RETURNED),
        drafts=_count(session, (Post.status == Status.DRAFT) & begun),
        undecided=consents.count_undecided(session, EVERYTHING),
        requests=objections.count_open(session, EVERYTHING),
        letters=session.scalar(select(func.count(Outgoing.id))) or 0,
        backed_up_at=session.scalars(select(State.backed_up_at)).one(),
        exported_at=session.scalar(select(func.max(Handout.at)).where(Handout.kind != "own")),
    )


def _count(session: Session, which: object) -> int:
    return session.scalar(select(func.count()).select_from(Post).where(which)) or 0  # type: ignore[arg-type]
