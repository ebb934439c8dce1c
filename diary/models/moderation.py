"""What moderators keep beside the journal: readings, tellings, corrections, reports."""

import enum
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base, words


class Reading(Base):
    """A trusted person is asked to read one revision in a language its moderator does not read."""

    __tablename__ = "readings"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    fine: Mapped[bool | None]
    gist: Mapped[str] = mapped_column(default="")
    """The one line in the main language that the reader proposes."""
    note: Mapped[str] = mapped_column(Text, default="")


class News(enum.StrEnum):
    """What somebody without e-mail is to be told of a post."""

    OUT = "out"
    QUESTION = "question"
    TAKEN_DOWN = "taken_down"


class Telling(Base):
    """Something to tell a writer without e-mail, until somebody ticks it off."""

    __tablename__ = "tellings"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    news: Mapped[News] = mapped_column(words(News, "news"))
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)


class Correction(Base):
    """A note that readers see below a post: what was wrong and is right now."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)


class Report(Base):
    """What the lead adds to the funder's report on a period, of a lab or of all; can be changed."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("first", "last", "lab_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"), index=True)
    edition: Mapped[int] = mapped_column(default=0)
    """Raised at each change, so that nobody writes over what they have not seen."""
    changed_at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text, default="")
    reasons: Mapped[dict[str, str]]
    """Why a month is silent, by month such as `2019-07`."""
    chosen: Mapped[list[str]]
    """The uids of the posts that the lead shows as examples, in order."""


class HandedIn(Base):
    """A frozen copy of the funder's report, as it was handed in."""

    __tablename__ = "handed_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    content: Mapped[dict[str, Any]]
