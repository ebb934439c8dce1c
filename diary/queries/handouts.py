"""The copies that were handed out of the diary, and which of them hold a picture."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from diary.models import Account, Handout, HandoutPicture, Person, Picture

SHOWN = 50
HELD = HandoutPicture.taken_out_at.is_(None)
HELD_SINCE = HELD & (Picture.recalled_at >= Handout.at)
"""A frozen site that was brought up to date after a recall holds the picture no more."""


@dataclass(frozen=True, slots=True)
class Handed:
    """Something handed out of the diary that holds a picture."""

    kind: str
    at: datetime
    receiver: str
    """To whom; not for everybody who holds a receipt."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as the lead's page shows it."""

    id: int
    kind: str
    at: datetime
    by: str
    """Whose word it needed, if anybody's."""
    receiver: str
    place: str
    posts: int | None
    pictures: int | None
    recalled: tuple[str, ...]
    """The tokens of pictures in it that were taken away since."""
    taken_out: tuple[tuple[datetime, int], ...]
    """When pictures were taken out of it, and how many."""


def holding(session: Session, picture_id: int) -> tuple[Handed, ...]:
    """The copies that hold a picture, the oldest first."""
    statement = (
        select(Handout.kind, Handout.at, Handout.receiver)
        .join(HandoutPicture, HandoutPicture.handout_id == Handout.id)
        .join(Picture, HandoutPicture.picture_id == Picture.id)
        .where(Picture.id == picture_id, HELD, or_(Picture.recalled_at.is_(None), HELD_SINCE))
        .order_by(Handout.at, Handout.id)
    )
    return tuple(Handed(*row) for row in session.execute(statement))


def is_held(session: Session, token: str) -> bool:
    """Whether any copy holds the picture with this token."""
    picture_id = session.scalar(select(Picture.id).where(Picture.token == token))
    return bool(picture_id and holding(session, picture_id))


def listed(session: Session, before: int | None = None, size: int = SHOWN) -> tuple[Copy, ...]:
    """The copies, the newest first; those after one of them go on below it."""
    statement = (
        select(Handout, Person.name)
        .outerjoin(Account, Handout.by_id == Account.id)
        .outerjoin(Person, Account.person_id == Person.id)
        .order_by(Handout.id.desc())
        .limit(size)
    )
    if before is not None:
        statement = statement.where(Handout.id < before)
    found = session.execute(statement).all()
    ids = [handout.id for handout, _ in found]
    recalled, taken_out = _recalled(session, ids), _taken_out(session, ids)
    return tuple(
        Copy(
            id=one.id,
            kind=one.kind,
            at=one.at,
            by=name or "",
            receiver=one.receiver,
            place=one.place,
            posts=one.posts,
            pictures=one.pictures,
            recalled=tuple(recalled[one.id]),
            taken_out=tuple(taken_out[one.id]),
        )
        for one, name in found
    )


def places(session: Session) -> list[str]:
    """Where copies were written to."""
    return list(session.scalars(select(Handout.place).where(Handout.place != "").distinct()))


def _recalled(session: Session, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    statement = (
        select(HandoutPicture.handout_id, Picture.token)
        .join(Picture, HandoutPicture.picture_id == Picture.id)
        .join(Handout, HandoutPicture.handout_id == Handout.id)
        .where(Handout.id.in_(ids), HELD_SINCE)
        .order_by(Picture.recalled_at, Picture.id)
    )
    tokens = defaultdict[int, list[str]](list)
    for handout_id, token in session.execute(statement):
        tokens[handout_id].append(token)
    return tokens


def _taken_out(
    session: Session, ids: Sequence[int]
) -> defaultdict[int, list[tuple[datetime, int]]]:
    at = HandoutPicture.taken_out_at
    statement = (
        select(HandoutPicture.handout_id, at, func.count())
        .where(HandoutPicture.handout_id.in_(ids))
        .group_by(HandoutPicture.handout_id, at)
        .order_by(at)
    )
    found = defaultdict[int, list[tuple[datetime, int]]](list)
    for handout_id, day, number in session.execute(statement):
        if day:
            found[handout_id].append((day, number))
    return found
