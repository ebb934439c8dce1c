"""Other diaries that this one keeps a twin of (`diary mirror`)."""

import uuid

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base


class Mirror(Base):
    """Another diary whose posts are kept here as they stand there."""

    __tablename__ = "mirrors"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    """Of the other diary itself: should another one stand at its address, nothing is taken."""
    named: Mapped[str] = mapped_column(unique=True)
    """Its address as somebody named it by hand."""
    within: Mapped[bool]
    """Whether that stood in the own network when it was named: then it may be asked there."""
    feed: Mapped[str] = mapped_column(unique=True)
    """The address of its Atom feed."""
    home: Mapped[str]
    title: Mapped[str]
    licence: Mapped[str]
    """What its posts may be used under there; empty: people have to ask."""
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"), index=True)
    """The place that all its posts stand under here; None: under its own places."""


class MirrorDocument(Base):
    """A document of a mirrored diary's feed, as far as it was last brought in whole."""

    __tablename__ = "mirror_documents"

    mirror_id: Mapped[int] = mapped_column(ForeignKey("mirrors.id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str]
    onward: Mapped[list[str]]
    """Where what is older stands (RFC 5005, section 4)."""
    entries: Mapped[dict[str, str]]
    """The ids of its entries, each with the digest of what it said."""
