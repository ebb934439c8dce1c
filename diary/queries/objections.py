"""What was asked without an account: for who asked, by their receipt, and for who answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from diary.models import Objection, Picture, Post, Revision
from diary.queries.cards import without_words
from diary.queries.handouts import Handed, holding
from diary.queries.posts import Scope, visible_to
from diary.queries.rows import PictureView

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Receipt:
    """A request as its page shows it: what was asked, what was done, what still holds it."""

    id: int
    token: str
    at: datetime
    answer_by: datetime
    heading: str
    post_id: int | None
    """None if it tells of the diary itself."""
    about_picture: bool
    picture: PictureView | None
    """None if it is about the text, or the picture is gone."""
    words: str
    contact: str
    hid: bool
    decided_at: datetime | None
    recalled: bool | None
    answer: str
    handed: tuple[Handed, ...]


def receipt(session: Session, token: str) -> Receipt | None:
    """The request that a receipt's address names."""
    found = _receipts(session, _all().where(Objection.token == token))
    return found[0] if found else None


def listed(session: Session, scope: Scope) -> tuple[Receipt, ...]:
    """The requests that somebody answers for: the open ones first, the most urgent at the top."""
    statement = _all().where(_answered_by(scope))
    order = Objection.decided_at.is_not(None), Objection.decided_at.desc(), Objection.answer_by
    return _receipts(session, statement.order_by(*order).limit(SHOWN))


def count_open(session: Session, scope: Scope) -> int:
    """How many requests wait for an answer."""
    statement = select(func.count()).select_from(Objection).outerjoin(Post)
    waits = Objection.decided_at.is_(None)
    return session.scalar(statement.where(_answered_by(scope), waits)) or 0


def _answered_by(scope: Scope) -> ColumnElement[bool]:
    """About posts one looks after; about the diary itself for those who lead it."""
    theirs = visible_to(Scope(scope.everything, None, scope.lab_ids))
    return or_(theirs, Objection.post_id.is_(None)) if scope.everything else theirs


def _all() -> Select[Objection, str | None, Picture | None]:
    return (
        select(Objection, Revision.heading, Picture)
        .outerjoin(Post, Objection.post_id == Post.id)
        .outerjoin(Revision, Post.live_id == Revision.id)
        .outerjoin(Picture, Objection.picture_id == Picture.id)
    )


def _receipts(
    session: Session, statement: Select[Objection, str | None, Picture | None]
) -> tuple[Receipt, ...]:
    return tuple(
        Receipt(
            id=one.id,
            token=one.token,
            at=one.at,
            answer_by=one.answer_by,
            heading=heading or "",
            post_id=one.post_id,
            about_picture=one.picture_id is not None,
            picture=_seen(picture),
            words=one.words,
            contact=one.contact,
            hid=one.hid,
            decided_at=one.decided_at,
            recalled=one.recalled,
            answer=one.answer,
            handed=holding(session, one.picture_id) if one.picture_id else (),
        )
        for one, heading, picture in session.execute(statement).all()
    )


def _seen(picture: Picture | None) -> PictureView | None:
    if picture is None or picture.recalled_at is not None:
        return None
    return without_words(picture, picture.renditions)
