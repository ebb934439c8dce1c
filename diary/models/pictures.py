"""Uploaded pictures and the sizes derived from them."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diary.models.engine import Base


class Picture(Base):
    """An uploaded picture. It is public only while a published post's live revision shows it."""

    __tablename__ = "pictures"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", name="fk_pictures_post_id_posts"), index=True
    )
    token: Mapped[str] = mapped_column(unique=True)
    original_key: Mapped[str] = mapped_column(index=True)
    sent_sha256: Mapped[str | None]
    """Of the file as it was sent (hexadecimal): sent again, it is not worked on again."""
    media_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    filename: Mapped[str] = mapped_column(default="")
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]
    blurred_at: Mapped[datetime | None]
    """When faces were made unrecognisable; the original was replaced then."""
    renditions: Mapped[list["Rendition"]] = relationship(order_by="Rendition.width")


class Rendition(Base):
    """A derived size and format; `recipe` is the version of the program that made it."""

    __tablename__ = "renditions"
    __table_args__ = (
        Index("uq_renditions_size", "picture_id", "crop", "extension", "width", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id"))
    crop: Mapped[str] = mapped_column(default="")
    """Where a 4:3 piece was cut out, as `<x>-<y>` in hundredths; empty: the whole picture."""
    width: Mapped[int]
    height: Mapped[int]
    extension: Mapped[str]
    media_type: Mapped[str]
    bytes: Mapped[int]
    key: Mapped[str] = mapped_column(index=True)
    stamp: Mapped[str]
    recipe: Mapped[int]
