"""What leaves the diary is noted: whoever is in a picture can be told which copies hold it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.content import MAX_LINE
from diary.domain.journal import record
from diary.models import Handout, HandoutPicture
from diary.text.plain import tidy_line

LIVING = "site"
"""A frozen site is brought up to date where it is: one place has one such copy."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An export: its form, where it was written, how many posts and pictures it holds, to whom."""

    kind: str
    place: str
    posts: int
    pictures: int
    receiver: str = ""


def hand_out(
    session: Session, kind: str, account_id: int, picture_ids: Iterable[int], now: datetime
) -> None:
    """Note that pictures leave the diary in a parcel of somebody's own."""
    _hold(session, Handout(at=now, kind=kind, by_id=account_id), picture_ids)


def export(
    session: Session, copy: Copy, account_id: int | None, picture_ids: Iterable[int], now: datetime
) -> None:
    """Note an export and who gave their word for it, if somebody had to; the journal has no names.

    One that is written again into its place is the same copy: it is noted with all that it has
    held so far.
    """
    handout = _same(session, copy) or Handout(kind=copy.kind, place=copy.place, receiver="")
    handout.at, handout.by_id = now, account_id
    handout.posts, handout.pictures = copy.posts, copy.pictures
    handout.receiver = tidy_line(copy.receiver, MAX_LINE) or handout.receiver
    _hold(session, handout, picture_ids)
    record(session, "export", now, actor_id=account_id, subject_id=handout.id, reason=copy.kind)


def take_out(session: Session, place: str, picture_ids: Iterable[int], now: datetime) -> None:
    """Note and journal that pictures are in the copy at a place no more; once of each.

    Of several that were written to it, one after another, the newest is what lies there.
    """
    newest = select(Handout).where(Handout.place == place).order_by(Handout.id.desc()).limit(1)
    if (handout := session.scalar(newest)) is None:
        return
    held = select(HandoutPicture).where(
        HandoutPicture.handout_id == handout.id,
        HandoutPicture.picture_id.in_(picture_ids),
        HandoutPicture.taken_out_at.is_(None),
    )
    for one in session.scalars(held.order_by(HandoutPicture.picture_id)):
        one.taken_out_at = now
        record(
            session,
            "take_out",
            now,
            actor_id=None,
            picture_id=one.picture_id,
            subject_id=handout.id,
            reason=handout.kind,
        )


def _same(session: Session, copy: Copy) -> Handout | None:
    if copy.kind != LIVING:
        return None
    before = select(Handout).where(Handout.kind == LIVING, Handout.place == copy.place)
    return session.scalar(before.order_by(Handout.id.desc()).limit(1))


def _hold(session: Session, handout: Handout, picture_ids: Iterable[int]) -> None:
    session.add(handout)
    session.flush()
    held = select(HandoutPicture.picture_id).where(HandoutPicture.handout_id == handout.id)
    session.add_all(
        HandoutPicture(handout_id=handout.id, picture_id=picture_id)
        for picture_id in sorted(set(picture_ids) - set(session.scalars(held).all()))
    )
    session.flush()
