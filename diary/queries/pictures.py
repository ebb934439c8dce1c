"""One rendition of one picture, for those who may see it."""

import enum

from sqlalchemy import ColumnElement, Exists, exists, select
from sqlalchemy.orm import Session

from diary.models import Consent, Picture, Post, Reading, Rendition, ShownPicture
from diary.queries.posts import (
    NOT_TAKEN_AWAY,
    PUBLIC,
    SAID_YES,
    SHOWS_PEOPLE,
    Scope,
    visible_to,
)
from diary.queries.readings import open_to


class Sight(enum.Enum):
    """Who may see a picture."""

    PUBLIC = "public"
    PRIVATE = "private"
    """Somebody logged in, whose scope reaches its post."""
    GONE = "gone"
    """It was recalled."""
    NONE = "none"


def sight(session: Session, token: str, scope: Scope) -> Sight:
    """Who may see the picture with this token, asked by somebody with `scope`."""
    picture = session.scalar(select(Picture).where(Picture.token == token))
    if picture is None:
        return Sight.NONE
    if picture.recalled_at is not None:
        return Sight.GONE
    if session.scalar(select(_is_public(picture.id))):
        return Sight.PUBLIC
    reached = select(Post.id).where(
        Post.id == picture.post_id, visible_to(scope) | _is_asked(picture.id, scope.owner_id or 0)
    )
    return Sight.NONE if session.scalar(reached) is None else Sight.PRIVATE


def _is_public(picture_id: int) -> Exists:
    """Whether the live revision of a published post shows the picture, and it may be shown."""
    return exists().where(
        ShownPicture.revision_id == Post.live_id, PUBLIC, *_may_be_shown(picture_id)
    )


def _is_asked(picture_id: int, account_id: int) -> Exists:
    """Whether somebody was asked to read a revision that shows the picture, and it may be shown."""
    asked = open_to(account_id).where(Reading.read_at.is_(None))
    asked = asked.with_only_columns(Reading.revision_id)
    return exists().where(ShownPicture.revision_id.in_(asked), *_may_be_shown(picture_id))


def _may_be_shown(picture_id: int) -> tuple[ColumnElement[bool], ...]:
    """Wherever it is shown: nothing speaks against it."""
    return (
        ShownPicture.picture_id == Picture.id,
        Picture.id == picture_id,
        Consent.picture_id == Picture.id,
        SAID_YES,
        *NOT_TAKEN_AWAY,
    )


def rendition(
    session: Session, token: str, width: int, extension: str, crop: str = ""
) -> Rendition | None:
    """The current file of a size of the whole or of a piece, whatever stamp its address has."""
    return session.scalar(
        select(Rendition)
        .join(Picture)
        .where(Picture.token == token, Rendition.width == width)
        .where(Rendition.extension == extension, Rendition.crop == crop)
    )


def shows_people(session: Session, picture_id: int) -> bool:
    """Whether somebody in a picture can be recognised."""
    statement = select(SHOWS_PEOPLE).where(Consent.picture_id == picture_id)
    return bool(session.scalar(statement))
