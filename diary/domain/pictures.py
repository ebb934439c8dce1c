"""Keeping a picture: its files first, then its rows."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from diary.addresses import new_token, new_uid
from diary.media import sizes
from diary.media.images import Prepared
from diary.media.sizes import RECIPE
from diary.media.storage import Storage, content_key
from diary.models import Consent, Picture, Post, Rendition


def store_files(store: Storage, prepared: Prepared) -> None:
    """Put a picture's files into the store. Done before the rows: never a row without a file."""
    original = prepared.original
    store.put(
        content_key("originals", original.data, original.extension),
        original.data,
        original.media_type,
    )
    store_renditions(store, prepared.renditions)


def store_renditions(store: Storage, made: Iterable[sizes.Rendition]) -> None:
    """Put sizes or pieces into the store, before their rows."""
    for size in made:
        store.put(_key(size), size.data, size.media_type)


def same_picture(session: Session, post: Post, prepared: Prepared) -> Picture | None:
    """The post's picture made from the same file, if it was sent before."""
    original = prepared.original
    key = content_key("originals", original.data, original.extension)
    return _picture(session, post, Picture.original_key == key)


def already_sent(session: Session, post: Post, sha256: str) -> Picture | None:
    """The post's picture by the SHA-256 (hexadecimal) of the file as sent: no work done twice."""
    return _picture(session, post, Picture.sent_sha256 == sha256)


def _picture(session: Session, post: Post, which: ColumnElement[bool]) -> Picture | None:
    statement = select(Picture).where(Picture.post_id == post.id, which)
    return session.scalars(statement.order_by(Picture.id).limit(1)).first()


def add_picture(
    session: Session,
    post: Post,
    prepared: Prepared,
    now: datetime,
    *,
    account_id: int | None = None,
    filename: str = "",
    sent_sha256: str | None = None,
) -> Picture:
    """The rows of a picture whose files are stored already; `sent_sha256` of the file as sent."""
    picture = new_row(prepared, sent_sha256=sent_sha256)
    return add_row(session, post, picture, now, account_id=account_id, filename=filename)


def new_row(prepared: Prepared, *, sent_sha256: str | None = None) -> Picture:
    """The rows of a picture that belongs to no post yet; its pixels can be let go of."""
    original = prepared.original
    return Picture(
        uid=new_uid(),
        token=new_token(),
        original_key=content_key("originals", original.data, original.extension),
        sent_sha256=sent_sha256,
        media_type=original.media_type,
        width=original.width,
        height=original.height,
        renditions=[row(size) for size in prepared.renditions],
    )


def add_row(
    session: Session,
    post: Post,
    picture: Picture,
    now: datetime,
    *,
    account_id: int | None = None,
    filename: str = "",
    uid: UUID | None = None,
) -> Picture:
    """Put the rows of a picture to its post; nobody has said or decided anything about it yet."""
    picture.post_id, picture.filename, picture.created_at = post.id, filename[:200], now
    picture.uploaded_by_id, picture.uid = account_id, uid or picture.uid
    session.add(picture)
    session.flush()
    session.add(Consent(picture_id=picture.id, claimed_by_id=account_id, claimed_at=now))
    return picture


def row(size: sizes.Rendition) -> Rendition:
    """The row of a size or piece whose file is stored."""
    return Rendition(
        crop=size.crop,
        width=size.width,
        height=size.height,
        extension=size.extension,
        media_type=size.media_type,
        bytes=len(size.data),
        key=_key(size),
        stamp=size.sha256[:12],
        recipe=RECIPE,
    )


def _key(size: sizes.Rendition) -> str:
    return content_key("renditions", size.data, size.extension)
