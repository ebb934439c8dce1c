"""What journalists may take along: pictures that are free for the press, and numbers."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from diary.models import UNDATED, Consent, Decision, Picture, Post, Revision, ShownPicture, Use
from diary.queries.cards import cards, rows
from diary.queries.posts import published
from diary.queries.rows import PictureView, PostCard

SHOWN = 24


@dataclass(frozen=True, slots=True)
class PressPicture:
    """A picture with the post that shows it."""

    picture: PictureView
    post: PostCard


def free_pictures(
    session: Session, today: date, lang: str, *, licensed: bool
) -> tuple[PressPicture, ...]:
    """The pictures of the newest posts that a moderator has found free for the press.

    Whoever can be recognised has said yes to that use. Where nobody can, only the photographer is
    to be asked, and has been if the diary is `licensed`. What stands for a film is somebody else's.
    """
    statement = (
        published()
        .join(ShownPicture, ShownPicture.revision_id == Revision.id)
        .join(Picture, Picture.id == ShownPicture.picture_id)
        .join(Consent, Consent.picture_id == Picture.id)
        .where(Picture.hidden_at.is_(None), Picture.recalled_at.is_(None))
        .where(ShownPicture.link == "", *_agreed(today, licensed))
        .order_by(Post.sequence.desc(), ShownPicture.position)
        .limit(SHOWN)
    )
    free = list(session.scalars(statement.with_only_columns(Picture.token)))
    showing = statement.with_only_columns(Post.id)
    found = rows(session, published().where(Post.id.in_(select(showing.subquery().c.id))))
    shown = {
        picture.token: PressPicture(picture, post)
        for post in cards(session, found, lang)
        for picture in post.pictures
    }
    return tuple(shown[token] for token in free if token in shown)


def _agreed(today: date, licensed: bool) -> tuple[ColumnElement[bool], ...]:
    """What a moderator has decided and nobody has taken back."""
    to_press = (Consent.decision == Decision.YES) & (Consent.use == Use.PRESS)
    decided = or_(to_press, Consent.decision == Decision.NOBODY) if licensed else to_press
    holds = Consent.until.is_(None) | (Consent.until >= today)
    return decided, holds, Consent.withdrawn_at.is_(None)


@dataclass(frozen=True, slots=True)
class Span:
    """How many posts are out, and the days of the first and the last."""

    posts: int
    first: date | None
    last: date | None


def span(session: Session) -> Span:
    """How long the journey is so far."""
    known = Post.dated < UNDATED
    ends = func.min(Post.dated).filter(known), func.max(Post.dated).filter(known)
    return Span(*session.execute(published().with_only_columns(func.count(), *ends)).one())
