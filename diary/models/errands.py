"""What is still to be done in a store that was away, and what lies in the public one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base, words


class Task(StrEnum):
    """What an errand is."""

    LINE = "line"
    """`what` is to be added to the list of erasures."""
    FILE = "file"
    """The file `what` is to be removed, unless a row names it."""
    AGAIN = "again"
    """The list of erasures is to be heeded: it could not be read at the start."""


class Errand(Base):
    """Something to be done in the store as soon as it answers."""

    __tablename__ = "errands"

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[Task] = mapped_column(words(Task, "task"))
    what: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]


class PublicFile(Base):
    """A copy of a rendition in the public store.

    Its row is there before it and after it: nothing lies there that no row knows. `there`: pages
    may point at it.
    """

    __tablename__ = "public_files"
    __table_args__ = (Index("ix_public_files_rendition", "rendition_id", "there"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    rendition_id: Mapped[int]
    """No foreign key: the copy is to be found when the rendition's row has gone."""
    stamp: Mapped[str]
    """Of the rendition that was copied: one that was made again is another."""
    there: Mapped[bool] = mapped_column(default=False)
