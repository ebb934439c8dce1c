"""What is in the public store, and what is to be there: the renditions readers may see now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from diary.models import Consent, Errand, Picture, Post, PublicFile, Rendition, ShownPicture, State
from diary.queries.posts import NOT_TAKEN_AWAY, PUBLIC, SAID_YES

COPY = (PublicFile.rendition_id == Rendition.id, PublicFile.stamp == Rendition.stamp)

# Only pictures that are public: asked from the picture, so that each is looked at once.
_SHOWN = exists().where(
    ShownPicture.picture_id == Picture.id, ShownPicture.revision_id == Post.live_id, PUBLIC
)


def _public() -> Select[int]:
    return (
        select(Rendition.id)
        .join(Picture, Rendition.picture_id == Picture.id)
        .join(Consent, Consent.picture_id == Picture.id)
        .where(SAID_YES, *NOT_TAKEN_AWAY, _SHOWN)
    )


def missing() -> Select[int]:
    """The renditions that are public and of which no copy is there."""
    return _public().where(~exists().where(*COPY, PublicFile.there))


def gone() -> Select[str]:
    """The keys of copies that are not to be there any more."""
    wanted = _public().where(*COPY).correlate(PublicFile)
    return select(PublicFile.key).where(~wanted.exists())


@dataclass(frozen=True, slots=True)
class Late:
    """How much waits, and since when."""

    number: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Behind:
    """What the stores have not done; None of what is done."""

    outside: Late | None
    """Copies that are not public any more, but still lie in the public store."""
    tasks: Late | None


def behind(session: Session, before: datetime) -> Behind:
    """What waits for the stores though it was asked of them before a time."""
    errands = select(func.count(Errand.id), func.min(Errand.since)).where(Errand.since < before)
    number, since = session.execute(errands).one()
    return Behind(_outside(session, before), Late(number, since) if number else None)


def _outside(session: Session, before: datetime) -> Late | None:
    keys = session.scalars(gone()).all()
    if not keys:
        return None
    tokens = {key.split("/")[1] for key in keys[:1000]}
    taken = func.min(func.coalesce(Picture.recalled_at, Picture.hidden_at))
    since = session.scalar(select(taken).where(Picture.token.in_(tokens)))
    # A post that was taken down tells no time of its own, but the diary has changed with it.
    since = since or session.scalars(select(State.changed_at)).one()
    return Late(len(keys), since) if since < before else None


def too_many(session: Session) -> int:
    """How many copies still lie there that are not public any more."""
    return session.scalar(select(func.count()).select_from(gone().subquery())) or 0
