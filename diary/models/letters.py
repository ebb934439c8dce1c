"""Who follows by mail, the letters they are sent, and all mail that waits to be sent."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diary.models.engine import NEVER_AGAIN, Base, only_where, words


class Pace(enum.StrEnum):
    """How often a subscriber is written to."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Subscriber(Base):
    """An address whose owner has confirmed that they want letters."""

    __tablename__ = "subscribers"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    """What the links in letters are signed for."""
    email: Mapped[str] = mapped_column(unique=True)
    lang: Mapped[str]
    pace: Mapped[Pace] = mapped_column(words(Pace, "pace"))
    confirmed_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    """When the address refused a letter for good: it gets none until its owner confirms anew."""
    subscriptions: Mapped[list["Subscription"]] = relationship(cascade="all, delete-orphan")


class Subscription(Base):
    """What a subscriber follows: a lab, a method or an author; none of them is the whole diary."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "lab_id"),
        UniqueConstraint("subscriber_id", "method_id"),
        UniqueConstraint("subscriber_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"), index=True)
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"), index=True)
    method_id: Mapped[int | None] = mapped_column(ForeignKey("methods.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)


class Letter(Base):
    """A post for a subscriber: waiting, on its way in a mail, or sent; once each."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "post_id"),
        # What waits is found at once, however much was sent.
        Index(
            "ix_letters_waiting",
            "due_at",
            **only_where("sent_at IS NULL AND outgoing_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    due_at: Mapped[datetime]
    outgoing_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox.id", ondelete="SET NULL"), index=True
    )
    """The mail it goes in, from when it is due until that is sent."""
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    twice: Mapped[bool] = mapped_column(default=False)
    """Whether it may have come twice: a try before was cut off, and nobody noted its end."""


class Ping(Base):
    """A feed that the hub is to be told of (WebSub, section 6): its path, without the format."""

    __tablename__ = "pings"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)
    queued_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)


class Outgoing(Base):
    """One mail in the outbox; the row goes when it is sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    lang: Mapped[str]
    queued_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    unnoted: Mapped[int] = mapped_column(default=0)
    """How many tries have begun of which nobody knows whether the server took the mail."""
    due_at: Mapped[datetime] = mapped_column(index=True)
    """When it is tried next."""
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    """The post whose writer it tells what became of it: overtaken by what happens next."""
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscribers.id"), index=True)
    """Whose letters it carries: its words are made of them when it is sent."""
