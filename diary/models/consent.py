"""Whether people in a picture can be recognised and have said yes."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diary.models.engine import Base, words
from diary.models.taxonomy import Lab


class Claim(enum.StrEnum):
    """The writer's answer to "Can anyone be recognised?"."""

    NOBODY = "nobody"
    YES = "yes"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"
    UNANSWERED = "unanswered"


class Decision(enum.StrEnum):
    """The moderator's decision."""

    NOBODY = "nobody"
    """Nobody can be recognised."""
    YES = "yes"
    """Whoever can be recognised has said yes."""
    NO = "no"
    """Somebody can be recognised and has not said yes: never shown."""


class Given(enum.StrEnum):
    """How a yes was given."""

    SPOKEN = "spoken"
    PAPER = "paper"
    FORM = "form"


class Use(enum.StrEnum):
    """What a yes is for."""

    DIARY = "diary"
    PRESS = "press"
    """The diary, and press and reports as well."""


class Consent(Base):
    """Per picture: the writer's dated claim, then the moderator's decision."""

    __tablename__ = "consents"

    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id"), primary_key=True)
    claim: Mapped[Claim] = mapped_column(words(Claim, "claim"), default=Claim.UNANSWERED)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    claimed_at: Mapped[datetime]
    decision: Mapped[Decision | None] = mapped_column(words(Decision, "decision"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    decided_at: Mapped[datetime | None]
    from_whom: Mapped[str] = mapped_column(default="")
    """A name, or "child, guardian …"; moderators alone see it."""
    given: Mapped[Given | None] = mapped_column(words(Given, "given"))
    use: Mapped[Use | None] = mapped_column(words(Use, "use"))
    until: Mapped[date | None] = mapped_column(index=True)
    """The last day it holds; None: as long as the diary."""
    standing_id: Mapped[int | None] = mapped_column(ForeignKey("standing_consents.id"), index=True)
    reminded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class StandingConsent(Base):
    """A yes that stands for a person in a lab until a date; its form can be printed and filed."""

    __tablename__ = "standing_consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True)
    """In the form's QR code, by which the scan is filed."""
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"), index=True)
    name: Mapped[str]
    guardian: Mapped[str] = mapped_column(default="")
    given: Mapped[Given] = mapped_column(words(Given, "given"))
    use: Mapped[Use] = mapped_column(words(Use, "use"), default=Use.DIARY)
    until: Mapped[date | None] = mapped_column(index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    scan_key: Mapped[str | None]
    scan_type: Mapped[str] = mapped_column(default="")
    reminded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    lab: Mapped[Lab | None] = relationship()


class NeverShow(Base):
    """Somebody who is never to be shown; it warns moderators and nobody else sees it."""

    __tablename__ = "never_show"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("labs.id"), index=True)
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
