"""Keeping a picture: its files first, then its rows."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_token, new_uid
from diary.media.images import RECIPE, Prepared
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
    for size in prepared.renditions:
        store.put(content_key("renditions", size.data, size.extension), size.data, size.media_type)


def same_picture(session: Session, post: Post, prepared: Prepared) -> Picture | None:
    """The post's picture made from the same file, if it was sent before."""
    original = prepared.original
    key = content_key("originals", original.data, original.extension)
    statement = select(Picture).where(Picture.post_id == post.id, Picture.original_key == key)
    return session.scalars(statement.limit(1)).first()


def already_sent(session: Session, post: Post, sha256: str) -> Picture | None:
    """The post's picture that came as a file with this checksum (hexadecimal)."""
    statement = select(Picture).where(Picture.post_id == post.id, Picture.sent_sha256 == sha256)
    return session.scalars(statement.limit(1)).first()


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
    """The rows of a picture whose files are stored already."""
    original = prepared.original
    picture = Picture(
        uid=new_uid(),
        post_id=post.id,
        token=new_token(),
        original_key=content_key("originals", original.data, original.extension),
        media_type=original.media_type,
        width=original.width,
        height=original.height,
        filename=filename[:200],
        sent_sha256=sent_sha256,
        uploaded_by_id=account_id,
        created_at=now,
        renditions=[
            Rendition(
                width=size.width,
                height=size.height,
                extension=size.extension,
                media_type=size.media_type,
                bytes=len(size.data),
                key=content_key("renditions", size.data, size.extension),
                stamp=size.sha256[:12],
                recipe=RECIPE,
            )
            for size in prepared.renditions
        ],
    )
    session.add(picture)
    session.flush()
    session.add(Consent(picture_id=picture.id, claimed_by_id=account_id, claimed_at=now))
    return picture
