"""The one row that counts, the lead's settings and the lead's pages."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base


class State(Base):
    """One row: the version of all that is public, the last sequence, and what is due next."""

    __tablename__ = "state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    version: Mapped[int] = mapped_column(default=1)
    cards_since: Mapped[int] = mapped_column(default=1)
    """The version since which posts were only added: all older cards hold (queries/cards)."""
    sequence: Mapped[int] = mapped_column(default=0)
    due: Mapped[datetime | None]
    uid: Mapped[uuid.UUID]
    """Of the diary itself: the id of its feed, which no other diary has."""
    changed_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    """When moderators were last told that nobody reads."""
    digest_at: Mapped[datetime | None]
    """When those who want it daily were last told what waits."""
    backed_up_at: Mapped[datetime | None]
    """When a backup was last made and found whole."""


class Setting(Base):
    """What the lead may change about the diary: one value per key."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]


class Page(Base):
    """A page the lead has written over its default text, per language."""

    __tablename__ = "pages"

    slug: Mapped[str] = mapped_column(primary_key=True)
    lang: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
