"""Recall: taking a picture away for good, everywhere."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from diary.domain import erasures, pings, policy
from diary.domain.content import from_json, to_json
from diary.domain.errors import NotFound
from diary.domain.journal import locked_state, record, show_news
from diary.domain.policy import Actor, Facts
from diary.models import (
    Consent,
    Picture,
    Post,
    Rendition,
    ShownPicture,
    Status,
    WorkingCopy,
)


def recall(
    session: Session, actor: Actor, post_id: int, token: str, now: datetime
) -> tuple[str, ...]:
    """Take a picture of a post away for good; a second time changes nothing.

    Returns the keys of its files, for `errands.commit`. Raises NotFound for a picture that is
    not this moderator's.
    """
    locked_state(session)
    picture = session.scalar(
        select(Picture).where(Picture.post_id == post_id, Picture.token == token)
    )
    post = session.get(Post, post_id)
    if (
        post is None
        or picture is None
        or post.status is Status.DRAFT
        or not policy.reads(actor, Facts(post.owner_id, post.lab_id))
    ):
        raise NotFound
    return take_away(session, picture, now, actor_id=actor.account_id)


def take_away(
    session: Session, picture: Picture, now: datetime, *, actor_id: int | None
) -> tuple[str, ...]:
    """What `recall` does, without asking who; a second time changes nothing."""
    if picture.recalled_at is not None:
        return ()
    _forget_words(session, picture)
    tell_readers(session, picture, now)
    return empty(session, picture, now, "recall", actor_id=actor_id)


def empty(
    session: Session, picture: Picture, now: datetime, action: str, *, actor_id: int | None
) -> tuple[str, ...]:
    """Leave nothing of a picture but its row; the list of erasures and the journal have it.

    Returns the keys of its files, as `recall` does.
    """
    renditions = session.scalars(select(Rendition.key).where(Rendition.picture_id == picture.id))
    files = (picture.original_key, *renditions)
    picture.recalled_at, picture.original_key, picture.filename = now, "", ""
    picture.sent_sha256 = None
    consent = session.get_one(Consent, picture.id)
    consent.withdrawn_at, consent.from_whom = now, ""
    session.execute(delete(Rendition).where(Rendition.picture_id == picture.id))
    _note(session, action, picture, now, actor_id)
    erasures.append(session, "picture", picture.uid, now)
    session.flush()
    return files


def again(session: Session, listed: bytes, now: datetime) -> tuple[str, ...]:
    """Take away again what is `listed` as recalled: a backup that was put back may have it.

    Returns the keys of files, as `recall` does.
    """
    recalled = erasures.uids(listed, "picture")
    statement = select(Picture).where(Picture.recalled_at.is_(None), Picture.uid.in_(recalled))
    found = session.scalars(statement).all() if recalled else ()
    return tuple(
        key for picture in found for key in take_away(session, picture, now, actor_id=None)
    )


def _forget_words(session: Session, picture: Picture) -> None:
    """What was said of a picture tells of who was in it."""
    shown = update(ShownPicture).where(ShownPicture.picture_id == picture.id)
    session.execute(shown.values(alt="", caption="", credit="", link=""))
    copies = select(WorkingCopy).where(WorkingCopy.post_id == picture.post_id)
    for copy in session.scalars(copies):
        content = from_json(copy.content)
        left = [one for one in content.pictures if one.token != picture.token]
        copy.content = to_json(content.with_pictures(left))


def tell_readers(session: Session, picture: Picture, now: datetime) -> None:
    """Whether a picture goes or comes back: the posts that show it have changed."""
    show_news(session, now)
    showing = select(ShownPicture.revision_id).where(ShownPicture.picture_id == picture.id)
    out = update(Post).where(Post.live_id.in_(showing), Post.status == Status.PUBLISHED)
    session.execute(out.values(updated_at=now))
    live = select(Post.live_id).where(Post.live_id.in_(showing), Post.status == Status.PUBLISHED)
    pings.queue(session, session.scalars(live), now)


def hide(
    session: Session, pictures: Iterable[Picture], now: datetime, *, actor_id: int | None
) -> None:
    """Take pictures out of sight until somebody decides; their files stay."""
    for picture in pictures:
        if picture.hidden_at is None and picture.recalled_at is None:
            picture.hidden_at = now
            tell_readers(session, picture, now)
            _note(session, "hide", picture, now, actor_id)


def show_again(session: Session, picture: Picture, now: datetime, *, actor_id: int) -> None:
    """Undo `hide`."""
    if picture.hidden_at is not None and picture.recalled_at is None:
        picture.hidden_at = None
        tell_readers(session, picture, now)
        _note(session, "show_picture", picture, now, actor_id)


def _note(
    session: Session, action: str, picture: Picture, now: datetime, actor_id: int | None
) -> None:
    record(
        session,
        action,
        now,
        actor_id=actor_id,
        post_id=picture.post_id,
        picture_id=picture.id,
    )
