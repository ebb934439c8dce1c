"""How a post got here."""

import enum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diary.models.engine import Base, words
from diary.models.mirrors import Mirror


class Origin(enum.StrEnum):
    """Written here, moved here whole, rebuilt from what is left of it, or made up as an example."""

    WRITTEN = "written"
    MOVED = "moved"
    FULL = "full"
    TEASER = "teaser"
    TITLE = "title"
    EXAMPLE = "example"


class Provenance(Base):
    """Where a post that was not written here comes from."""

    __tablename__ = "provenances"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    origin: Mapped[Origin] = mapped_column(words(Origin, "origin"), index=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    """The post's name in the source: importing it again finds it by this."""
    source_url: Mapped[str] = mapped_column(default="")
    seen_on: Mapped[str] = mapped_column(default="")
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What every page says of it, value by value (`domain.reconstruction`); [] once somebody under
    it was forgotten, and then no import fills it in again."""
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What moderators alone are told of it: how it stood there, tags without a place, comments."""
    earlier: Mapped[str] = mapped_column(default="")
    """The title of the earlier diary that it is from: its words stay as they stood there."""
    mirror_id: Mapped[int | None] = mapped_column(ForeignKey("mirrors.id"), index=True)
    """The diary whose post this is the twin of."""
    mirror: Mapped[Mirror | None] = relationship()
