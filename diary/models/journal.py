"""The append-only record of moderation, and the words that go with it."""

import uuid
from datetime import datetime

from sqlalchemy import Connection, ForeignKey, Text, inspect
from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base, refuse_changes


class Event(Base):
    """A deed: ids, keys and times only. The database refuses to change or delete a row."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str]
    # Plain numbers, not foreign keys: what they name may be gone one day, the deed is not.
    actor_id: Mapped[int | None] = mapped_column(index=True)
    post_id: Mapped[int | None] = mapped_column(index=True)
    revision_id: Mapped[int | None]
    account_id: Mapped[int | None]
    message_id: Mapped[int | None]
    picture_id: Mapped[int | None] = mapped_column(index=True)
    subject_id: Mapped[int | None]
    """Of the lab, method, person or other thing that the action names."""
    other_id: Mapped[int | None]
    """Of the second one where there are two, as in a merge."""
    reason: Mapped[str | None]
    """A key such as `too_dark`, never free text."""


class Message(Base):
    """Free words about a post between moderator and author; can be emptied."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)


def guard_journal(connection: Connection) -> None:
    """Make the triggers that keep the journal append-only.

    Run after every migration: rebuilding a table drops its triggers without a word. Before the
    first migration and after undoing it there is nothing to guard.
    """
    if inspect(connection).has_table("events"):
        refuse_changes(connection)
