"""Posts, their unchanging revisions and the working copies they are written in."""

import enum
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diary.models.engine import NEVER_AGAIN, Base, only_where, words
from diary.models.people import Kind, Person
from diary.models.pictures import Picture
from diary.models.provenance import Provenance
from diary.models.taxonomy import Lab, Method


class Status(enum.StrEnum):
    """Where a post stands; `domain.workflow` says how it moves."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    HELD = "held"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Precision(enum.StrEnum):
    """How exactly the day a post is about is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


UNDATED = date(9999, 1, 1)
"""Where posts stand whose day nobody knows: after all others, in a month of their own."""


def standing(dated: date, precision: str) -> date:
    """Where a post about this day stands in the journey."""
    return UNDATED if precision == Precision.UNKNOWN else dated


class Voice(enum.StrEnum):
    """What kind of knowledge a post carries."""

    EXPERIENCE = "experience"
    THOUGHT = "thought"
    ANALYSIS = "analysis"
    INSIGHT = "insight"
    LESSON = "lesson"


class SecondKind(enum.StrEnum):
    """What a second text beside the original is."""

    TRANSLATION = "translation"
    EASY = "easy"


class Post(Base):
    """One diary entry. Its words stand in revisions; `dated` and `lab_id` repeat the live one's
    (else the newest one's), so that lists are walked by an index: `dated` as `standing` has it."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("owner_id", "form_key"),
        CheckConstraint(
            "status NOT IN ('published', 'withdrawn') OR "
            "(live_id IS NOT NULL AND sequence IS NOT NULL AND published_at IS NOT NULL "
            "AND slug IS NOT NULL)",
            name="public",
        ),
        Index("ix_posts_stream", "status", "sequence"),
        Index("ix_posts_journey", "status", "dated", "sequence"),
        Index("ix_posts_news", "status", "updated_at"),
        Index("ix_posts_lab_stream", "lab_id", "status", "sequence"),
        Index("ix_posts_lab_journey", "lab_id", "status", "dated", "sequence"),
        Index(
            "ix_posts_queue",
            "status",
            "submitted_at",
            "id",
            **only_where("waiting_id IS NOT NULL"),
        ),
        # The journal names posts by id: that of a deleted draft must never come again.
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    short: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[Status] = mapped_column(words(Status, "status"), default=Status.DRAFT)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    form_key: Mapped[str | None]
    """One-time key of the form that made the post: sent twice, it makes one post."""
    dated: Mapped[date]
    precision: Mapped[Precision] = mapped_column(
        words(Precision, "precision"), default=Precision.DAY
    )
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"))
    sequence: Mapped[int | None] = mapped_column(unique=True)
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    """When what readers see last changed in a way they should be told of."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    live_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", use_alter=True), index=True
    )
    waiting_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", use_alter=True), index=True
    )
    read_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", use_alter=True), index=True
    )
    """The revision a moderator last let through or read: what a trusted author has published
    since is read afterwards."""
    publish_at: Mapped[datetime | None] = mapped_column(index=True)
    """When a scheduled one goes out."""
    provenance: Mapped[Provenance | None] = relationship()

    def stand_on(self, dated: date, precision: Precision) -> None:
        """Take its place in the journey."""
        self.dated, self.precision = standing(dated, precision), precision


class Revision(Base):
    """An unchanging snapshot of everything a reader sees. `html`, `heading` and `opening` are
    derived from `body` by the recipe named beside them and can be made again."""

    __tablename__ = "revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    made_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str]
    gist: Mapped[str] = mapped_column(default="")
    """One line in the diary's main language when the post is in another."""
    second_kind: Mapped[SecondKind | None] = mapped_column(words(SecondKind, "second_kind"))
    second_lang: Mapped[str] = mapped_column(default="")
    second_body: Mapped[str] = mapped_column(Text, default="")
    second_html: Mapped[str] = mapped_column(Text, default="")
    scribe: Mapped[str] = mapped_column(default="")
    """Who wrote it down for those under it: their name, where somebody did."""
    dated: Mapped[date]
    precision: Mapped[Precision] = mapped_column(words(Precision, "precision"))
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"), index=True)
    voice: Mapped[Voice | None] = mapped_column(words(Voice, "voice"))
    inspired_by_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    """The post that gave the idea."""
    html: Mapped[str] = mapped_column(Text, default="")
    heading: Mapped[str] = mapped_column(default="")
    opening: Mapped[str] = mapped_column(default="")
    recipe: Mapped[int]
    lab: Mapped[Lab | None] = relationship()
    methods: Mapped[list[Method]] = relationship(
        secondary="revision_methods", order_by=Method.position
    )
    bylines: Mapped[list["Byline"]] = relationship(order_by="Byline.position")
    pictures: Mapped[list["ShownPicture"]] = relationship(order_by="ShownPicture.position")


class RevisionMethod(Base):
    """Which methods a revision names."""

    __tablename__ = "revision_methods"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    method_id: Mapped[int] = mapped_column(ForeignKey("methods.id"), primary_key=True, index=True)


class RevisionLink(Base):
    """Which posts a revision's text links to."""

    __tablename__ = "revision_links"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True, index=True)


class Byline(Base):
    """A person on a revision, with the name shown and the role as it was then."""

    __tablename__ = "bylines"
    __table_args__ = (UniqueConstraint("revision_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    kind: Mapped[Kind] = mapped_column(words(Kind, "kind"))
    person: Mapped[Person] = relationship()


class ShownPicture(Base):
    """A picture as a revision shows it."""

    __tablename__ = "shown_pictures"
    __table_args__ = (UniqueConstraint("revision_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id"), index=True)
    position: Mapped[int]
    alt: Mapped[str] = mapped_column(Text, default="")
    caption: Mapped[str] = mapped_column(Text, default="")
    credit: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    """Of a film elsewhere that the picture stands for."""
    focus_x: Mapped[float] = mapped_column(default=0.5)
    focus_y: Mapped[float] = mapped_column(default=0.5)
    picture: Mapped[Picture] = relationship()


class WorkingCopy(Base):
    """What a person is writing on a post; `version` tells two writers apart."""

    __tablename__ = "working_copies"
    __table_args__ = (UniqueConstraint("post_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    tab: Mapped[str] = mapped_column(default="")
    """The open page that saved last: it may save again though it missed the answer."""
    saved_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
