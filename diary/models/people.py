"""Persons who write or are written as authors, and the accounts some of them have."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diary.models.engine import Base, words
from diary.models.taxonomy import Lab


class Kind(enum.StrEnum):
    """What a person is to the project."""

    RESIDENT = "resident"
    STAFF = "staff"
    PARTNER = "partner"
    RESEARCHER = "researcher"
    GUEST = "guest"


class Role(enum.StrEnum):
    """What an account may do; `policy` says what that means."""

    AUTHOR = "author"
    COORDINATOR = "coordinator"
    LEAD = "lead"


class Told(enum.StrEnum):
    """When a moderator is told by mail of posts that wait."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


class Person(Base):
    """A person; never joined to another by name."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    kind: Mapped[Kind] = mapped_column(words(Kind, "kind"), default=Kind.RESIDENT)
    slug: Mapped[str | None] = mapped_column(unique=True)
    """Of the author page; None unless the person asked for one."""
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"), index=True)
    minor: Mapped[bool] = mapped_column(default=False)
    """Under 18: shown by the first name alone, and no page about them."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)


class AccountLab(Base):
    """Which labs a coordinator looks after."""

    __tablename__ = "account_labs"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    lab_id: Mapped[int] = mapped_column(ForeignKey("labs.id"), primary_key=True, index=True)


class Account(Base):
    """What somebody logs in with. `epoch` is part of each session: raising it ends them all."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    role: Mapped[Role] = mapped_column(words(Role, "role"))
    trusted: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[int] = mapped_column(default=0)
    language: Mapped[str | None]
    promised_at: Mapped[datetime | None]
    """When they read, before the first post, that it is public for good and its licence."""
    forget_asked_at: Mapped[datetime | None]
    """When they asked to be forgotten; the lead confirms."""
    reads: Mapped[list[str]] = mapped_column(default=list)
    """The languages a moderator or reader reads, as codes."""
    told: Mapped[Told] = mapped_column(words(Told, "told"), default=Told.AT_ONCE)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    """Who reads in their place until `deputy_until`."""
    deputy_until: Mapped[date | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    labs: Mapped[list[Lab]] = relationship(secondary="account_labs", order_by=Lab.position)


class InvitationLab(Base):
    """Which labs an invitation leads to."""

    __tablename__ = "invitation_labs"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), primary_key=True)
    lab_id: Mapped[int] = mapped_column(ForeignKey("labs.id"), primary_key=True, index=True)


class Invitation(Base):
    """A link, a QR code or a short code to join by, worked out as a card's; its hash is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    """None for one from before there were posters: its link was shown once."""
    token_hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(words(Role, "role"))
    kind: Mapped[Kind] = mapped_column(words(Kind, "kind"))
    note: Mapped[str] = mapped_column(default="")
    uses_left: Mapped[int]
    joined: Mapped[int] = mapped_column(default=0)
    """How many have joined by it."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    labs: Mapped[list[Lab]] = relationship(secondary="invitation_labs", order_by=Lab.position)


class Card(Base):
    """What somebody without e-mail signs in with: a code as QR or typed.

    Codes are worked out from `uid` and the diary's secret key, so that a card can be printed
    again; only a keyed hash of the code is kept.
    """

    __tablename__ = "cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    revoked_at: Mapped[datetime | None]


class Device(Base):
    """A browser somebody is signed in on, or one marked *shared*, which belongs to nobody."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"), index=True)
    """Where a shared one stands."""
    name: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    seen_on: Mapped[date]
    turn: Mapped[int] = mapped_column(default=0)
    """On a shared one, part of each session: raising it ends whoever writes there."""
    revoked_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey's public half (W3C Web Authentication Level 2)."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Throttle(Base):
    """How often something was tried of late; `key` is an HMAC, never an address."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    until: Mapped[datetime] = mapped_column(index=True)
