"""Requests to take something down, what was sent in, and what was handed out of the diary."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base


class Objection(Base):
    """Somebody says "this is me, please take it down"; `token` opens their receipt page.

    Without a post it tells of something in the diary itself that they cannot get at.
    """

    __tablename__ = "objections"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(unique=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    answer_by: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(default="")
    lang: Mapped[str]
    hid: Mapped[bool] = mapped_column(default=False)
    """It has hidden what it is about, at once."""
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    recalled: Mapped[bool | None]
    """True: taken away for good; False: shown again or left; None: not decided yet."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the receipt says of the decision, in a moderator's words."""


class Sender(Base):
    """Who sent a post in without an account, as far as they said."""

    __tablename__ = "senders"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), unique=True)
    form_key: Mapped[str] = mapped_column(unique=True)
    """One-time key of the form: sent twice, it makes one post."""
    at: Mapped[datetime] = mapped_column(index=True)
    contact: Mapped[str] = mapped_column(default="")


class Handout(Base):
    """What was handed out of the diary: an export, a parcel of somebody's own, a letter."""

    __tablename__ = "handouts"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    """The form of an export, as `diary export --as` has it, or `full`; `own` of a parcel."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    receiver: Mapped[str] = mapped_column(default="")
    """To whom, in the words of whoever exported; it and `place` can be emptied."""
    place: Mapped[str] = mapped_column(default="")
    """The path an export was written to."""
    posts: Mapped[int | None]
    pictures: Mapped[int | None]
    """How many of each an export held; None of a parcel."""


class HandoutPicture(Base):
    """Which pictures a handout holds."""

    __tablename__ = "handout_pictures"

    handout_id: Mapped[int] = mapped_column(ForeignKey("handouts.id"), primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id"), primary_key=True, index=True)
    taken_out_at: Mapped[datetime | None]
    """When it was taken out of the copy itself (`diary recall --in`)."""
