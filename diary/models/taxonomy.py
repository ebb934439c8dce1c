"""Labs (the places), methods (the ways of working) and focus areas (the goals)."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diary.models.engine import Base


class FocusArea(Base):
    """One of the project's goals, such as better school results."""

    __tablename__ = "focus_areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]]
    position: Mapped[int] = mapped_column(default=0)


class LabFocusArea(Base):
    """Which goals a lab works for."""

    __tablename__ = "lab_focus_areas"

    lab_id: Mapped[int] = mapped_column(ForeignKey("labs.id"), primary_key=True)
    focus_area_id: Mapped[int] = mapped_column(
        ForeignKey("focus_areas.id"), primary_key=True, index=True
    )


class Alias(Base):
    """An address that a post, lab, method or person once had; it leads on to the present one."""

    __tablename__ = "aliases"

    kind: Mapped[str] = mapped_column(primary_key=True)
    """`post`, `lab`, `method` or `person`."""
    slug: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(index=True)


class Lab(Base):
    """A place of the project. Texts and short names are kept per interface language."""

    __tablename__ = "labs"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_names: Mapped[dict[str, str]]
    place: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")
    summaries: Mapped[dict[str, str]]
    descriptions: Mapped[dict[str, str]]
    results: Mapped[dict[str, str]]
    questions: Mapped[dict[str, str]] = mapped_column(default=dict)
    """The coordinator's question of the week, per language; it stands above the writing field."""
    partners: Mapped[list[str]]
    sources: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Where the results are published: each a title, publisher, year and web address, or ""."""
    pictures: Mapped[list[str]] = mapped_column(default=list)
    """The tokens of pictures chosen for its page, in order; not all may still be shown."""
    started: Mapped[date | None]
    ended: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    focus_areas: Mapped[list[FocusArea]] = relationship(
        secondary="lab_focus_areas", order_by=FocusArea.position
    )


class Method(Base):
    """A way of working. `core` ones are those the project itself counts."""

    __tablename__ = "methods"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_names: Mapped[dict[str, str]]
    descriptions: Mapped[dict[str, str]]
    steps: Mapped[dict[str, str]] = mapped_column(default=dict)
    """How it is done, and in `needs` what that takes: Markdown per language."""
    needs: Mapped[dict[str, str]] = mapped_column(default=dict)
    sources: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    pictures: Mapped[list[str]] = mapped_column(default=list)
    """Both as a lab's."""
    first_lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"), index=True)
    core: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    first_lab: Mapped[Lab | None] = relationship()
